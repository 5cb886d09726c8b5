using System.Globalization;
using Sextant.Data.Pictures;
using SkiaSharp;

namespace Sextant.Data.Drawn;

/// <summary>Writes drawn pictures as a folder: a PNG file each, <c>captions.csv</c> with the columns picture and caption, and <see cref="SceneFile"/> last, so that a folder that has it is complete.</summary>
public static class DrawnFolder
{
    /// <summary>The captions' file within the folder.</summary>
    public const string CaptionsName = "captions.csv";

    /// <param name="folder">Where; it is made where it is missing.</param>
    /// <param name="scenes">What is drawn, in order; names of files count from 1.</param>
    /// <param name="size">Pixels of a side.</param>
    /// <param name="captions">The captions of a scene at an index.</param>
    /// <param name="stop">Ends the work between two pictures.</param>
    /// <exception cref="UserError">The folder holds something already.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<DrawnScene> scenes, int size, Func<DrawnScene, int, IEnumerable<string>> captions, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(captions);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new UserError($"{folder} is not empty; give a folder that is new or empty.");
        }

        Directory.CreateDirectory(folder);
        int digits = Math.Max(4, scenes.Count.ToString(CultureInfo.InvariantCulture).Length);
        var pictures = new List<DrawnPicture>(scenes.Count);
        var rows = new List<string> { "picture,caption" };
        foreach (var (i, scene) in scenes.Index())
        {
            stop.ThrowIfCancellationRequested();
            string name = (i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0') + ".png";
            File.WriteAllBytes(Path.Combine(folder, name), Png(SceneDrawing.Draw(scene, size)));
            pictures.Add(new DrawnPicture(name, scene));
            rows.AddRange(captions(scene, i).Select(caption => $"{name},{(caption.Contains(',', StringComparison.Ordinal) ? $"\"{caption}\"" : caption)}"));
        }

        WholeFile.Write(Path.Combine(folder, CaptionsName), string.Join('\n', rows) + "\n");
        SceneFile.Write(folder, pictures);
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
