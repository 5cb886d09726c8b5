using System.Text;
using System.Text.Json;

namespace Sextant.Tokenization.Encoders;

/// <summary>Reads the files that hold a tokeniser's tokens.</summary>
internal static class Vocabulary
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The token of an id; <paramref name="tokens"/> holds null where an id has none.</summary>
    public static string TokenOf(IReadOnlyList<string?> tokens, int id) =>
        (uint)id < (uint)tokens.Count && tokens[id] is string token
            ? token
            : throw new ArgumentOutOfRangeException(nameof(id), id, $"No token has this id; the ids are 0 to {tokens.Count - 1}.");

    /// <summary>The text of a file.</summary>
    /// <exception cref="UserError">It cannot be read or is not UTF-8.</exception>
    public static string Text(string path)
    {
        try
        {
            return Strict.GetString(File.ReadAllBytes(path)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            throw Damaged(path, "it is not UTF-8 text", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }

    /// <summary>The lines of a file, ended by a line feed each; a token may hold any other character that ends lines elsewhere.</summary>
    /// <exception cref="UserError">The file cannot be read, or a line is empty.</exception>
    public static string[] Lines(string path)
    {
        string text = Text(path);
        string[] lines = text.Split('\n');
        lines = lines[^1].Length == 0 ? lines[..^1] : lines;
        if (lines.Length > 0 && lines.All(l => l.EndsWith('\r')))
        {
            lines = [.. lines.Select(l => l[..^1])];
        }

        int empty = Array.IndexOf(lines, "");
        return empty < 0 ? lines : throw Damaged(path, $"line {empty + 1} is empty");
    }

    /// <summary>Each token with its id, the place of its line.</summary>
    /// <exception cref="UserError">A line stands twice.</exception>
    public static Dictionary<string, int> Ids(string path, IEnumerable<string> tokens, int first = 0)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string token in tokens)
        {
            if (!ids.TryAdd(token, first + ids.Count))
            {
                throw Damaged(path, $"line {ids.Count + 1} has the token '{token}' that line {ids[token] - first + 1} has already");
            }
        }

        return ids;
    }

    /// <summary>A JSON object of tokens and their ids.</summary>
    /// <exception cref="UserError">The file cannot be read or holds something else.</exception>
    public static Dictionary<string, int> JsonIds(string path)
    {
        using var json = Json(path);
        return Ids(path, json.RootElement);
    }

    /// <inheritdoc cref="JsonIds"/>
    public static Dictionary<string, int> Ids(string path, JsonElement json)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Damaged(path, "its tokens are no JSON object");
        }

        var known = new HashSet<int>();
        foreach (var token in json.EnumerateObject())
        {
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int id) || id < 0 || id > 1 << 24)
            {
                throw Damaged(path, $"the id of '{token.Name}' is no whole number from 0");
            }

            if (!ids.TryAdd(token.Name, id) || !known.Add(id))
            {
                throw Damaged(path, $"the token '{token.Name}' or its id {id} stands twice");
            }
        }

        return ids.Count > 0 ? ids : throw Damaged(path, "it holds no token");
    }

    /// <summary>Tokens by id, null where an id has none.</summary>
    public static string?[] ById(IReadOnlyDictionary<string, int> ids)
    {
        string?[] tokens = new string?[ids.Values.Max() + 1];
        foreach ((string token, int id) in ids)
        {
            tokens[id] = token;
        }

        return tokens;
    }

    /// <summary>The lines of merges.txt behind its line of version: two symbols each.</summary>
    /// <exception cref="UserError">The file cannot be read, or a line holds something else.</exception>
    public static List<(string Left, string Right)> Merges(string path)
    {
        var merges = new List<(string, string)>();
        string[] lines = Lines(path);
        for (int i = lines.Length > 0 && lines[0].StartsWith("#version", StringComparison.Ordinal) ? 1 : 0; i < lines.Length; i++)
        {
            merges.Add(lines[i].Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : throw Damaged(path, $"line {i + 1} is not two symbols with a space between"));
        }

        return merges;
    }

    /// <exception cref="UserError">The file cannot be read or is not JSON.</exception>
    public static JsonDocument Json(string path)
    {
        try
        {
            return JsonDocument.Parse(Text(path));
        }
        catch (JsonException error)
        {
            throw Damaged(path, $"it is not JSON (line {error.LineNumber + 1})", error);
        }
    }

    public static UserError Damaged(string path, string what, Exception? inner = null) =>
        new($"{path} is damaged: {what}; fetch it again.", inner!);
}
