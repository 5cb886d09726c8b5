using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sextant.Tokenization.Encoders;

/// <summary>What tokenizer_config.json says beside the vocabulary.</summary>
internal sealed class TokenizerConfig
{
    private const string File = "tokenizer_config.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string path;
    private readonly Dictionary<string, JsonElement> fields;

    /// <exception cref="UserError">The file is there and no JSON object.</exception>
    public TokenizerConfig(string folder)
    {
        path = Path.Combine(folder, File);
        fields = Read(path);
    }

    /// <exception cref="UserError">A field is of another type.</exception>
    public WordPieceOptions WordPiece => new()
    {
        LowerCases = Choice("do_lower_case") ?? true,
        StripsAccents = Choice("strip_accents"),
        SeparatesChinese = Choice("tokenize_chinese_chars") ?? true,
    };

    /// <summary>A choice; null where it is left out or null.</summary>
    /// <exception cref="UserError">It is something else.</exception>
    public bool? Choice(string name) => fields.TryGetValue(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw Vocabulary.Damaged(path, $"{name} is neither true nor false"),
    } : null;

    /// <summary>Writes tokenizer_config.json.</summary>
    public static void Write(string folder, Dictionary<string, object?> fields) =>
        WholeFile.Write(Path.Combine(folder, File), JsonSerializer.Serialize(fields, Json) + "\n");

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
