using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tests.Models.Encoders;
using TorchSharp;

namespace Sextant.Tests.Pretrained;

/// <summary>Folders of small encoders whose tensors a test changes.</summary>
internal static class MadeEncoder
{
    /// <summary>The tensors of a checkpoint by name, in their order; the test owns them.</summary>
    public static List<KeyValuePair<string, torch.Tensor>> Tensors(EncoderModel model) => [.. EncoderWeights.Of(model)];

    /// <summary>A folder with a config and these tensors, its path.</summary>
    public static string Write(TemporaryFolder folder, string name, EncoderOptions options, IEnumerable<KeyValuePair<string, torch.Tensor>> tensors)
    {
        string path = folder.Combine(name);
        Directory.CreateDirectory(path);
        SafeTensors.Write(Path.Combine(path, "model.safetensors"), tensors);
        new EncoderConfig(options, ToyEncoders.Vocabulary, [], null).Write(path);
        return path;
    }

    /// <summary>The same with names, or without the tensors, as a function says: null leaves one out.</summary>
    public static string Write(TemporaryFolder folder, string name, EncoderModel model, Func<string, string?> rename, params (string Name, long[] Shape)[] more)
    {
        using var scope = torch.NewDisposeScope();
        var tensors = Tensors(model).Where(t => rename(t.Key) is not null).Select(t => KeyValuePair.Create(rename(t.Key)!, t.Value)).Concat(more.Select(m => KeyValuePair.Create(m.Name, torch.zeros(m.Shape))));
        return Write(folder, name, model.Options, tensors);
    }

    /// <summary>Whether every published tensor that both have holds the same bits.</summary>
    public static IEnumerable<string> Differing(EncoderModel expected, EncoderModel actual)
    {
        using var scope = torch.NewDisposeScope();
        var others = EncoderWeights.Of(actual).ToDictionary();
        return [.. EncoderWeights.Of(expected).Where(t => others.TryGetValue(t.Key, out var other) && !t.Value.bytes.SequenceEqual(other.bytes)).Select(t => t.Key)];
    }
}
