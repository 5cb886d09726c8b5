using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Sextant.Pretrained.Hub;

/// <summary>What a hub has of a model.</summary>
/// <param name="Commit">The commit that the revision is now.</param>
/// <param name="Files">Names with slashes, none of which leads out of the model's folder.</param>
internal sealed record HubListing(string Commit, IReadOnlyList<string> Files);

/// <summary>A file that a hub has.</summary>
/// <param name="Name">With slashes between folders.</param>
/// <param name="Tag">Its ETag: SHA-256 or git's name of it; fit to be a file's name.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record HubFile(string Name, string Tag, long Bytes);

/// <summary>One model on a hub, through the HTTP interface of Hugging Face.</summary>
internal sealed class HubModel(HubConnection connection, HubSettings settings, string name, string revision)
{
    private const int LongestListing = 16 << 20;

    /// <summary>GET /api/models/NAME/revision/REVISION: sha and siblings.</summary>
    /// <exception cref="HubInterruption">It may succeed later.</exception>
    /// <exception cref="UserError">There is no such model or revision, access is refused, or the answer is no listing.</exception>
    public async Task<HubListing> List(CancellationToken stop)
    {
        using var answer = await connection.Send(HttpMethod.Get, $"/api/models/{name}/revision/{Uri.EscapeDataString(revision)}", 0, _ => false, stop);
        Check(answer, null);
        byte[] content = await Content(answer, stop);
        if (IsPage(answer) || content.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("<"u8))
        {
            throw Page($"the list of the files of {name}");
        }

        var listing = Parse(content);
        return !HubName.IsCommit(revision) || revision == listing.Commit
            ? listing
            : throw new UserError($"{settings.Endpoint} gives commit {listing.Commit} where {revision} of {name} was asked for; check HF_ENDPOINT.");
    }

    /// <summary>HEAD /NAME/resolve/COMMIT/FILE, up to the redirect whose headers tell of the file.</summary>
    /// <exception cref="HubInterruption">It may succeed later.</exception>
    /// <exception cref="UserError">There is no such file, access is refused, or the answer does not say what it must.</exception>
    public async Task<HubFile> Describe(string commit, string file, CancellationToken stop)
    {
        string? tag = null, held = null, size = null;
        bool Tells(HttpResponseMessage hop) // the first that says a thing: the store behind the hub has tags and sizes of its own
        {
            tag ??= Header(hop, "X-Linked-Etag");
            size ??= Header(hop, "X-Linked-Size");
            held ??= Header(hop, "X-Repo-Commit");
            return tag is not null && size is not null;
        }

        using var answer = await connection.Send(HttpMethod.Head, Address(commit, file), 0, Tells, stop);
        bool isTold = Tells(answer);
        if (!isTold || (int)answer.StatusCode >= 400)
        {
            Check(answer, file);
        }

        if (answer.IsSuccessStatusCode && IsPage(answer, file))
        {
            throw Page(file);
        }

        tag = (tag ?? Header(answer, "ETag"))?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
        if (tag is null || !HubName.IsTag(tag))
        {
            throw new UserError($"{settings.Endpoint} gives no checksum (ETag) for {file} of {name}, as a hub of models does; check HF_ENDPOINT.");
        }

        if (held is not null && held != commit)
        {
            throw new UserError($"{settings.Endpoint} gives {file} of commit {held.Shown()} where {commit} was asked for; check HF_ENDPOINT.");
        }

        long? bytes = long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long linked) ? linked : answer.IsSuccessStatusCode ? answer.Content.Headers.ContentLength : null;
        return new HubFile(file, tag, bytes ?? throw new UserError($"{settings.Endpoint} does not say how large {file} of {name} is, so that it cannot be told when it is whole; check HF_ENDPOINT."));
    }

    /// <summary>GET /NAME/resolve/COMMIT/FILE, to where it redirects.</summary>
    /// <returns>200 with all of it, 206 with what begins at <paramref name="from"/>, or 416.</returns>
    /// <exception cref="HubInterruption">It may succeed later.</exception>
    /// <exception cref="UserError">Access is refused, or the answer is no file.</exception>
    public async Task<HttpResponseMessage> Open(string commit, string file, long from, CancellationToken stop)
    {
        var answer = await connection.Send(HttpMethod.Get, Address(commit, file), from, _ => false, stop);
        try
        {
            if (answer.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                Check(answer, file);
                if (IsPage(answer, file))
                {
                    throw Page(file);
                }
            }

            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private UserError Page(string what) => new($"{settings.Endpoint} answered with a web page in place of {what}; check HF_ENDPOINT, or whether this network asks for a login.");

    private string Address(string commit, string file) => $"/{name}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}";

    /// <exception cref="HubInterruption">The status says that a later try may succeed.</exception>
    /// <exception cref="UserError">The status says that none will.</exception>
    private void Check(HttpResponseMessage answer, string? file)
    {
        if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return;
        }

        string status = $"{(int)answer.StatusCode} ({answer.ReasonPhrase?.Shown() ?? answer.StatusCode.ToString()})";
        if (answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            var after = answer.Headers.RetryAfter;
            throw new HubInterruption($"{settings.Endpoint} answers {status}", after?.Delta ?? (after?.Date is { } date ? date - DateTimeOffset.UtcNow : null));
        }

        string what = file is null ? name : $"{file} of {name}", page = $"{settings.Endpoint}/{name}";
        string? code = Header(answer, "X-Error-Code");
        throw new UserError((answer.StatusCode, code, settings.Token) switch
        {
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, "GatedRepo", null) => $"{name} is given to those who accept its terms: accept them at {page}, and set HF_TOKEN to a token of yours.",
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, "GatedRepo", _) => $"The token has no access to {name}; ask for it at {page}, or set HF_TOKEN to another token.",
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, _, null) => $"{settings.Endpoint} gives {what} only to a token that has access, or has no such model ({status}); check the name, or set HF_TOKEN.",
            (HttpStatusCode.Unauthorized, _, _) => $"{settings.Endpoint} does not take the token for {what}, or has no such model ({status}); check the name, or set HF_TOKEN to a token that has access.",
            (HttpStatusCode.Forbidden, _, _) => $"The token has no access to {what} ({status}); ask for it at {page}, or set HF_TOKEN to another token.",
            (HttpStatusCode.NotFound, "RevisionNotFound", _) => $"{settings.Endpoint} has no revision '{revision}' of {name}; give a branch, a tag or a commit that {page} lists.",
            (HttpStatusCode.NotFound, _, _) when file is not null => $"{settings.Endpoint} has no file {file} of {name}, though it lists one; pull it again later.",
            (HttpStatusCode.NotFound, _, _) => $"{settings.Endpoint} has no model {name}{(revision == HubName.Main ? "" : $", or no revision '{revision}' of it")}; check the name{(settings.Token is null ? ", or set HF_TOKEN if it is private" : "")}.",
            _ => $"{settings.Endpoint} answers {status} where {what} was asked for; check the name and HF_ENDPOINT.",
        });
    }

    private async Task<byte[]> Content(HttpResponseMessage answer, CancellationToken stop)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(stop);
        using var content = new MemoryStream();
        byte[] piece = new byte[1 << 16];
        for (int count; (count = await connection.Read(body, piece, stop)) > 0;)
        {
            if (content.Length + count > LongestListing)
            {
                throw new UserError($"{settings.Endpoint} lists the files of {name} in more than {LongestListing >> 20} MiB, which is no list; check HF_ENDPOINT.");
            }

            content.Write(piece, 0, count);
        }

        return content.ToArray();
    }

    private HubListing Parse(byte[] content)
    {
        string[] files;
        string? commit;
        try
        {
            using var json = JsonDocument.Parse(content);
            commit = json.RootElement.GetProperty("sha").GetString();
            files = [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new UserError($"{settings.Endpoint} answers with something else than a list of the files of {name}; check HF_ENDPOINT.", e);
        }

        if (commit is null || !HubName.IsCommit(commit))
        {
            throw new UserError($"{settings.Endpoint} does not say what commit '{revision}' of {name} is; check HF_ENDPOINT.");
        }

        return files.FirstOrDefault(file => !HubName.IsInside(file)) is string outside
            ? throw new UserError($"{settings.Endpoint} lists a file '{outside.Shown()}' of {name}, which leads out of the model's folder: nothing was fetched; check HF_ENDPOINT, and tell who runs it.")
            : new HubListing(commit, files);
    }

    private static bool IsPage(HttpResponseMessage answer, string? file = null) =>
        answer.Content.Headers.ContentType?.MediaType is "text/html" or "application/xhtml+xml" && file?.EndsWith(".html", StringComparison.OrdinalIgnoreCase) != true;

    private static string? Header(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault() : null;
}
