namespace Sextant.Data.Pictures;

/// <summary>Finds the pictures of a folder, and what is said of them.</summary>
public static class PictureFolder
{
    /// <summary>The table that gives the captions of the folder it lies in.</summary>
    public const string CaptionsFile = "captions.csv";

    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp" };

    /// <summary>
    /// The pictures in a folder and the folders in it: files that begin as a picture does, whatever their name, and files that are named as one, so that a broken one is missed by its reader and
    /// not silently. What is hidden, other files and linked folders are left out; a folder that may not be listed stands for what is in it.
    /// </summary>
    /// <returns>Paths that begin with <paramref name="folder"/>, in the ordinal order of what follows it.</returns>
    /// <exception cref="UserError">There is no such folder, it may not be read, or no picture is in it.</exception>
    public static IReadOnlyList<string> Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserError(File.Exists(folder) ? $"{folder} is a file; give the folder that holds the pictures." : $"There is no folder {folder}; check the path, which is taken from the current folder.");
        }

        var found = new List<string>();
        var folders = new Stack<string>([folder]);
        while (folders.TryPop(out string? next))
        {
            try
            {
                foreach (var entry in new DirectoryInfo(next).EnumerateFileSystemInfos().Where(entry => !IsHidden(entry)))
                {
                    string path = Path.Combine(next, entry.Name);
                    if (entry is DirectoryInfo { LinkTarget: null }) // a link may lead back to where it lies
                    {
                        folders.Push(path);
                    }
                    else if (entry is FileInfo file && IsPicture(file))
                    {
                        found.Add(path);
                    }
                }
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                if (next == folder)
                {
                    throw new UserError($"{folder} may not be read ({e.Message.Split('\n')[0].TrimEnd('.')}); change its permissions.", e);
                }

                found.Add(next);
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found.Count > 0 ? found : throw new UserError($"{folder} holds no picture; put {PictureKind.Names} files into it.");
    }

    /// <summary>
    /// Pictures with their captions. Of a table (CSV, TSV or JSONL) its columns picture, a path that is taken from the table's folder, and caption, in any case of letters, with a row for each caption. Of a folder the
    /// table captions.csv in it, or, where there is none, NAME.txt beside each picture NAME.png, with a caption a line.
    /// </summary>
    /// <returns>In the order of the table, or of <see cref="Find"/>.</returns>
    /// <exception cref="UserError">There is no such file or folder, a column or a picture is not there, or a picture has no caption.</exception>
    public static IReadOnlyList<CaptionedPicture> Captioned(string folderOrCsv)
    {
        if (!Directory.Exists(folderOrCsv))
        {
            return PictureCaptions.OfTable(folderOrCsv);
        }

        string table = Path.Combine(folderOrCsv, CaptionsFile);
        return File.Exists(table) ? PictureCaptions.OfTable(table) : PictureCaptions.BesidePictures(folderOrCsv, Find(folderOrCsv));
    }

    private static bool IsHidden(FileSystemInfo entry) => entry.Name.StartsWith('.') || entry.Attributes.HasFlag(FileAttributes.Hidden);

    private static bool IsPicture(FileInfo file)
    {
        if (Endings.Contains(file.Extension))
        {
            return true;
        }

        try
        {
            file = PictureBytes.Target(file);
            if (file.Length < PictureKind.Telling) // a pipe, which would be waited for, has no length
            {
                return false;
            }

            Span<byte> start = stackalloc byte[PictureKind.Telling];
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && PictureKind.Of(start) is not null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or NotSupportedException)
        {
            return false;
        }
    }
}
