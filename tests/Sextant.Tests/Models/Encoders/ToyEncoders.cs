using Sextant.Data;
using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Tests.Models.Encoders;

/// <summary>Small encoders of both families, every parameter away from its neutral value, and batches for them.</summary>
internal static class ToyEncoders
{
    public const int Vocabulary = 40, Classes = 3;

    public static readonly IReadOnlyDictionary<string, EncoderOptions> Options = new Dictionary<string, EncoderOptions>
    {
        ["bert"] = new EncoderOptions.Bert { Hidden = 16, Layers = 3, Heads = 2, FeedForward = 24, Positions = 12, Dropout = 0, AttentionDropout = 0, ClassifierDropout = 0 },
        ["roberta"] = new EncoderOptions.Roberta { Hidden = 16, Layers = 3, Heads = 2, FeedForward = 24, Positions = 14, Dropout = 0, AttentionDropout = 0, ClassifierDropout = 0, Activation = Activation.GeluTanh },
    };

    /// <summary>A text of nine tokens and one of five, neither with the padding of either family.</summary>
    public static readonly long[] Long = [2, 7, 11, 30, 4, 7, 9, 21, 3], Short = [2, 12, 17, 8, 3];

    static ToyEncoders() => torch.set_num_threads(1);

    public static EncoderClassifier Classifier(string kind, AdapterOptions? adapters = null, ulong seed = 1) => Classifier(Options[kind], adapters, seed);

    public static EncoderClassifier Classifier(EncoderOptions options, AdapterOptions? adapters = null, ulong seed = 1)
    {
        var model = new EncoderClassifier(options, Vocabulary, Classes, adapters);
        using var generator = new torch.Generator(seed, torch.CPU);
        model.Initialise(generator);
        Shake(model, generator);
        return model;
    }

    public static MaskedLanguageModel Masked(string kind, ulong seed = 1) => Masked(Options[kind], seed);

    public static MaskedLanguageModel Masked(EncoderOptions options, ulong seed = 1)
    {
        var model = new MaskedLanguageModel(options, Vocabulary);
        using var generator = new torch.Generator(seed, torch.CPU);
        model.Initialise(generator);
        Shake(model, generator);
        return model;
    }

    /// <summary>Texts padded to a width, with a mask and one class each.</summary>
    /// <param name="options">Whose padding.</param>
    /// <param name="width">T.</param>
    /// <param name="isLeft">Whether padding stands before the texts.</param>
    /// <param name="texts">The texts.</param>
    public static Batch Batch(EncoderOptions options, int width, bool isLeft, params long[][] texts)
    {
        long[] ids = new long[texts.Length * width];
        bool[] mask = new bool[ids.Length];
        Array.Fill(ids, options.PaddingId);
        foreach (var (b, text) in texts.Index())
        {
            int start = (b * width) + (isLeft ? width - text.Length : 0);
            text.CopyTo(ids, start);
            Array.Fill(mask, true, start, text.Length);
        }

        return new Batch(null, null, torch.tensor(ids, [texts.Length, width]), null, torch.arange(texts.Length, torch.ScalarType.Int64).remainder(Classes), new BatchShape(texts.Length, 0, width, texts.Length, texts.Sum(t => t.Length)))
        {
            InputMask = mask.All(seen => seen) ? null : torch.tensor(mask, [texts.Length, width]),
        };
    }

    public static Batch Batch(EncoderOptions options, params long[][] texts) => Batch(options, texts.Max(text => text.Length), isLeft: false, texts);

    /// <summary>As many random texts of one length as are wanted.</summary>
    public static Batch Random(EncoderOptions options, int texts, int length)
    {
        var random = new SeededRandom(5);
        return Batch(options, [.. Enumerable.Range(0, texts).Select(_ => Enumerable.Range(0, length).Select(_ => 2 + (long)random.Next(Vocabulary - 2)).ToArray())]);
    }

    /// <summary>Moves biases and norms away from 0 and 1, and adapters away from nothing; padding rows stay zero.</summary>
    private static void Shake(EncoderModel model, torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (!name.Contains("tokens", StringComparison.Ordinal) && !name.Contains("positions", StringComparison.Ordinal))
            {
                parameter.add_(torch.randn(parameter.shape, generator: generator) * 0.15f);
            }
        }
    }
}
