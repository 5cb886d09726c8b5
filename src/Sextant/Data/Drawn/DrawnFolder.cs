using System.Globalization;
using System.Text;
using Sextant.Data.Pictures;
using SkiaSharp;

namespace Sextant.Data.Drawn;

/// <summary>
/// Writes drawn pictures as a folder: a PNG file each, <c>captions.csv</c> with the columns picture and caption, and <see cref="SceneFile"/> last, so that a folder that has it is complete. What
/// was begun and stopped is gone on with.
/// </summary>
public static class DrawnFolder
{
    /// <summary>The captions' file within the folder.</summary>
    public const string CaptionsName = PictureFolder.CaptionsFile;

    /// <param name="folder">Where; it is made where it is missing. It may hold the beginning of the same pictures.</param>
    /// <param name="scenes">What is drawn, in order; names of files count from 1.</param>
    /// <param name="size">Pixels of a side.</param>
    /// <param name="captions">The captions of a scene at an index.</param>
    /// <param name="progress">Hears how many pictures are there, each time that one is.</param>
    /// <param name="stop">Ends the work between two pictures.</param>
    /// <exception cref="UserError">The folder holds something else already, or all of it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<DrawnScene> scenes, int size, Func<DrawnScene, int, IEnumerable<string>> captions, Action<int>? progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(captions);
        int digits = Math.Max(4, scenes.Count.ToString(CultureInfo.InvariantCulture).Length);
        DrawnPicture[] pictures = [.. scenes.Select((scene, i) => new DrawnPicture((i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + ".png", scene))];
        int begun = Begun(folder, pictures);
        Directory.CreateDirectory(folder);
        foreach (string unfinished in Directory.EnumerateFiles(folder).Where(path => IsUnfinished(Path.GetFileName(path))))
        {
            File.Delete(unfinished);
        }

        var rows = new List<string> { "picture,caption" };
        foreach (var (i, (name, scene)) in pictures.Index())
        {
            stop.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, name);
            byte[] png = Png(SceneDrawing.Draw(scene, size));
            if (i >= begun || !IsThere(path, png, mayEndEarly: i == begun - 1))
            {
                File.WriteAllBytes(path, png);
            }

            rows.AddRange(captions(scene, i).Select(caption => $"{name},{(caption.Contains(',', StringComparison.Ordinal) ? $"\"{caption}\"" : caption)}"));
            progress?.Invoke(i + 1);
        }

        string table = Path.Combine(folder, CaptionsName), text = string.Join('\n', rows) + "\n";
        if (!File.Exists(table) || !IsThere(table, Encoding.UTF8.GetBytes(text), mayEndEarly: false))
        {
            WholeFile.Write(table, text);
        }

        SceneFile.Write(folder, pictures);
    }

    /// <summary>How many of the first pictures a folder that was stopped holds; 0 of one that is new or empty.</summary>
    /// <exception cref="UserError">It holds anything that such a folder does not.</exception>
    private static int Begun(string folder, DrawnPicture[] pictures)
    {
        if (!Directory.Exists(folder))
        {
            return !File.Exists(folder) ? 0 : throw new UserError($"{folder} is a file; give a folder that is new or empty.");
        }

        HashSet<string> there = [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Where(name => !IsUnfinished(name))];
        bool hasCaptions = there.Remove(CaptionsName);
        int begun = pictures.TakeWhile(picture => there.Contains(picture.Picture)).Count();
        return begun == there.Count && (!hasCaptions || begun == pictures.Length)
            ? begun
            : throw new UserError($"{folder} is not empty; give a folder that is new or empty{(there.Contains(SceneFile.Name) ? "" : ", or the command that began it")}.");
    }

    /// <summary>Whether a name is of what a killed process left of the two files that are written whole.</summary>
    private static bool IsUnfinished(string name) =>
        WholeFile.IsUnfinished(name) && (name.StartsWith(CaptionsName, StringComparison.Ordinal) || name.StartsWith(SceneFile.Name, StringComparison.Ordinal));

    /// <summary>Whether a file holds what is to be in it; false where the writing of it was stopped.</summary>
    /// <exception cref="UserError">It holds something else.</exception>
    private static bool IsThere(string path, ReadOnlySpan<byte> content, bool mayEndEarly)
    {
        ReadOnlySpan<byte> there = File.ReadAllBytes(path);
        bool isWhole = there.SequenceEqual(content);
        return isWhole || (mayEndEarly && content.StartsWith(there))
            ? isWhole
            : throw new UserError($"{path} holds something else than would be written there; give a folder that is new or empty, or the command that began this one.");
    }

    private static byte[] Png(RgbPicture picture)
    {
        byte[] rgba = new byte[4 * picture.Width * picture.Height];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            picture.Rgb.AsSpan(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = 255;
        }

        using var image = SKImage.FromPixelCopy(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), rgba);
        using var encoded = image.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }
}
