using Sextant.Data.Pictures;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using TorchSharp;

namespace Sextant.Matching;

/// <summary>A CLIP model as it is used: weights, tokeniser and preparation of pictures together. Of one thread at a time.</summary>
public sealed class ClipEncoder : IDisposable
{
    private const int TextsAtATime = 256, PicturesAtATime = 32;

    /// <summary>Changes whenever features of the same files come out otherwise, so that a cache does not mix them.</summary>
    private const string Version = "features 1";

    private readonly ClipModel model;
    private readonly ClipTokenizer tokenizer;
    private readonly torch.Device device;
    private readonly Task<string> identity;

    private ClipEncoder(ClipModel model, ClipTokenizer tokenizer, PicturePreparation preparation, torch.Device device, string folder, Task<string> identity)
    {
        (this.model, this.tokenizer, this.device, this.identity) = (model, tokenizer, device, identity);
        (Preparation, Folder) = (preparation, folder);
        using var _ = torch.no_grad();
        using var scale = model.Scale();
        Scale = scale.ToDouble();
    }

    /// <summary>Where the model was read from.</summary>
    public string Folder { get; }

    /// <summary>Of a feature.</summary>
    public int Width => model.Options.Projection;

    /// <summary>exp(logit_scale): what cosines are multiplied by before the softmax. Its inverse is the model's temperature.</summary>
    public double Scale { get; }

    /// <summary>What becomes of a picture before the model sees it.</summary>
    public PicturePreparation Preparation { get; }

    /// <summary>Whether the folder did not say how pictures are prepared, so that CLIP's reference values stand in.</summary>
    public bool IsPreparationAssumed { get; private init; }

    /// <summary>A hash of what decides features: weights, config.json (activation, heads, epsilons), tokeniser, preparation. In hexadecimal.</summary>
    public string Identity => identity.GetAwaiter().GetResult();

    /// <summary>Reads a model.</summary>
    /// <param name="folder">With config.json, weights, the tokeniser's files and preprocessor_config.json; a run folder, whose best/ is one; or the name of a model that was pulled.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <param name="device">Where it computes; null for the processor.</param>
    /// <exception cref="UserError">The folder holds no CLIP model, or a file of it is missing or damaged.</exception>
    public static ClipEncoder Load(string folder, string? fileName = null, torch.Device? device = null)
    {
        string at = ModelFolders.Find(folder);
        var config = ClipConfig.Read(at);
        var tokenizer = EncoderTokenizer.Load(at) as ClipTokenizer ?? throw new UserError($"{at} holds a tokeniser that is not CLIP's; fetch the model again.");
        if (tokenizer.VocabularySize > config.VocabularySize)
        {
            throw new UserError($"{at}: the tokeniser has {tokenizer.VocabularySize} tokens and the model {config.VocabularySize}; they are not of one model, fetch it again.");
        }

        var (preparation, isAssumed) = ClipPreparation.Read(at, config);
        string[] weights;
        using (var file = TensorFile.Open(at, fileName))
        {
            weights = [.. file.Files];
        }

        // Half a gigabyte is hashed while it is read.
        var identity = Task.Run(() => Contents.Of(string.Join('\n', Version, Contents.Of(weights), Contents.Of(EncoderFolder.Files.Prepend(ConfigFile.FileName).Select(name => Path.Combine(at, name)).Where(File.Exists)), Described(preparation))));
        var model = PretrainedClip.Read(at, fileName);
        try
        {
            model.to(device ?? torch.CPU);
            model.eval();
            return new ClipEncoder(model, tokenizer, preparation, device ?? torch.CPU, at, identity) { IsPreparationAssumed = isAssumed };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What is lost of a text that has more tokens than the model takes; null where nothing is.</summary>
    public CutText? CutOff(string text)
    {
        var spans = tokenizer.Encode(text).Spans;
        int taken = model.Options.Text.Positions;
        return spans.Count <= taken ? null : new CutText(spans.Count, taken, text[spans[taken - 1].Start..].Trim());
    }

    /// <summary>Whether the tokeniser takes a word apart into pieces of two characters or fewer on average: the texts that it was made of hardly had the word.</summary>
    public bool IsSpelt(string word)
    {
        int pieces = tokenizer.Encode(word).Spans.Count(span => span.End > span.Start);
        return pieces > 1 && 2 * pieces >= word.Length;
    }

    /// <summary>Features of texts, a row each, in their order. Texts of one length go through the model together, so that none is padded and a text's row does not depend on the others, but for the last bits, which a product of other sizes may round otherwise.</summary>
    /// <exception cref="UserError">A text has no token, or the model gives it no direction.</exception>
    public FeatureTable Texts(IReadOnlyList<string> texts)
    {
        int[][] ids = [.. texts.Select(Ids)];
        float[] features = new float[texts.Count * Width];
        foreach (int[] batch in Enumerable.Range(0, texts.Count).GroupBy(i => ids[i].Length).SelectMany(same => same.Chunk(TextsAtATime)))
        {
            long[] tokens = [.. batch.SelectMany(i => ids[i]).Select(id => (long)id)];
            float[] rows = Computed(() => torch.tensor(tokens, [batch.Length, tokens.Length / batch.Length], device: device), input => model.TextFeatures(input));
            for (int i = 0; i < batch.Length; i++)
            {
                rows.AsSpan(i * Width, Width).CopyTo(features.AsSpan(batch[i] * Width));
            }
        }

        return Directed(features, texts.Count);
    }

    /// <summary>Features of pictures of any size, a row each.</summary>
    /// <exception cref="UserError">The model gives a picture no direction.</exception>
    public FeatureTable Pictures(IReadOnlyList<RgbPicture> pictures)
    {
        List<FeatureTable> tables = [];
        foreach (var batch in pictures.Chunk(PicturesAtATime))
        {
            tables.Add(Prepared([.. batch.Select(Prepare)]));
        }

        return tables.Count == 0 ? FeatureTable.Of(0, Width, []) : FeatureTable.Joined(tables);
    }

    public void Dispose() => model.Dispose();

    /// <summary>The numbers that the model sees of a picture: [3, Size, Size]. May be called on any thread.</summary>
    internal float[] Prepare(RgbPicture picture)
    {
        float[] pixels = new float[3 * Preparation.Size * Preparation.Size];
        Preparation.Apply(picture, pixels);
        return pixels;
    }

    /// <summary>Features of prepared pictures, a row each, through the model together.</summary>
    /// <exception cref="UserError">The model gives a picture no direction.</exception>
    internal FeatureTable Prepared(IReadOnlyList<float[]> pictures)
    {
        int each = 3 * Preparation.Size * Preparation.Size;
        float[] pixels = new float[pictures.Count * each];
        for (int i = 0; i < pictures.Count; i++)
        {
            pictures[i].CopyTo(pixels.AsSpan(i * each));
        }

        float[] features = Computed(() => torch.tensor(pixels, [pictures.Count, 3, Preparation.Size, Preparation.Size], device: device), model.PictureFeatures);
        return Directed(features, pictures.Count);
    }

    private static string Described(PicturePreparation preparation) =>
        FormattableString.Invariant($"{preparation.Size} {preparation.Fit} {string.Join(' ', preparation.Mean)} {string.Join(' ', preparation.Std)}");

    private static float[] Computed(Func<torch.Tensor> input, Func<torch.Tensor, torch.Tensor> features)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        return features(input()).to(torch.ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    private int[] Ids(string text)
    {
        var encoded = tokenizer.Encode(text, maximum: model.Options.Text.Positions);
        return encoded.Spans.Any(span => span.Part == 0)
            ? encoded.Ids
            : throw new UserError($"'{text.Shown()}' has no token that the model knows; give a caption of words.");
    }

    /// <summary>Rows of norm 1.</summary>
    private FeatureTable Directed(float[] features, int rows)
    {
        try
        {
            return FeatureTable.Of(rows, Width, features);
        }
        catch (ArgumentException e)
        {
            throw new UserError($"The model in {Folder} gives features that are zero or no numbers; its weights are damaged or of another model: fetch it again.", e);
        }
    }
}

/// <summary>A text of which the model takes the beginning alone.</summary>
/// <param name="Tokens">Of the whole text, with those of its start and end.</param>
/// <param name="Taken">Most that the model takes, with those of its start and end.</param>
/// <param name="Lost">The end of the text, which it does not take.</param>
public sealed record CutText(int Tokens, int Taken, string Lost);
