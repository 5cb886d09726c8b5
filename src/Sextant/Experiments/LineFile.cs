using System.Text;
using System.Text.Json;

namespace Sextant.Experiments;

/// <summary>
/// A file of a run that grows by lines of JSON. A checkpoint counts its bytes and keeps a copy: on resuming, what was written after it is cut off, since it will be
/// written again, and what a power cut took before it comes back.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="copy">What the copy in a checkpoint's folder is called.</param>
internal sealed class LineFile(string path, string copy)
{
    public string Path => path;

    public void Append<T>(T line)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, RecipeJson.Line) + "\n"));
    }

    /// <summary>The lines so far; a last one that was cut short is the checkpoint's, or left out if that has none.</summary>
    /// <exception cref="UserError">A line is damaged.</exception>
    public IReadOnlyList<T> Read<T>(string checkpoint)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        string text = File.ReadAllText(path);
        if (!text.EndsWith('\n') && File.Exists(In(checkpoint)) && File.ReadAllText(In(checkpoint)) is var kept && kept.Length > text.Length)
        {
            text = kept;
        }

        string whole = text[..(text.LastIndexOf('\n') + 1)];
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, i) => RunFolder.Deserialize<T>(line, $"{path}, line {i + 1}"))];
    }

    /// <summary>Keeps it with a checkpoint.</summary>
    /// <returns>Its length, all of it on the disk: a checkpoint must not know of lines that a power cut can take.</returns>
    public long KeepIn(string checkpoint)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        WholeFile.Copy(path, In(checkpoint));
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
        return file.Length;
    }

    /// <summary>Makes it what it was at a checkpoint.</summary>
    /// <exception cref="UserError">It is shorter, and the copy is not the one.</exception>
    public void Restore(string checkpoint, long length)
    {
        long there = File.Exists(path) ? new FileInfo(path).Length : 0;
        if (there < length && File.Exists(In(checkpoint)) && new FileInfo(In(checkpoint)).Length == length)
        {
            WholeFile.Copy(In(checkpoint), path);
        }
        else if (there < length)
        {
            throw new UserError($"{path} is shorter than it was at the checkpoint; restore it, or delete the folder checkpoint beside it to train from the start.");
        }

        if (File.Exists(path))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            file.SetLength(Math.Min(file.Length, length));
        }
    }

    private string In(string checkpoint) => System.IO.Path.Combine(checkpoint, copy);
}
