using System.Net;

namespace Sextant.Pretrained.Hub;

/// <summary>Brings contents into the cache: continued where they broke off, never more than was announced, and checked before they get their name.</summary>
internal sealed class HubDownload(HubModel model, HubConnection connection, HubCache cache, HubSettings settings, Action<string>? notice)
{
    private const int Piece = 1 << 17;
    private const int Gain = 1 << 20;
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Brings one file's content.</summary>
    /// <param name="commit">Of the model.</param>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told how many bytes are here.</param>
    /// <param name="stop">Ends it; what has come is kept.</param>
    /// <returns>Whether anything had to be fetched.</returns>
    /// <exception cref="HubInterruption">It failed too often in a row.</exception>
    /// <exception cref="UserError">What comes is not what was announced.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    public async Task<bool> Fetch(string commit, HubFile file, Action<long> progress, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(cache.Blob(file.Tag))!);
        if (IsHere(file))
        {
            return false;
        }

        using var claim = await Claim(file, stop);
        if (IsHere(file))
        {
            return false; // by whoever held the lock
        }

        bool isPieced = await Fill(commit, file, progress, stop);
        if (!Check(file, stop))
        {
            File.Delete(cache.Partial(file.Tag));
            bool isMended = false;
            if (isPieced)
            {
                notice?.Invoke($"{file.Name}: the pieces do not make what was announced; it is fetched again as a whole.");
                await Fill(commit, file, progress, stop);
                isMended = Check(file, stop);
            }

            if (!isMended)
            {
                File.Delete(cache.Partial(file.Tag));
                throw new UserError($"{file.Name} does not match its checksum {file.Tag}: it was damaged on the way, or {settings.Endpoint} is wrong; pull it again, or from another HF_ENDPOINT.");
            }
        }

        File.Move(cache.Partial(file.Tag), cache.Blob(file.Tag), overwrite: true);
        return true;
    }

    /// <summary>A blob of another length than announced is damaged, and fetched again.</summary>
    private bool IsHere(HubFile file) => new FileInfo(cache.Blob(file.Tag)) is { Exists: true } blob && blob.Length == file.Bytes;

    private async Task<FileStream> Claim(HubFile file, CancellationToken stop)
    {
        for (bool isSaid = false; ; isSaid = true)
        {
            if (cache.TryLock(file.Tag) is { } claim)
            {
                return claim;
            }

            if (!isSaid)
            {
                notice?.Invoke($"{file.Name} is being fetched by another process; waiting for it.");
            }

            await Task.Delay(LockInterval, stop);
        }
    }

    private bool Check(HubFile file, CancellationToken stop)
    {
        bool? matches = ContentDigest.Matches(cache.Partial(file.Tag), file.Tag, stop);
        if (matches is null)
        {
            notice?.Invoke($"{file.Name}: {settings.Endpoint} gives no checksum, so that only its length was checked.");
        }

        return matches != false;
    }

    /// <summary>Completes the partial file.</summary>
    /// <returns>Whether it is made of pieces that came at different times.</returns>
    private async Task<bool> Fill(string commit, HubFile file, Action<long> progress, CancellationToken stop)
    {
        var patience = new Patience(settings, settings.Tries, notice);
        string partial = cache.Partial(file.Tag);
        bool isPieced = true;
        long gained = Length(partial);
        while (true)
        {
            if (Length(partial) > file.Bytes)
            {
                File.Delete(partial); // another tool's, or of an endpoint that announced something else
            }

            if (Length(partial) == file.Bytes && File.Exists(partial))
            {
                return isPieced;
            }

            try
            {
                isPieced = await Continue(commit, file, progress, stop);
            }
            catch (HubInterruption e)
            {
                if (Length(partial) >= gained + Gain)
                {
                    gained = Length(partial);
                    patience.Reset();
                }

                await patience.Wait(e, stop);
            }
        }
    }

    /// <summary>One request for what is still missing.</summary>
    /// <returns>Whether it went on where an earlier one had ended.</returns>
    private async Task<bool> Continue(string commit, HubFile file, Action<long> progress, CancellationToken stop)
    {
        string partial = cache.Partial(file.Tag);
        long have = Length(partial);
        using var answer = await model.Open(commit, file.Name, have, stop);
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            File.Delete(partial);
            throw have > 0 ? new HubInterruption($"{settings.Endpoint} has nothing of {file.Name} from byte {have} on") : Disagrees(file, "none");
        }

        long start = answer.StatusCode == HttpStatusCode.PartialContent ? have : 0; // an endpoint may not know ranges and begin again
        var range = answer.Content.Headers.ContentRange;
        if (answer.StatusCode == HttpStatusCode.PartialContent && (range?.From != have || (range.HasLength && range.Length != file.Bytes)))
        {
            throw Disagrees(file, $"range {range?.ToString() ?? "none"}");
        }

        if (answer.Content.Headers.ContentLength is long length && start + length != file.Bytes)
        {
            throw Disagrees(file, FormattableString.Invariant($"{start + length}"));
        }

        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        using var into = new FileStream(partial, start > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        byte[] piece = new byte[Piece];
        long at = start;
        progress(at);
        for (int count; (count = await connection.Read(body, piece, stop)) > 0;)
        {
            if (at + count > file.Bytes)
            {
                into.Dispose();
                File.Delete(partial); // nothing tells which of these bytes are the file's
                throw Disagrees(file, "more");
            }

            into.Write(piece, 0, count);
            at += count;
            progress(at);
        }

        if (at < file.Bytes)
        {
            throw new HubInterruption(FormattableString.Invariant($"{settings.Endpoint} ended {file.Name} after {at} of {file.Bytes} bytes"));
        }

        into.Flush(flushToDisk: true);
        return start > 0;
    }

    private UserError Disagrees(HubFile file, string sent) =>
        new(FormattableString.Invariant($"{settings.Endpoint} announces {file.Bytes} bytes for {file.Name} and sends another size ({sent}); pull it again later, or from another HF_ENDPOINT."));

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
