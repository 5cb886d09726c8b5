using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sextant.Pretrained.Hub;

namespace Sextant.Tests.Pretrained.Hub;

/// <summary>A hub with one model, and beside it, at another port, the store that its large files lie in. A test may answer any request in its place.</summary>
internal sealed class LoopbackHub : IDisposable
{
    public const string Model = "tiny/bert", Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly LoopbackServer hub, store;

    public LoopbackHub()
    {
        hub = new LoopbackServer(request => Token is not null && request.Header("Authorization") != $"Bearer {Token}" ? new Reply(401, "who are you?") : InPlace(request) ?? Answer(request));
        store = new LoopbackServer(request => StoreInPlace(request) ?? Stored(request));
    }

    public string Url => hub.Url;

    /// <summary>Small files, by name.</summary>
    public Dictionary<string, byte[]> Files { get; } = new()
    {
        ["config.json"] = "{\"model_type\": \"bert\"}\n"u8.ToArray(),
        ["vocab.txt"] = "[PAD]\n[UNK]\n"u8.ToArray(),
        ["README.md"] = "A model.\n"u8.ToArray(),
        ["tf_model.h5"] = "not for us"u8.ToArray(),
    };

    /// <summary>Files that Git LFS stores, by name.</summary>
    public Dictionary<string, byte[]> Large { get; } = new() { ["model.safetensors"] = Noise(300_000, 1), ["pytorch_model.bin"] = Noise(1000, 2) };

    /// <summary>Asked for where it is not null.</summary>
    public string? Token { get; set; }

    /// <summary>The hub's answer in place of its own; null for its own.</summary>
    public Func<Request, Reply?> InPlace { get; set; } = _ => null;

    /// <summary>The store's answer in place of its own; null for its own.</summary>
    public Func<Request, Reply?> StoreInPlace { get; set; } = _ => null;

    public Request[] Requests => [.. hub.Requests];

    public Request[] StoreRequests => [.. store.Requests];

    public HubSettings Settings(TemporaryFolder folder) => new()
    {
        Endpoint = Url,
        Cache = folder.Combine("hub"),
        FirstWait = TimeSpan.FromMilliseconds(10),
        Silence = TimeSpan.FromSeconds(10),
    };

    public static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>git hash-object.</summary>
    public static string GitName(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What a server says of a request for a content, whole or from a byte on.</summary>
    public static Reply Ranged(Request request, byte[] content) => request.From == 0
        ? new Reply(200, content)
        : request.From < content.Length
            ? new Reply(206, content[request.From..]).With("Content-Range", $"bytes {request.From}-{content.Length - 1}/{content.Length}")
            : new Reply(416).With("Content-Range", $"bytes */{content.Length}");

    public Reply Answer(Request request)
    {
        if (request.Path.StartsWith($"/api/models/{Model}/revision/", StringComparison.Ordinal))
        {
            string revision = Uri.UnescapeDataString(request.Path.Split('/')[^1]);
            return revision is "main" or "refs/pr/1" or Commit
                ? new Reply(200, JsonSerializer.Serialize(new { id = Model, sha = Commit, siblings = Files.Keys.Concat(Large.Keys).Select(file => new { rfilename = file }) })).With("Content-Type", "application/json; charset=utf-8")
                : new Reply(404, "{\"error\":\"Invalid rev id\"}").With("X-Error-Code", "RevisionNotFound");
        }

        string place = $"/{Model}/resolve/{Commit}/";
        string name = request.Path.StartsWith(place, StringComparison.Ordinal) ? Uri.UnescapeDataString(request.Path[place.Length..]) : "";
        if (Files.TryGetValue(name, out byte[]? small))
        {
            return Ranged(request, small).With("ETag", $"\"{GitName(small)}\"").With("X-Repo-Commit", Commit);
        }

        return Large.TryGetValue(name, out byte[]? large)
            ? new Reply(302, "Found").With("Location", $"{store.Url}/{Sha256(large)}?signed=yes").With("X-Linked-Etag", $"\"{Sha256(large)}\"").With("X-Linked-Size", large.Length.ToString(CultureInfo.InvariantCulture)).With("X-Repo-Commit", Commit)
            : new Reply(404, "{\"error\":\"not found\"}").With("X-Error-Code", "RepoNotFound");
    }

    public Reply Stored(Request request) => Ranged(request, Large.Values.First(content => request.Path.Contains(Sha256(content), StringComparison.Ordinal)));

    public void Dispose()
    {
        hub.Dispose();
        store.Dispose();
    }
}
