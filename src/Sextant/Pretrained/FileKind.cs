using System.Text;

namespace Sextant.Pretrained;

/// <summary>What a file is by its first bytes; its name says nothing.</summary>
internal enum FileKind
{
    SafeTensors,
    Zip,
    Pickle,
    Index,
}

/// <summary>Tells the formats of weights from one another and from what is often taken for them.</summary>
internal static class FileKinds
{
    private const int Looked = 512;

    private static readonly (string Start, string Is)[] Others =
    [
        ("version https://git-lfs.github.com", "a Git LFS pointer: a text that stands for the weights, not the weights; fetch the file itself (git lfs pull, or the hub's download link)"),
        ("GGUF", "a GGUF file, which Sextant does not read; fetch the safetensors or PyTorch file of the model"),
        ("\u0089HDF", "an HDF5 file (TensorFlow's weights), which Sextant does not read; fetch the safetensors or PyTorch file of the model"),
        ("\u001f\u008b", "a gzip archive; unpack it and give the file of weights in it"),
        ("7z\u00bc\u00af", "a 7z archive; unpack it and give the file of weights in it"),
        ("%PDF", "a PDF document, not a file of weights; fetch the weights"),
    ];

    /// <exception cref="UserError">It is something else, which the message names where it can.</exception>
    public static FileKind Of(FileBytes file)
    {
        var start = file.Slice(0, Math.Min(Looked, file.Length));
        return start switch
        {
            [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] => FileKind.SafeTensors,
            [(byte)'P', (byte)'K', 3 or 5, 4 or 6, ..] => FileKind.Zip,
            [0x80, <= 5, ..] => FileKind.Pickle,
            _ => OfText(file, start),
        };
    }

    private static FileKind OfText(FileBytes file, ReadOnlySpan<byte> start)
    {
        string text = Encoding.Latin1.GetString(start);
        string written = text.TrimStart(' ', '\t', '\r', '\n', '\u00ef', '\u00bb', '\u00bf');
        if (Others.FirstOrDefault(o => text.StartsWith(o.Start, StringComparison.Ordinal)).Is is string other)
        {
            throw new UserError($"{file.Path} is {other}.");
        }

        if (written.StartsWith('<'))
        {
            throw new UserError($"{file.Path} is a web page or XML, not a file of weights; a server answered with it in place of the file, so look at it and fetch again.");
        }

        if (text.Length > 262 && text.AsSpan(257, 5) is "ustar")
        {
            throw new UserError($"{file.Path} is a tar archive; unpack it, or, if PyTorch 0.1 wrote it, load it there and save it again.");
        }

        if (text.Length > 8 && text[8] == '{' && !written.StartsWith('{'))
        {
            return FileKind.SafeTensors; // with a length of header that cannot be
        }

        if (written.StartsWith('{'))
        {
            return FileKind.Index;
        }

        throw start.ContainsAnyExceptInRange((byte)'\t', (byte)'~')
            ? file.Malformed("it begins as neither safetensors nor PyTorch's files do")
            : new UserError($"{file.Path} is a text, not a file of weights; it begins with '{text[..Math.Min(60, text.Length)].Shown()}': fetch the weights.");
    }
}
