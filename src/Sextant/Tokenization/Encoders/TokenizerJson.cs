using System.Text.Json;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// tokenizer.json, the one file of Hugging Face's Rust tokenizers, where it describes one of the tokenisers here: WordPiece with BERT's normaliser, or
/// byte-level byte pairs as CLIP or RoBERTa use them.
/// </summary>
internal static class TokenizerJson
{
    private const string Bert = "BertNormalizer";

    public static EncoderTokenizer Read(string path, TokenizerConfig config)
    {
        using var json = Vocabulary.Json(path);
        var root = json.RootElement;
        if (Field(root, "model") is not { ValueKind: JsonValueKind.Object } model || Field(model, "vocab") is not { } vocabulary)
        {
            throw Unknown(path, "no model with a vocabulary");
        }

        string type = Text(model, "type") ?? (Field(model, "merges") is null ? "WordPiece" : "BPE");
        return type switch
        {
            "WordPiece" => WordPiece(path, root, model, vocabulary),
            "BPE" => BytePairs(path, root, model, vocabulary, config),
            _ => throw Unknown(path, $"a model of type {type}"),
        };
    }

    /// <summary>How BERT's normaliser cleans text; null where the file describes another or none.</summary>
    public static WordPieceOptions? Rules(string path)
    {
        using var json = Vocabulary.Json(path);
        return Field(json.RootElement, "normalizer") is { } rules && Text(rules, "type") == Bert ? Rules(rules) : null;
    }

    /// <summary>The added tokens of a file, special ones among them.</summary>
    public static IReadOnlyList<(string Token, int Id)> Added(string path)
    {
        using var json = Vocabulary.Json(path);
        return Added(path, json.RootElement);
    }

    private static WordPieceTokenizer WordPiece(string path, JsonElement root, JsonElement model, JsonElement vocabulary)
    {
        string normalizer = Field(root, "normalizer") is { } given ? Text(given, "type") ?? "none" : "none";
        if (normalizer != Bert)
        {
            throw Unknown(path, $"WordPiece with the normaliser {normalizer}");
        }

        if (Text(model, "continuing_subword_prefix") is not (null or WordPieceTokenizer.Continuation))
        {
            throw Unknown(path, $"WordPiece with the prefix {Text(model, "continuing_subword_prefix")}");
        }

        string?[] tokens = Vocabulary.ById(WithAdded(path, root, Vocabulary.Ids(path, vocabulary), WordPieceTokenizer.Specials));
        int missing = Array.IndexOf(tokens, null);
        if (missing >= 0)
        {
            throw Vocabulary.Damaged(path, $"no token has the id {missing}");
        }

        return EncoderFolder.Built(path, () => new WordPieceTokenizer(tokens!, Rules(Field(root, "normalizer")!.Value)));
    }

    private static WordPieceOptions Rules(JsonElement rules) => new()
    {
        LowerCases = Choice(rules, "lowercase") ?? true,
        StripsAccents = Choice(rules, "strip_accents"),
        SeparatesChinese = Choice(rules, "handle_chinese_chars") ?? true,
    };

    private static ByteLevelTokenizer BytePairs(string path, JsonElement root, JsonElement model, JsonElement vocabulary, TokenizerConfig config)
    {
        if (Field(root, "pre_tokenizer") is not { } divider || ByteLevel(divider) is not { } byteLevel)
        {
            throw Unknown(path, "byte pairs without the ByteLevel pre-tokeniser");
        }

        if (Field(model, "merges") is not { ValueKind: JsonValueKind.Array } merges)
        {
            throw Unknown(path, "byte pairs without merges");
        }

        (string, string)[] pairs = [.. merges.EnumerateArray().Select((merge, i) => Pair(path, merge, i))];
        var ids = WithAdded(path, root, Vocabulary.Ids(path, vocabulary), [.. BertweetTokenizer.Specials, ClipTokenizer.StartOfText, ClipTokenizer.EndOfText]);
        return EncoderFolder.ByteLevel(path, path, ids, pairs, config.Choice("add_prefix_space") ?? Choice(byteLevel, "add_prefix_space") ?? false);
    }

    /// <summary>The pre-tokeniser of that type, alone or in a sequence.</summary>
    private static JsonElement? ByteLevel(JsonElement divider)
    {
        if (Text(divider, "type") == "ByteLevel")
        {
            return divider;
        }

        return Field(divider, "pretokenizers") is { ValueKind: JsonValueKind.Array } sequence
            ? sequence.EnumerateArray().Where(d => Text(d, "type") == "ByteLevel").Select(d => (JsonElement?)d).FirstOrDefault()
            : null;
    }

    /// <summary>The vocabulary with the special tokens that stand beside it.</summary>
    private static Dictionary<string, int> WithAdded(string path, JsonElement root, Dictionary<string, int> ids, string[] specials)
    {
        foreach (var (token, id) in Added(path, root))
        {
            if (ids.TryGetValue(token, out int known) ? known != id : ids.ContainsValue(id))
            {
                throw Vocabulary.Damaged(path, $"the added token '{token}' has the id {id}, and the vocabulary says otherwise");
            }

            if (ids.TryAdd(token, id) && !specials.Contains(token))
            {
                throw AddedTokens.Unknown(path, token);
            }
        }

        return ids;
    }

    private static (string Token, int Id)[] Added(string path, JsonElement root) => Field(root, "added_tokens") is { ValueKind: JsonValueKind.Array } added
        ? [.. added.EnumerateArray().Select(token => Text(token, "content") is string content && Field(token, "id") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int id) && id is >= 0 and <= 1 << 24
            ? (content, id)
            : throw Vocabulary.Damaged(path, "an added token has no content or no id"))]
        : [];

    /// <summary>"left right", or an array of the two.</summary>
    private static (string Left, string Right) Pair(string path, JsonElement merge, int index)
    {
        string[] symbols = merge.ValueKind switch
        {
            JsonValueKind.String => merge.GetString()!.Split(' '),
            JsonValueKind.Array => [.. merge.EnumerateArray().Select(s => s.ValueKind == JsonValueKind.String ? s.GetString()! : "")],
            _ => [],
        };
        return symbols is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : throw Vocabulary.Damaged(path, $"merge {index + 1} is not two symbols");
    }

    private static JsonElement? Field(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement json, string name) => Field(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool? Choice(JsonElement json, string name) => Field(json, name)?.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>What a file holds is no tokeniser of those here.</summary>
    public static UserError Unknown(string path, string what) =>
        new($"{path} holds {what}, which Sextant does not know: it reads WordPiece with BERT's normaliser, and byte pairs of CLIP and RoBERTa.");
}
