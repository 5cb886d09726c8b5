namespace Sextant.Pretrained.Hub;

/// <summary>
/// One model in the cache that several tools share, laid out as huggingface_hub does: models--ORG--NAME holds blobs/ETAG (contents, each once),
/// snapshots/COMMIT/FILE (links to them) and refs/REVISION (the commit that a branch or tag was when it was last asked for).
/// </summary>
internal sealed class HubCache(string root, string name)
{
    /// <summary>The ending of a blob that is not yet whole, and unchecked.</summary>
    public const string Incomplete = ".incomplete";

    private readonly string folderName = "models--" + name.Replace("/", "--", StringComparison.Ordinal);

    public string Root => root;

    public string Folder => Path.Combine(root, folderName);

    public string Snapshot(string commit) => Path.Combine(Folder, "snapshots", commit);

    public string Blob(string tag) => Path.Combine(Folder, "blobs", tag);

    public string Partial(string tag) => Blob(tag) + Incomplete;

    /// <summary>The commit of a revision whose snapshot is here, whole or not; null for none.</summary>
    /// <exception cref="UserError">The cache names something that is no commit.</exception>
    public string? CommitOf(string revision)
    {
        string commit = revision;
        if (!HubName.IsCommit(revision))
        {
            string reference = Reference(revision);
            if (!File.Exists(reference))
            {
                return null;
            }

            commit = File.ReadAllText(reference).Trim();
            if (!HubName.IsCommit(commit))
            {
                throw new UserError($"{reference} holds no commit; delete it and pull {name} again.");
            }
        }

        return Directory.Exists(Snapshot(commit)) ? commit : null;
    }

    /// <summary>Records what commit a branch or tag is.</summary>
    public void Refer(string revision, string commit)
    {
        if (revision != commit && (!File.Exists(Reference(revision)) || File.ReadAllText(Reference(revision)).Trim() != commit))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Reference(revision))!);
            WholeFile.Write(Reference(revision), commit);
        }
    }

    /// <summary>The size of a file of a snapshot; null where it, or the blob that it is a link to, is not here.</summary>
    public long? SizeOf(string commit, string file)
    {
        string path = Path.Combine(Snapshot(commit), file);
        var target = Path.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path) : null; // File.Exists holds for a link that leads nowhere
        return target is FileInfo { Exists: true } there ? there.Length : null;
    }

    /// <summary>The files of a snapshot that are here, with slashes between folders.</summary>
    public IEnumerable<string> FilesOf(string commit) => Directory
        .EnumerateFiles(Snapshot(commit), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Snapshot(commit), file).Replace('\\', '/'))
        .Where(file => !WholeFile.IsUnfinished(file) && SizeOf(commit, file) is not null)
        .Order(StringComparer.Ordinal);

    /// <summary>Makes a blob a file of a snapshot: by a relative link, or by a copy where links cannot be made (Windows without the right to).</summary>
    /// <param name="tag">The blob's.</param>
    /// <param name="commit">The snapshot's.</param>
    /// <param name="file">With slashes between folders.</param>
    /// <param name="link">Makes the link at its first argument to its second; null for the system's.</param>
    public void Place(string tag, string commit, string file, Action<string, string>? link = null)
    {
        string place = Path.Combine(Snapshot(commit), file), folder = Path.GetDirectoryName(place)!;
        Directory.CreateDirectory(folder);
        string target = Path.GetRelativePath(folder, Blob(tag));
        if (new FileInfo(place).LinkTarget == target)
        {
            return;
        }

        string beside = $"{place}.{Guid.NewGuid():N}.new";
        try
        {
            (link ?? ((at, to) => File.CreateSymbolicLink(at, to)))(beside, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException && !WholeFile.IsDiskFull(e))
        {
            WholeFile.Copy(Blob(tag), place);
            return;
        }

        try
        {
            File.Move(beside, place, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>
    /// The right to write a blob, where other tools take it too: a lock of the kernel on an empty file, which ends with its holder. The file stays, since
    /// to delete it would take the lock from whoever opened it meanwhile.
    /// </summary>
    /// <returns>Null where another holds it.</returns>
    public FileStream? TryLock(string tag)
    {
        string path = Path.Combine(root, ".locks", folderName, tag + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    private string Reference(string revision) => Path.Combine(Folder, "refs", revision);

    /// <summary>ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; elsewhere EWOULDBLOCK, which flock gives.</summary>
    private static bool IsHeld(IOException error) =>
        (error.HResult & 0xffff) is var code && (OperatingSystem.IsWindows() ? code is 32 or 33 : code == (OperatingSystem.IsLinux() ? 11 : 35));
}
