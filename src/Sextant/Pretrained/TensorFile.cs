namespace Sextant.Pretrained;

/// <summary>How a file of weights is laid out.</summary>
public enum TensorFormat
{
    /// <summary>A JSON header and raw values.</summary>
    Safetensors,

    /// <summary>What torch.save writes since PyTorch 1.6: a zip of a pickle and raw storages.</summary>
    TorchZip,

    /// <summary>What torch.save wrote before: pickles in a row, then raw storages.</summary>
    TorchLegacy,
}

/// <summary>
/// The named tensors of a checkpoint. Opening reads and checks what describes them; values are read from the mapped file only
/// when asked for. Nothing in a file is ever executed, and nothing is written.
/// </summary>
public sealed class TensorFile : IDisposable
{
    /// <summary>What a folder is searched for, the first found being taken.</summary>
    private static readonly string[] UsualNames =
        ["model.safetensors", "model.safetensors" + ShardIndex.Ending, "pytorch_model.bin", "pytorch_model.bin" + ShardIndex.Ending];

    private static readonly string[] Endings = [".safetensors", ".bin", ".pt", ".pth", ShardIndex.Ending];

    private readonly Dictionary<string, StoredTensor> byName = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<FileBytes> files;

    internal TensorFile(string path, TensorContent content, IReadOnlyList<FileBytes> files)
    {
        this.files = files;
        Path = path;
        Format = content.Format;
        Tensors = content.Tensors;
        Metadata = content.Metadata;
        LeftOut = content.LeftOut;
        Under = content.Under;
        foreach (var tensor in content.Tensors)
        {
            if (!byName.TryAdd(tensor.Name, tensor))
            {
                throw files[0].Malformed($"it holds two tensors named '{tensor.Name.Shown()}'");
            }
        }
    }

    /// <summary>The file that was opened: weights, or the index of several such files.</summary>
    public string Path { get; }

    public TensorFormat Format { get; }

    /// <summary>The files that hold the values: one, or several named by an index.</summary>
    public IReadOnlyList<string> Files => [.. files.Select(f => f.Path)];

    /// <summary>In the order of the file; every name once.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>The __metadata__ of safetensors; empty elsewhere.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What a pickle holds besides the named tensors, as words: "epoch (a number)".</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>The key of the pickle under which the tensors were found, such as "state_dict"; null where they are at the top.</summary>
    public string? Under { get; }

    /// <summary>Opens a file by its content, whatever its name; or a folder's model.safetensors, model.safetensors.index.json, pytorch_model.bin or pytorch_model.bin.index.json, the first there is.</summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="fileName">Which file of the folder to take instead.</param>
    /// <exception cref="UserError">There is none, it is no file of weights, or it is malformed; one sentence says which.</exception>
    public static TensorFile Open(string path, string? fileName = null)
    {
        string file = Choose(path, fileName);
        List<FileBytes> opened = [FileBytes.Open(file)];
        try
        {
            var kind = FileKinds.Of(opened[0]);
            return kind == FileKind.Index
                ? ShardIndex.Open(opened)
                : new TensorFile(file, Read(opened[0], kind), opened);
        }
        catch
        {
            opened.ForEach(f => f.Dispose());
            throw;
        }
    }

    /// <summary>The tensor of a name; null if there is none.</summary>
    public StoredTensor? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Unmaps the files: nothing can be read any more; tensors that were read stay.</summary>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    /// <exception cref="UserError">The file is none of these, or malformed.</exception>
    internal static TensorContent Read(FileBytes file, FileKind kind) => kind switch
    {
        FileKind.SafeTensors => SafeTensorsHeader.Read(file),
        FileKind.Zip => TorchZip.Read(file),
        FileKind.Pickle => TorchLegacy.Read(file),
        _ => throw file.Malformed("it names other files where weights are expected"),
    };

    private static string Choose(string path, string? fileName)
    {
        if (!Directory.Exists(path))
        {
            return fileName is null ? path : throw new UserError($"{path} is no folder, so that {fileName} cannot be chosen in it; give the file alone, or its folder.");
        }

        if (fileName is not null)
        {
            return System.IO.Path.Combine(path, fileName);
        }

        if (UsualNames.Select(n => System.IO.Path.Combine(path, n)).FirstOrDefault(File.Exists) is string usual)
        {
            return usual;
        }

        string[] others = [.. Directory.EnumerateFiles(path).Select(f => System.IO.Path.GetFileName(f)).Where(n => Endings.Any(e => n.EndsWith(e, StringComparison.Ordinal))).Order(StringComparer.Ordinal).Take(5)];
        throw new UserError(others.Length > 0
            ? $"{path} holds no {UsualNames[0]} and no {UsualNames[2]}; name the file to take ({string.Join(", ", others)})."
            : $"{path} is a folder without weights: it holds no {string.Join(", no ", UsualNames)}; give the file itself, or the folder that holds it.");
    }
}

/// <summary>What was read of one file.</summary>
internal sealed record TensorContent(TensorFormat Format, IReadOnlyList<StoredTensor> Tensors)
{
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> LeftOut { get; init; } = [];

    public string? Under { get; init; }
}
