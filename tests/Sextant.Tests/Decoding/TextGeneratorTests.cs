using System.Text;
using Sextant.Decoding;
using Sextant.Tokenization;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Decoding;

public sealed class TextGeneratorTests
{
    private const int V = 8, Start = 5, End = 6; // letters a..e
    private static readonly LetterTokenizer Letters = new(V);

    [Fact]
    public void Tokens_come_as_they_are_computed()
    {
        var model = Counting();
        using var tokens = Generate(model, [3], 100).GetEnumerator();
        Assert.Empty(model.Calls);
        Assert.True(tokens.MoveNext());
        Assert.Equal(4, tokens.Current);
        Assert.Single(model.Calls);
        Assert.True(tokens.MoveNext());
        Assert.Equal(0, tokens.Current);
        Assert.Equal([(1, 1), (1, 1)], model.Calls);
    }

    [Fact]
    public void The_end_token_ends_it_and_is_not_among_the_tokens()
    {
        var model = new TableModel(V, false, (_, decoder) => Sure(decoder[^1] == 4 ? End : decoder[^1] + 1));
        Assert.Equal([2, 3, 4], Generate(model, [0, 1], 100));
        Assert.Equal([2, 3], Generate(model, [0, 1], 2));
    }

    [Fact]
    public void A_full_context_is_begun_anew_with_its_last_half()
    {
        var seen = new List<int[]>();
        var model = new TableModel(V, false, (_, decoder) =>
        {
            seen.Add(decoder);
            return Sure((decoder[^1] + 1) % 5);
        }, maximumLength: 6);
        int[] written = [.. Generate(model, [0], 20)];
        Assert.Equal(Enumerable.Range(1, 20).Select(i => i % 5), written);
        Assert.Equal(6, model.LongestState);
        Assert.Contains(model.Calls, call => call.Positions == 3);
        Assert.All(seen.Skip(6), context => Assert.InRange(context.Length, 3, 6));
    }

    [Fact]
    public void A_context_shorter_than_the_models_can_be_asked_for()
    {
        var model = Counting();
        Assert.Equal(10, new TextGenerator(model, Letters).Generate([0], 10, maximumContext: 4, cancellation: TestContext.Current.CancellationToken).Count());
        Assert.Equal(4, model.LongestState);
    }

    [Fact]
    public void Of_a_prompt_longer_than_the_context_the_last_tokens_are_used()
    {
        var seen = new List<int[]>();
        var model = new TableModel(V, false, (_, decoder) =>
        {
            seen.Add(decoder);
            return Sure(0);
        }, maximumLength: 3);
        Assert.Equal([0], Generate(model, [0, 1, 2, 3, 4], 1));
        Assert.Equal([[2, 3, 4]], seen);
    }

    [Fact]
    public void An_empty_prompt_is_the_start_token()
    {
        var model = new TableModel(V, false, (_, decoder) => Sure(decoder.SequenceEqual([Start]) ? 3 : End));
        Assert.Equal([3], Generate(model, [], 100));
    }

    [Fact]
    public void The_same_seed_writes_the_same_text()
    {
        var options = new DecodingOptions.Sampling { Temperature = 1.5, Seed = 3 };
        int[] first = [.. Generate(Even(), [0], 50, options)];
        Assert.Equal(first, Generate(Even(), [0], 50, options));
        Assert.NotEqual(first, Generate(Even(), [0], 50, options with { Seed = 4 }));
        Assert.Equal(5, first.Distinct().Count());
    }

    [Fact]
    public void Between_two_tokens_mode_and_gradients_are_the_callers()
    {
        var model = Counting();
        model.train();
        foreach (int _ in Generate(model, [0], 3))
        {
            Assert.True(model.training);
            Assert.True(torch.is_grad_enabled());
        }

        Assert.False(model.WasEverTraining);
        Assert.False(model.EverHadGradients);
    }

    [Fact]
    public void No_tensor_is_left_when_the_caller_stops_early()
    {
        var model = Counting(maximumLength: 4);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal(9, Generate(model, [0], 100, new DecodingOptions.Sampling()).Take(9).Count());
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(0, model.StatesAlive);
    }

    [Fact]
    public void Cancelling_stops_before_the_next_token()
    {
        using var source = new CancellationTokenSource();
        using var tokens = new TextGenerator(Counting(), Letters).Generate([0], 100, cancellation: source.Token).GetEnumerator();
        Assert.True(tokens.MoveNext());
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => tokens.MoveNext());
    }

    [Fact]
    public void A_character_of_several_tokens_comes_whole()
    {
        byte[] text = Encoding.UTF8.GetBytes("aé€😀b");
        var bytes = new ByteTokenizer();
        var model = new TableModel(bytes.VocabularySize, false, (_, decoder) =>
        {
            double[] row = new double[bytes.VocabularySize];
            row[decoder.Length - 1 < text.Length ? text[decoder.Length - 1] : bytes.EndOfSequence] = 1;
            return row;
        });
        Assert.Equal(["a", "é", "€", "😀", "b"], new TextGenerator(model, bytes).Generate("", 100, cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Beam_search_and_models_with_an_encoder_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Generate(Counting(), [0], 1, new DecodingOptions.Beam { Width = 2 }));
        Assert.Throws<ArgumentException>(() => new TextGenerator(new TableModel(V, true, (_, _) => Sure(0)), Letters));
    }

    private static IEnumerable<int> Generate(TableModel model, int[] prompt, int maximumLength, DecodingOptions? options = null) =>
        new TextGenerator(model, Letters).Generate(prompt, maximumLength, options, cancellation: TestContext.Current.CancellationToken);

    private static TableModel Counting(int maximumLength = int.MaxValue) =>
        new(V, false, (_, decoder) => Sure((decoder[^1] + 1) % 5), maximumLength);

    private static TableModel Even() => new(V, false, (_, _) => [.2, .2, .2, .2, .2, 0, 0, 0]);

    private static double[] Sure(int token)
    {
        double[] row = new double[V];
        row[token] = 1;
        return row;
    }

    private sealed class ByteTokenizer : Tokenizer
    {
        public override int VocabularySize => 259;

        public override TokenizedText Encode(string text) => new([.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)], []);

        public override string Decode(ReadOnlySpan<int> ids) => Encoding.UTF8.GetString([.. ids.ToArray().Where(id => id < 256).Select(id => (byte)id)]);
    }
}
