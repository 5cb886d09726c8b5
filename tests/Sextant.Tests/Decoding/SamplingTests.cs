using Sextant.Decoding;
using Xunit;

namespace Sextant.Tests.Decoding;

public sealed class SamplingTests
{
    private const int V = 7, End = 5; // letters a..d
    private static readonly LetterTokenizer Letters = new(V);

    [Fact]
    public void Without_cuts_the_distribution_is_the_models() =>
        AssertDistribution(Of([.5, .3, .15, .05], new()), (0, .5), (1, .3), (2, .15), (3, .05));

    [Fact]
    public void A_temperature_of_a_half_squares_the_odds() => // .25 : .09 : .0225 : .0025, the sum is .365
        AssertDistribution(Of([.5, .3, .15, .05], new() { Temperature = 0.5 }), (0, .25 / .365), (1, .09 / .365), (2, .0225 / .365), (3, .0025 / .365));

    [Fact]
    public void The_k_most_probable_are_kept_and_renormalised() =>
        AssertDistribution(Of([.15, .5, .05, .3], new() { TopK = 2 }), (1, .5 / .8), (3, .3 / .8));

    [Fact]
    public void The_nucleus_is_the_smallest_set_that_holds_p() // .5 + .3 = .8 is short of .81, so the third comes in
    {
        AssertDistribution(Of([.5, .3, .15, .05], new() { TopP = 0.79 }), (0, .5 / .8), (1, .3 / .8));
        AssertDistribution(Of([.5, .3, .15, .05], new() { TopP = 0.81 }), (0, .5 / .95), (1, .3 / .95), (2, .15 / .95));
        AssertDistribution(Of([.5, .3, .15, .05], new() { TopP = 0.01 }), (0, 1));
        Assert.Equal(4, Of([.5, .3, .15, .05], new() { TopP = 1 }).Length);
    }

    [Fact]
    public void The_nucleus_is_cut_from_what_top_k_left() => // of .5 : .3 : .15, the first two hold .8 / .95 = .842
        AssertDistribution(Of([.5, .3, .15, .05], new() { TopK = 3, TopP = 0.83 }), (0, .5 / .8), (1, .3 / .8));

    [Fact]
    public void A_draw_is_where_the_cumulative_probability_passes_the_number()
    {
        (int, double)[] distribution = [(4, .5), (2, .3), (7, .2)];
        Assert.Equal(4, SamplingDistribution.Draw(distribution, 0));
        Assert.Equal(4, SamplingDistribution.Draw(distribution, .49));
        Assert.Equal(2, SamplingDistribution.Draw(distribution, .5));
        Assert.Equal(7, SamplingDistribution.Draw(distribution, .999999));
    }

    [Fact]
    public void Draws_are_as_frequent_as_they_are_probable()
    {
        const int n = 4000;
        int[] counts = new int[V];
        // Different sources, since the draws of a source follow from the source; the model looks at none of them.
        foreach (var one in Sample(Markov(), [.. Enumerable.Range(0, n).Select(i => new[] { i % V, i / V % V, i / V / V % V, i / V / V / V % V, i / V / V / V / V % V })], new(), maximumLength: 1, maximumBatch: 1000))
        {
            counts[one.Ids[0]]++;
        }

        double[] expected = [.4, .3, .2, .1];
        for (int i = 0; i < expected.Length; i++)
        {
            double deviation = Math.Sqrt(n * expected[i] * (1 - expected[i]));
            Assert.InRange(counts[i], n * expected[i] - 4 * deviation, n * expected[i] + 4 * deviation);
        }
    }

    [Fact]
    public void The_same_seed_draws_the_same_whatever_the_batch_and_another_seed_something_else()
    {
        int[][] sources = [[0], [1, 2], [3], [2, 2, 2], [1]];
        var options = new DecodingOptions.Sampling { Seed = 11 };
        var first = Ids(options, 64);
        Assert.Equal(first, Ids(options, 64));
        Assert.Equal(first, Ids(options, 1));
        Assert.NotEqual(first, Ids(options with { Seed = 12 }, 64));
        Assert.NotEqual(first[0], first[4]);
        sources = [[1], [0]];
        Assert.Equal([first[4], first[0]], Ids(options, 64)); // the same source draws the same wherever it stands

        IEnumerable<int>[] Ids(DecodingOptions.Sampling sampling, int batch) =>
            [.. Sample(Markov(), sources, sampling, maximumBatch: batch).Select(one => one.Ids)];
    }

    [Fact]
    public void The_log_probability_is_the_models_before_temperature_and_cuts()
    {
        var one = Sample(Markov(), [[]], new() { TopK = 1, Temperature = 0.1 }, maximumLength: 2)[0];
        Assert.Equal([0, 0], one.Ids);
        Assert.Equal(Math.Log(.4 * .4), one.LogProbability, 1e-6);
    }

    [Fact]
    public void A_model_that_diverged_is_said_so()
    {
        var model = new TableModel(V, true, (_, _) => [.. Enumerable.Repeat(double.NaN, V)]);
        var error = Assert.Throws<InvalidOperationException>(() => Sample(model, [[0]], new()));
        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
    }

    private static (int Token, double Probability)[] Of(double[] probabilities, DecodingOptions.Sampling options) =>
        SamplingDistribution.Of([.. probabilities.Select(p => (float)Math.Log(p))], options);

    private static void AssertDistribution((int Token, double Probability)[] actual, params (int Token, double Probability)[] expected)
    {
        Assert.Equal(expected.Select(one => one.Token), actual.Select(one => one.Token));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Probability, pair.Second.Probability, 1e-6));
    }

    private static IReadOnlyList<Decoded> Sample(
        TableModel model, IReadOnlyList<int[]> sources, DecodingOptions.Sampling options, int maximumLength = 20, int maximumBatch = 64) =>
        new Translator(model, Letters).Translate(sources, options, new LengthLimit(maximumLength), maximumBatch, TestContext.Current.CancellationToken);

    /// <summary>The first four tokens never end; after that one in five does.</summary>
    private static TableModel Markov() => new(V, true, (_, decoder) =>
    {
        double end = decoder.Length > 4 ? .2 : 0;
        double[] row = [.4 * (1 - end), .3 * (1 - end), .2 * (1 - end), .1 * (1 - end), 0, 0, 0];
        row[End] = end;
        return row;
    });
}
