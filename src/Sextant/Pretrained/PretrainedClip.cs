using Sextant.Models.Clip;
using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>CLIP in folders in the layout of Hugging Face: config.json and the weights of a CLIPModel.</summary>
public static class PretrainedClip
{
    /// <summary>What a checkpoint may hold beside the weights: tables of positions.</summary>
    private const string NoWeights = ".position_ids";

    /// <summary>The model that a folder holds.</summary>
    /// <param name="folder">With config.json and weights of any of the formats that <see cref="TensorFile"/> reads.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <exception cref="UserError">The folder cannot be read, or its weights do not meet its config.</exception>
    public static ClipModel Read(string folder, string? fileName = null)
    {
        var config = ClipConfig.Read(folder);
        using var file = TensorFile.Open(folder, fileName);
        config.CheckSize(folder, file);
        ClipModel model = new(config.Options, config.VocabularySize);
        try
        {
            Fill(model, file);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A model with weights drawn by seed.</summary>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public static ClipModel New(ClipOptions options, int vocabularySize, ulong seed)
    {
        ClipModel model = new(options, vocabularySize);
        using var generator = new torch.Generator(seed, torch.CPU);
        model.Initialise(generator);
        return model;
    }

    /// <summary>Writes config.json and model.safetensors as other tools read them; the files of a tokeniser and of the preparation of pictures belong beside them.</summary>
    /// <param name="model">On any device.</param>
    /// <param name="folder">Made if need be.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(ClipModel model, string folder)
    {
        Directory.CreateDirectory(folder);
        PublishedWeights.Write(Path.Combine(folder, PublishedWeights.FileName), Weights(model));
        new ClipConfig(model.Options, model.VocabularySize).Write(folder);
    }

    /// <summary>Copies of the weights by their published names, on the processor; the caller disposes of them.</summary>
    internal static IReadOnlyList<KeyValuePair<string, torch.Tensor>> Weights(ClipModel model)
    {
        using var _ = torch.no_grad();
        return [.. model.Published().Select(tensor => KeyValuePair.Create(tensor.Name, Copy(tensor)))];
    }

    private static torch.Tensor Copy(PublishedTensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return tensor.Of(tensor.Parameter).detach().cpu().clone().MoveToOuterDisposeScope();
    }

    private static void Fill(ClipModel model, TensorFile file)
    {
        var match = PublishedWeights.Fill(model.Published(), file.Tensors.ToDictionary(tensor => tensor.Name), ExpectedWeights.None);
        match = match with { Unused = [.. match.Unused.Where(name => !name.EndsWith(NoWeights, StringComparison.Ordinal))] };
        if (!match.IsComplete)
        {
            throw new UserError($"{file.Path} does not fit the CLIP that its config.json describes: {match.Words}. {(match.Missing.Count > 0 ? "Features of random weights would mean nothing: give a checkpoint of the whole model, both towers and projections, or fetch it again." : "Fetch the model again.")}");
        }
    }
}
