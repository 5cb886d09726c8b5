using Sextant.Decoding;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Decoding;

public sealed class TranslatorTests
{
    private const int V = 8, Start = 5, End = 6, EndOfPrompt = 7; // letters a..e
    private static readonly LetterTokenizer Letters = new(V);

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Translations_come_in_the_order_given_whatever_the_batch(bool hasEncoder)
    {
        int[][] sources = [[0, 1, 2], [4], [], [3, 3], [2, 1, 0], [1, 2, 3, 4], [0]];
        foreach (int batch in new[] { 1, 2, 64 })
        {
            var decoded = Translate(Reversing(hasEncoder), sources, maximumBatch: batch);
            Assert.Equal(sources.Select(source => source.Reverse()), decoded.Select(one => one.Ids));
            Assert.All(decoded, one => Assert.True(one.Ended));
        }
    }

    [Fact]
    public void An_encoder_reads_the_source_and_its_end_and_the_prompt_is_the_start()
    {
        var seen = new List<(int[] Source, int[] Decoder)>();
        var model = new TableModel(V, true, (source, decoder) =>
        {
            seen.Add((source, decoder));
            return Sure(End);
        });
        Translate(model, [[0, 1], [2]]);
        Assert.Contains(seen, one => one.Source.SequenceEqual([0, 1, End]) && one.Decoder.SequenceEqual([Start]));
        Assert.Contains(seen, one => one.Source.SequenceEqual([2, End]) && one.Decoder.SequenceEqual([Start]));
        Assert.Equal([(2, 3, true)], model.Begun);
    }

    [Fact]
    public void Sources_of_one_length_need_no_mask()
    {
        var model = Reversing(true);
        Translate(model, [[0, 1], [2, 3]]);
        Assert.Equal([(2, 3, false)], model.Begun);
    }

    [Fact]
    public void A_decoder_only_model_is_prompted_in_groups_of_equal_length()
    {
        var model = Reversing(false);
        Translate(model, [[0], [1, 2], [3], [4]], maximumBatch: 2);
        Assert.Equal([(2, 3), (1, 3), (1, 4)], model.Calls.Where(call => call.Positions > 1)); // start, source, end of prompt
    }

    [Fact]
    public void After_the_prompt_one_position_is_computed_a_step_and_only_for_what_has_not_ended()
    {
        var model = Reversing(true);
        Translate(model, [[0, 1, 2], [4]]);
        Assert.Equal([(2, 1), (2, 1), (1, 1), (1, 1)], model.Calls); // e and end, c b a and end
        Assert.Equal(4, model.LongestState);
    }

    [Fact]
    public void The_log_probability_is_the_sum_over_the_tokens_and_the_end()
    {
        var model = new TableModel(V, true, (_, decoder) => decoder.Length == 1 ? Row((1, .7), (2, .3)) : Row((End, .6), (0, .4)));
        var decoded = Translate(model, [[0]])[0];
        Assert.Equal([1], decoded.Ids);
        Assert.Equal(Math.Log(.7 * .6), decoded.LogProbability, 1e-5);
    }

    [Fact]
    public void At_the_maximum_length_a_translation_is_cut_and_says_so()
    {
        var endless = new TableModel(V, true, (_, _) => Row((3, .5), (End, .25), (0, .25)));
        var cut = Translate(endless, [[0]], maximumLength: 4)[0];
        Assert.Equal([3, 3, 3, 3], cut.Ids);
        Assert.False(cut.Ended);
        Assert.Equal(4 * Math.Log(.5), cut.LogProbability, 1e-5);
    }

    [Fact]
    public void A_translation_of_just_the_maximum_length_ends()
    {
        var decoded = Translate(Reversing(true), [[0, 1, 2]], maximumLength: 3)[0];
        Assert.Equal([2, 1, 0], decoded.Ids);
        Assert.True(decoded.Ended);
    }

    [Fact]
    public void A_model_is_never_given_more_positions_than_it_can_take()
    {
        var model = new TableModel(V, false, (_, _) => Sure(1), maximumLength: 6);
        Assert.Equal(3, Translate(model, [[0]])[0].Ids.Count); // start, a, end of prompt, then three
        var error = Assert.Throws<ArgumentException>(() => Translate(model, [[0, 0, 0, 0, 0]]));
        Assert.StartsWith("Source 0 has 5 tokens; this model takes at most 4.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_and_end_of_prompt_are_never_written()
    {
        var model = new TableModel(V, true, (_, decoder) => decoder.Length == 1 ? Row((Start, .5), (EndOfPrompt, .3), (2, .2)) : Sure(End));
        DecodingOptions[] all = [new DecodingOptions.Greedy(), new DecodingOptions.Beam { Width = 3 }, new DecodingOptions.Sampling()];
        foreach (var options in all)
        {
            var decoded = Translate(model, [[0]], options)[0];
            Assert.Equal([2], decoded.Ids);
            Assert.Equal(Math.Log(.2), decoded.LogProbability, 1e-5); // the model's own probability, not renormalised
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Evaluation_mode_without_gradients_is_used_and_the_mode_restored(bool training)
    {
        var model = Reversing(true);
        model.train(training);
        Translate(model, [[0, 1]], new DecodingOptions.Beam { Width = 2 });
        Assert.False(model.WasEverTraining);
        Assert.False(model.EverHadGradients);
        Assert.Equal(training, model.training);
        Assert.True(torch.is_grad_enabled());
    }

    [Fact]
    public void The_mode_is_restored_and_the_state_let_go_when_a_model_fails()
    {
        var model = new TableModel(V, true, (_, _) => throw new InvalidOperationException("broken"));
        model.train();
        Assert.Throws<InvalidOperationException>(() => Translate(model, [[0]]));
        Assert.True(model.training);
        Assert.True(torch.is_grad_enabled());
        Assert.Equal(0, model.StatesAlive);
    }

    [Fact]
    public void No_tensor_outlives_a_translation()
    {
        var model = Reversing(true);
        int[][] sources = [[0, 1, 2], [4], [3, 3]];
        DecodingOptions[] all = [new DecodingOptions.Greedy(), new DecodingOptions.Beam { Width = 3 }, new DecodingOptions.Sampling()];
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        foreach (var options in all)
        {
            Translate(model, sources, options);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(0, model.StatesAlive);
    }

    [Fact]
    public void Text_is_translated_to_text() =>
        Assert.Equal("cba", new Translator(Reversing(false), Letters).Translate("abc"));

    [Fact]
    public void No_sources_have_no_translations() => Assert.Empty(Translate(Reversing(true), []));

    [Fact]
    public void A_tokeniser_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => new Translator(Reversing(true), new LetterTokenizer(9)));

    [Fact]
    public void Bad_options_are_named()
    {
        DecodingOptions[] bad =
        [
            new DecodingOptions.Beam { Width = 0 }, new DecodingOptions.Beam { Width = 2, LengthPenalty = -1 },
            new DecodingOptions.Sampling { Temperature = 0 }, new DecodingOptions.Sampling { TopK = 0 },
            new DecodingOptions.Sampling { TopP = 0 }, new DecodingOptions.Sampling { TopP = 1.5 },
        ];
        foreach (var options in bad)
        {
            Assert.Single(options.Problems());
            Assert.Throws<ArgumentException>(() => Translate(Reversing(true), [[0]], options));
        }
    }

    private static IReadOnlyList<Decoded> Translate(
        TableModel model, IReadOnlyList<int[]> sources, DecodingOptions? options = null, int maximumLength = 20, int maximumBatch = 64) =>
        new Translator(model, Letters).Translate(sources, options, new LengthLimit(maximumLength), maximumBatch, TestContext.Current.CancellationToken);

    /// <summary>Reads the source and writes it backwards, surely.</summary>
    private static TableModel Reversing(bool hasEncoder) => new(V, hasEncoder, (source, decoder) =>
    {
        int prompt = hasEncoder ? 1 : Array.IndexOf(decoder, EndOfPrompt) + 1;
        int[] read = hasEncoder ? source[..^1] : decoder[1..(prompt - 1)];
        int written = decoder.Length - prompt;
        return Sure(written < read.Length ? read[^(written + 1)] : End);
    });

    private static double[] Sure(int token) => Row((token, 1));

    private static double[] Row(params (int Token, double Probability)[] cells)
    {
        double[] row = new double[V];
        foreach ((int token, double probability) in cells)
        {
            row[token] = probability;
        }

        return row;
    }
}
