namespace Sextant.Data.Pictures;

/// <summary>Reads the files of pictures whole. What is no ordinary file is never opened: a pipe would be waited for without end.</summary>
internal static class PictureBytes
{
    /// <exception cref="UserError">There is no such file, it may not be read, it is empty or too large, or it is no ordinary file.</exception>
    public static byte[] Read(string path, int most)
    {
        if (Directory.Exists(path))
        {
            throw new UserError($"{path}: it is a folder, {(MayBeListed(path) ? "not a picture; name a file in it" : "and may not be read; change its permissions or leave it out")}.");
        }

        try
        {
            var file = Target(new FileInfo(path));
            if (!file.Exists)
            {
                throw Missing(path);
            }

            return file.Length switch
            {
                0 => throw new UserError($"{path}: nothing is in it, or it is a pipe or a device; give the file of a picture."),
                long length when length > most => throw new UserError($"{path}: it has {length >> 20} MiB, and files above {most >> 20} MiB are not read as pictures; make it smaller or leave it out."),
                _ => Read(file.FullName, path, most),
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(path, e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UserError($"{path}: it may not be read; change its permissions or leave it out.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            throw new UserError($"{path}: it cannot be read ({e.Message.Split('\n')[0].TrimEnd('.')}); check the file or leave it out.", e);
        }
    }

    /// <summary>The file that a link leads to in the end, whose length is that of what would be read; the file itself where it is no link.</summary>
    public static FileInfo Target(FileInfo file) => file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;

    /// <summary>That a file is not there, or, of a link, that what it leads to is not.</summary>
    public static UserError Missing(string path, Exception? inner = null)
    {
        string message = new FileInfo(path).LinkTarget is string target
            ? $"{path}: it is a link to {target}, which is not there; mend or remove the link."
            : $"{path}: there is no such file; check the path, which is taken from the current folder.";
        return inner is null ? new UserError(message) : new UserError(message, inner);
    }

    private static bool MayBeListed(string folder)
    {
        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static byte[] Read(string target, string path, int most)
    {
        using var stream = new FileStream(target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        long length = stream.Length;
        if (!stream.CanSeek || length > most)
        {
            throw new UserError($"{path}: it has changed while it was read; try again.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
