using Sextant.Decoding;
using Xunit;

namespace Sextant.Tests.Decoding;

public sealed class BeamSearchTests
{
    private const int V = 5, End = 3; // letters a and b, start, end, end of prompt
    private static readonly LetterTokenizer Letters = new(V);

    [Fact]
    public void A_beam_of_one_is_greedy()
    {
        int[][] sources = [.. Enumerable.Range(0, 60).Select(i => new[] { i & 1, (i >> 1) & 1, (i >> 2) & 1, (i >> 3) & 1, (i >> 4) & 1 }[..(1 + i % 5)])];
        for (int seed = 0; seed < 5; seed++)
        {
            var model = Chance(seed);
            var greedy = Translate(model, sources, new DecodingOptions.Greedy(), 6);
            var beam = Translate(model, sources, new DecodingOptions.Beam { Width = 1 }, 6);
            Assert.Equal(greedy.Select(one => one.Ids), beam.Select(one => one.Ids));
            Assert.Equal(greedy.Select(one => one.Ended), beam.Select(one => one.Ended));
            Assert.All(greedy.Zip(beam), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 1e-5));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.65)]
    [InlineData(2)]
    public void A_wide_beam_finds_what_trying_everything_finds(double lengthPenalty)
    {
        const int limit = 4;
        for (int seed = 0; seed < 20; seed++)
        {
            var best = Everything(limit)
                .Select(ids => (Ids: ids, LogProbability: Enumerable.Range(0, ids.Length + 1)
                    .Sum(i => Math.Log(Probabilities(seed, [0, End], [V - 3, .. ids[..i]])[i < ids.Length ? ids[i] : End]))))
                .MaxBy(one => one.LogProbability / Math.Pow((5.0 + one.Ids.Length + 1) / 6, lengthPenalty));

            var found = Translate(Chance(seed), [[0]], new DecodingOptions.Beam { Width = 64, LengthPenalty = lengthPenalty }, limit)[0];
            Assert.Equal(best.Ids, found.Ids);
            Assert.Equal(best.LogProbability, found.LogProbability, 1e-5);
            Assert.True(found.Ended);
        }
    }

    [Fact]
    public void A_beam_of_two_finds_the_sure_way_behind_a_less_likely_first_token()
    {
        // a: .6, then the end .4 -> .24;   b: .4, then the end 1 -> .40
        var model = new TableModel(V, true, (_, decoder) => decoder[^1] switch
        {
            2 => Row(.6, .4, 0),
            0 => Row(.3, .3, .4),
            _ => Row(0, 0, 1),
        });
        Assert.Equal([0], Translate(model, [[0]], new DecodingOptions.Greedy())[0].Ids);
        var beam = Translate(model, [[0]], new DecodingOptions.Beam { Width = 2 })[0];
        Assert.Equal([1], beam.Ids);
        Assert.Equal(Math.Log(.4), beam.LogProbability, 1e-5);
    }

    [Fact]
    public void The_length_penalty_decides_between_short_and_long()
    {
        // nothing: P = .3, |Y| = 1;   a a a: P = .7 x .6 x .6 x .9 = .2268, |Y| = 4 with the end.
        // alpha 0:   ln .3 = -1.2040 > ln .2268 = -1.4837: the empty one.
        // alpha .65: -1.2040 / (6/6)^.65 = -1.2040 < -1.4837 / (9/6)^.65 = -1.4837 / 1.3016 = -1.1399: the long one.
        var model = new TableModel(V, true, (_, decoder) => decoder.Length switch
        {
            1 => Row(.7, 0, .3),
            2 or 3 => Row(.6, .2, .2),
            _ => Row(.1, 0, .9),
        });
        Assert.Empty(Translate(model, [[0]], new DecodingOptions.Beam { Width = 16, LengthPenalty = 0 }, 5)[0].Ids);
        Assert.Equal([0, 0, 0], Translate(model, [[0]], new DecodingOptions.Beam { Width = 16, LengthPenalty = 0.65 }, 5)[0].Ids);
    }

    [Fact]
    public void Examples_of_a_batch_do_not_touch_each_other()
    {
        int[][] sources = [[0], [1, 1], [0, 1, 0], [1], [1, 0]];
        var options = new DecodingOptions.Beam { Width = 3 };
        Decoded[] alone = [.. sources.Select(source => Translate(Chance(7), [source], options, 6)[0])];
        var together = Translate(Chance(7), sources, options, 6);
        Assert.Equal(alone.Select(one => one.Ids), together.Select(one => one.Ids));
        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First.LogProbability, pair.Second.LogProbability, 1e-5));
    }

    [Fact]
    public void No_more_rows_are_computed_than_examples_times_width()
    {
        var model = Chance(3);
        Translate(model, [[0], [1]], new DecodingOptions.Beam { Width = 3 }, 6);
        Assert.Equal((2, 1), model.Calls[0]); // the prompt once for each example
        Assert.All(model.Calls, call => Assert.InRange(call.Examples, 1, 6));
    }

    [Fact]
    public void Without_any_end_the_best_beginning_is_cut()
    {
        // a: .4 then .5 a step;   b: .6 then surely b
        var endless = new TableModel(V, true, (_, decoder) => decoder[^1] switch
        {
            2 => Row(.4, .6, 0),
            0 => Row(.5, .5, 0),
            _ => Row(0, 1, 0),
        });
        var cut = Translate(endless, [[0]], new DecodingOptions.Beam { Width = 2 }, 3)[0];
        Assert.Equal([1, 1, 1], cut.Ids);
        Assert.Equal(Math.Log(.6), cut.LogProbability, 1e-5);
        Assert.False(cut.Ended);
    }

    private static IReadOnlyList<Decoded> Translate(TableModel model, IReadOnlyList<int[]> sources, DecodingOptions options, int maximumLength = 20) =>
        new Translator(model, Letters).Translate(sources, options, new LengthLimit(maximumLength), cancellation: TestContext.Current.CancellationToken);

    /// <summary>A model without rhyme or reason: probabilities by a hash of everything before.</summary>
    private static TableModel Chance(int seed) => new(V, true, (source, decoder) => Probabilities(seed, source, decoder));

    private static double[] Probabilities(int seed, int[] source, int[] decoder)
    {
        int hash = source.Append(-1).Concat(decoder).Aggregate(seed + 1, (sum, id) => unchecked(sum * 1_000_003 + id));
        var random = new Random(hash);
        double a = 0.05 + random.NextDouble(), b = 0.05 + random.NextDouble(), end = 0.05 + random.NextDouble() * 0.7;
        return Row(a / (a + b + end), b / (a + b + end), end / (a + b + end));
    }

    private static double[] Row(double a, double b, double end) => [a, b, 0, end, 0];

    private static IEnumerable<int[]> Everything(int limit)
    {
        for (int length = 0; length <= limit; length++)
        {
            for (int bits = 0; bits < 1 << length; bits++)
            {
                yield return [.. Enumerable.Range(0, length).Select(i => (bits >> i) & 1)];
            }
        }
    }
}
