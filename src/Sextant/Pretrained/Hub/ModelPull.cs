namespace Sextant.Pretrained.Hub;

/// <summary>What to bring of a model, and who hears of it.</summary>
public sealed record PullOptions
{
    /// <summary>A branch, a tag or a commit.</summary>
    public string Revision { get; init; } = HubName.Main;

    /// <summary>Names of files, in which * stands for anything and ? for one character; none for config, weights and tokeniser.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    public IProgress<PullProgress>? Progress { get; init; }

    /// <summary>Told a sentence where something is tried again, waited for or done without.</summary>
    public Action<string>? Notice { get; init; }
}

/// <summary>How far a file is.</summary>
/// <param name="File">Its name.</param>
/// <param name="Bytes">What is here.</param>
/// <param name="Size">What there is to be, in bytes.</param>
public sealed record PullProgress(string File, long Bytes, long Size);

/// <summary>A model that is in the cache.</summary>
/// <param name="Name">NAME or ORG/NAME.</param>
/// <param name="Revision">What was asked for.</param>
/// <param name="Commit">What that is.</param>
/// <param name="Folder">Holds the files.</param>
/// <param name="Files">Those that were asked for.</param>
public sealed record PulledModel(string Name, string Revision, string Commit, string Folder, IReadOnlyList<PulledFile> Files)
{
    /// <summary>Of all files, fetched now or before.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}

/// <summary>A file of a model in the cache.</summary>
/// <param name="Name">With slashes between folders.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Fetched">Whether it was fetched now; false where it was here.</param>
public sealed record PulledFile(string Name, long Bytes, bool Fetched);

/// <summary>Brings models from a hub into the cache that other tools share. What is there is not fetched again, and what broke off goes on.</summary>
public static class ModelPull
{
    /// <summary>Brings a model's files.</summary>
    /// <param name="name">NAME or ORG/NAME.</param>
    /// <param name="options">Which revision and files.</param>
    /// <param name="settings">Where from and where to.</param>
    /// <param name="stop">Ends it; what has come is kept, and the next pull goes on there.</param>
    /// <exception cref="UserError">There is no such model, revision or file, no access, no connection or no room; one sentence says which.</exception>
    public static Task<PulledModel> Run(string name, PullOptions options, HubSettings settings, CancellationToken stop) =>
        Task.Run(() => Pull(name, options, settings, stop), stop); // a caller's thread may draw a window: checksums take a while

    private static async Task<PulledModel> Pull(string name, PullOptions options, HubSettings settings, CancellationToken stop)
    {
        HubName.CheckModel(name);
        HubName.CheckRevision(options.Revision);
        var cache = new HubCache(settings.Cache, name);
        try
        {
            var (cached, missing) = FromCache(name, options, cache);
            if (settings.IsOffline)
            {
                return cached ?? throw new UserError($"{cache.Root} has no {missing}, and nothing is fetched offline; pull {name} without --offline (and HF_HUB_OFFLINE).");
            }

            bool isPinned = HubName.IsCommit(options.Revision) && cached is not null && ModelFiles.AreSettled([.. cache.FilesOf(cached.Commit)], options.Files);
            return isPinned ? cached! : await FromHub(name, options, settings, cache, cached, stop);
        }
        catch (HubInterruption e)
        {
            throw new UserError($"{e.Message}; check the network and HF_ENDPOINT, and pull {name} again: it goes on where it ended.", e);
        }
        catch (Exception e) when (WholeFile.IsDiskFull(e))
        {
            throw new UserError($"The disk that holds {settings.Cache} is full; make room, or set HF_HUB_CACHE to a folder elsewhere, and pull {name} again: it goes on where it ended.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The cache {settings.Cache} cannot be read or written: {e.Message.Split('\n')[0].TrimEnd('.')}; mend that, or set HF_HUB_CACHE to a folder of yours.", e);
        }
    }

    private static async Task<PulledModel> FromHub(string name, PullOptions options, HubSettings settings, HubCache cache, PulledModel? cached, CancellationToken stop)
    {
        using var connection = new HubConnection(settings);
        var hub = new HubModel(connection, settings, name, options.Revision);
        HubListing listing;
        try
        {
            listing = await Persist(() => hub.List(stop), settings, cached is null ? settings.Tries : 1, options.Notice, stop);
        }
        catch (HubInterruption e) when (cached is not null)
        {
            options.Notice?.Invoke($"{e.Message}; what the cache has of {name} ({options.Revision} is {cached.Commit} there) is used.");
            return cached;
        }

        if (ModelFiles.Missing(listing.Files, options.Files) is string missing)
        {
            throw new UserError($"{name} at {settings.Endpoint} has no {missing}; {(options.Files.Count > 0 ? "its files are" : "choose what to fetch with --file; its files are")} {Some(listing.Files)}.");
        }

        var download = new HubDownload(hub, connection, cache, settings, options.Notice);
        List<PulledFile> files = [];
        async Task Bring(string file)
        {
            if (cache.SizeOf(listing.Commit, file) is long size)
            {
                files.Add(new PulledFile(file, size, Fetched: false));
                return;
            }

            var found = await Persist(() => hub.Describe(listing.Commit, file, stop), settings, settings.Tries, options.Notice, stop);
            bool isFetched = await download.Fetch(listing.Commit, found, bytes => options.Progress?.Report(new PullProgress(file, bytes, found.Bytes)), stop);
            cache.Place(found.Tag, listing.Commit, file);
            files.Add(new PulledFile(file, found.Bytes, isFetched));
        }

        var chosen = ModelFiles.Choose(listing.Files, options.Files);
        foreach (string file in chosen)
        {
            await Bring(file);
        }

        if (options.Files.Count == 0)
        {
            foreach (string file in ModelFiles.Shards(chosen, cache.Snapshot(listing.Commit)))
            {
                await Bring(listing.Files.Contains(file) ? file : throw new UserError($"{chosen[^1]} of {name} names {file.Shown()}, which {settings.Endpoint} does not have; tell who published the model."));
            }
        }

        cache.Refer(options.Revision, listing.Commit); // last, so that a revision that was whole stays so until the new one is
        return new PulledModel(name, options.Revision, listing.Commit, cache.Snapshot(listing.Commit), files);
    }

    /// <summary>The model as the cache has it, or what it has not.</summary>
    private static (PulledModel? Model, string? Missing) FromCache(string name, PullOptions options, HubCache cache)
    {
        string what = $"{options.Revision} of {name}";
        if (cache.CommitOf(options.Revision) is not string commit)
        {
            return (null, what);
        }

        string[] there = [.. cache.FilesOf(commit)];
        if (ModelFiles.Missing(there, options.Files) is string missing)
        {
            return (null, $"{missing} for {what}");
        }

        var chosen = ModelFiles.Choose(there, options.Files);
        if (options.Files.Count == 0)
        {
            var shards = ModelFiles.Shards(chosen, cache.Snapshot(commit));
            if (shards.FirstOrDefault(shard => !there.Contains(shard)) is string lacking)
            {
                return (null, $"{lacking.Shown()} for {what}");
            }

            chosen = [.. chosen, .. shards];
        }

        return (new PulledModel(name, options.Revision, commit, cache.Snapshot(commit), [.. chosen.Select(file => new PulledFile(file, cache.SizeOf(commit, file)!.Value, Fetched: false))]), null);
    }

    private static async Task<T> Persist<T>(Func<Task<T>> attempt, HubSettings settings, int tries, Action<string>? notice, CancellationToken stop)
    {
        var patience = new Patience(settings, tries, notice);
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (HubInterruption e)
            {
                await patience.Wait(e, stop);
            }
        }
    }

    private static string Some(IReadOnlyList<string> files)
    {
        const int Shown = 12;
        return files.Count == 0 ? "none" : string.Join(", ", files.Take(Shown).Select(file => file.Shown())) + (files.Count > Shown ? ", ..." : "");
    }
}
