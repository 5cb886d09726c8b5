using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sextant.Tokenization.Encoders;

/// <summary>What tokenizer_config.json says beside the vocabulary.</summary>
internal sealed class TokenizerConfig
{
    public const string File = "tokenizer_config.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, JsonElement> fields;

    /// <exception cref="UserError">The file is there and no JSON object.</exception>
    public TokenizerConfig(string folder)
    {
        Path = System.IO.Path.Combine(folder, File);
        fields = Read(Path);
    }

    /// <summary>Of the file, whether it is there or not.</summary>
    public string Path { get; }

    /// <summary>What it adds to the vocabulary, or says again of it: added_tokens_decoder, ids to tokens.</summary>
    /// <exception cref="UserError">It is no such thing.</exception>
    public IEnumerable<(string Token, int Id)> Added
    {
        get
        {
            if (!fields.TryGetValue("added_tokens_decoder", out var added) || added.ValueKind == JsonValueKind.Null)
            {
                return [];
            }

            return added.ValueKind != JsonValueKind.Object
                ? throw Damaged()
                : [.. added.EnumerateObject().Select(token => int.TryParse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && token.Value.ValueKind == JsonValueKind.Object
                    && token.Value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String ? (content.GetString()!, id) : throw Damaged())];

            UserError Damaged() => Vocabulary.Damaged(Path, "added_tokens_decoder is no object of ids and their tokens");
        }
    }

    /// <summary>How WordPiece cleans text: a field that is left out is as tokenizer.json has it, and as BERT's uncased models do where that says nothing.</summary>
    /// <param name="whole">What tokenizer.json says; null where there is none.</param>
    /// <exception cref="UserError">A field is of another type.</exception>
    public WordPieceOptions WordPiece(WordPieceOptions? whole) => new()
    {
        LowerCases = Choice("do_lower_case") ?? whole?.LowerCases ?? true,
        StripsAccents = Choice("strip_accents") ?? whole?.StripsAccents,
        SeparatesChinese = Choice("tokenize_chinese_chars") ?? whole?.SeparatesChinese ?? true,
    };

    /// <summary>A choice; null where it is left out or null.</summary>
    /// <exception cref="UserError">It is something else.</exception>
    public bool? Choice(string name) => fields.TryGetValue(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw Vocabulary.Damaged(Path, $"{name} is neither true nor false"),
    } : null;

    /// <summary>Writes tokenizer_config.json.</summary>
    public static void Write(string folder, Dictionary<string, object?> fields) =>
        WholeFile.Write(System.IO.Path.Combine(folder, File), JsonSerializer.Serialize(fields, Json) + "\n");

    private static Dictionary<string, JsonElement> Read(string path)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (!System.IO.File.Exists(path))
        {
            return fields;
        }

        using var json = Vocabulary.Json(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Vocabulary.Damaged(path, "it holds no JSON object");
        }

        foreach (var field in json.RootElement.EnumerateObject())
        {
            fields[field.Name] = field.Value.Clone();
        }

        return fields;
    }
}
