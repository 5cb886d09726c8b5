using Sextant.Data;
using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

/// <summary>Small models of every kind, and batches of random tokens for them.</summary>
internal static class Examples
{
    public const int Vocabulary = 30;

    static Examples() => torch.set_num_threads(1);

    public static readonly IReadOnlyDictionary<string, ModelOptions> Options = new Dictionary<string, ModelOptions>
    {
        ["course decoder"] = new ModelOptions.CourseDecoder { Hidden = 16, Layers = 2 },
        ["course encoder-decoder"] = new ModelOptions.CourseEncoderDecoder { Hidden = 16, Layers = 2 },
        ["modern decoder"] = new ModelOptions.ModernDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 40 },
        ["modern decoder, sinusoidal, not tied"] = new ModelOptions.ModernDecoder
        {
            Hidden = 16,
            Layers = 2,
            Heads = 2,
            FeedForward = 40,
            Positions = Positions.Sinusoidal,
            TieEmbeddings = false,
        },
        ["modern decoder, learned"] = new ModelOptions.ModernDecoder
        {
            Hidden = 16,
            Layers = 2,
            Heads = 1,
            FeedForward = 24,
            Positions = Positions.Learned,
            MaximumLength = 20,
        },
        ["modern encoder-decoder"] = new ModelOptions.ModernEncoderDecoder { Hidden = 16, Layers = 2, Heads = 4, FeedForward = 40 },
        ["modern encoder-decoder, learned"] = new ModelOptions.ModernEncoderDecoder
        {
            Hidden = 16,
            Layers = 1,
            Heads = 2,
            FeedForward = 40,
            Positions = Positions.Learned,
            TieEmbeddings = false,
        },
        ["modern encoder-decoder, shared layers"] = new ModelOptions.ModernEncoderDecoder
        {
            Hidden = 16,
            Layers = 2,
            Heads = 4,
            FeedForward = 40,
            ShareLayers = true,
            Positions = Positions.Sinusoidal,
        },
        ["modern decoder, maximal update"] = new ModelOptions.ModernDecoder
        {
            Hidden = 16,
            Layers = 2,
            Heads = 2,
            FeedForward = 40,
            MaximalUpdateFrom = new BaseShape { Hidden = 4, Heads = 2, FeedForward = 12 },
        },
        ["modern encoder-decoder, maximal update, sinusoidal, not tied"] = new ModelOptions.ModernEncoderDecoder
        {
            Hidden = 16,
            Layers = 2,
            Heads = 4,
            FeedForward = 40,
            Positions = Positions.Sinusoidal,
            TieEmbeddings = false,
            MaximalUpdateFrom = new BaseShape { Hidden = 32, Heads = 4, FeedForward = 80 },
        },
    };

    public static TheoryData<string> All => [.. Options.Keys];

    public static TheoryData<string> WithEncoder => [.. Options.Where(o => o.Value.HasEncoder).Select(o => o.Key)];

    public static SequenceModel Create(string name, ulong seed = 1) => SequenceModels.Create(Options[name], Vocabulary, seed);

    public static torch.Tensor Tokens(int examples, int length, int seed = 1) => torch.tensor(
        Enumerable.Range(0, examples * length).Select(i => (i * 7919L + (seed * 31L * (i + 3)) + (i / 3)) % 27).ToArray(), [examples, length]);

    /// <summary>Equal lengths, loss at the last <paramref name="held"/> positions.</summary>
    public static Batch Batch(bool encoder, int examples = 3, int source = 5, int target = 7, int held = 4, int seed = 1)
    {
        long[] at = Enumerable.Range(0, examples * target).Where(i => i % target >= target - held).Select(i => (long)i).ToArray();
        return new Batch(
            encoder ? Tokens(examples, source, seed + 1) : null,
            null,
            Tokens(examples, target, seed),
            torch.tensor(at),
            Tokens(1, examples * held, seed + 2).view(-1),
            new BatchShape(examples, encoder ? source : 0, target, examples * held, examples * (target + (encoder ? source : 0))));
    }

    public static float[] Numbers(torch.Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    public static void Near(torch.Tensor expected, torch.Tensor actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.shape, actual.shape);
        float difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= tolerance, $"differs by {difference}");
    }
}
