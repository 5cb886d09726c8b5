using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>Tensors of a checkpoint and of a model that are called the same.</summary>
internal static class PublishedWeights
{
    /// <summary>What is written.</summary>
    public const string FileName = "model.safetensors";

    /// <summary>Copies what both have.</summary>
    /// <param name="wanted">Of the model, on the processor; float32.</param>
    /// <param name="stored">Of the checkpoint, by their published names.</param>
    /// <param name="expected">Whose new tensors are left as they are.</param>
    /// <returns>All that did not meet.</returns>
    /// <exception cref="UserError">A tensor holds whole numbers, or the file is damaged.</exception>
    public static WeightMatch Fill(IEnumerable<PublishedTensor> wanted, IReadOnlyDictionary<string, StoredTensor> stored, ExpectedWeights expected)
    {
        List<string> missing = [], misshapen = [];
        var taken = new HashSet<string>();
        using var _ = torch.no_grad();
        foreach (var tensor in wanted)
        {
            if (expected.IsNew(tensor.Name) || !stored.TryGetValue(tensor.Name, out var source))
            {
                missing.Add(tensor.Name);
                continue;
            }

            taken.Add(tensor.Name);
            if (!source.Shape.SequenceEqual(tensor.Shape))
            {
                misshapen.Add($"{tensor.Name} is [{string.Join(", ", source.Shape)}] in the file and [{string.Join(", ", tensor.Shape)}] in the model");
                continue;
            }

            using var part = tensor.Of(tensor.Parameter);
            source.CopyTo(part);
        }

        return new WeightMatch(missing, [.. stored.Keys.Where(name => !taken.Contains(name))], misshapen);
    }

    /// <summary>Writes the weights of a model, and disposes of them.</summary>
    public static void Write(string path, IReadOnlyList<KeyValuePair<string, torch.Tensor>> weights)
    {
        try
        {
            SafeTensors.Write(path, weights);
        }
        finally
        {
            foreach (var (_, tensor) in weights)
            {
                tensor.Dispose();
            }
        }
    }
}
