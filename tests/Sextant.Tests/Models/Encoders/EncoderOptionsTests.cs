using Sextant.Models.Encoders;
using Xunit;

namespace Sextant.Tests.Models.Encoders;

public sealed class EncoderOptionsTests
{
    [Fact]
    public void Every_problem_is_said_with_its_path()
    {
        var wrong = new EncoderOptions.Bert
        {
            Hidden = 10,
            Layers = 0,
            Heads = 3,
            FeedForward = 0,
            Positions = 1,
            TokenTypes = 0,
            PaddingId = -1,
            NormEpsilon = 0,
            Dropout = 1,
            AttentionDropout = double.NaN,
            ClassifierDropout = -0.1,
            InitialDeviation = 0,
        };
        string[] problems = [.. wrong.Problems()];
        foreach (string path in new[] { "layers", "heads", "feedForward", "positions", "tokenTypes", "paddingId", "normEpsilon", "dropout", "attentionDropout", "classifierDropout", "initialDeviation" })
        {
            Assert.Single(problems, p => p.StartsWith($"model.{path}: ", StringComparison.Ordinal));
        }

        Assert.Equal(11, problems.Length);
        Assert.Contains("model.heads: 3 do not divide model.hidden 10.", problems);
        Assert.All(ToyEncoders.Options.Values, options => Assert.Empty(options.Problems()));
        Assert.Throws<ArgumentException>(() => new EncoderClassifier(wrong, 40, 2));
        Assert.ThrowsAny<ArgumentException>(() => new EncoderClassifier(ToyEncoders.Options["bert"], 40, 1));
        Assert.ThrowsAny<ArgumentException>(() => new EncoderClassifier(ToyEncoders.Options["bert"] with { PaddingId = 40 }, 40, 2));
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(4, 4)]
    [InlineData(4, 2)]
    public void Positions_of_roberta_start_behind_the_padding_id_and_need_room(int positions, int padding)
    {
        var options = new EncoderOptions.Roberta { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 24, Positions = positions, PaddingId = padding };
        Assert.Contains(options.Problems("x"), p => p.StartsWith("x.positions: 4 ", StringComparison.Ordinal));
        Assert.Empty((options with { Positions = padding + 3 }).Problems());
    }

    [Fact]
    public void Problems_of_adapters_are_said_with_their_path()
    {
        Assert.Empty(new AdapterOptions().Problems("adapters"));
        Assert.Equal(
            ["adapters.rank: 0 is not at least 1.", "adapters.alpha: NaN is not a positive number."],
            new AdapterOptions { Rank = 0, Alpha = double.NaN }.Problems("adapters"));
    }
}
