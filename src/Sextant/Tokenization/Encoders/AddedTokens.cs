using System.Text.Json;

namespace Sextant.Tokenization.Encoders;

/// <summary>
/// Tokens that a model got beside its vocabulary. Other tools keep them whole in a text; here only special tokens are, so that any other would be divided
/// into pieces without a word.
/// </summary>
internal static class AddedTokens
{
    /// <summary>Refuses a folder that adds tokens to its vocabulary.</summary>
    /// <param name="folder">Of the files.</param>
    /// <param name="ids">The vocabulary.</param>
    /// <param name="config">Its tokenizer_config.json.</param>
    /// <exception cref="UserError">It adds one, or gives one of the vocabulary another id.</exception>
    public static void Check(string folder, IReadOnlyDictionary<string, int> ids, TokenizerConfig config)
    {
        string added = Path.Combine(folder, EncoderFolder.AddedTokens), whole = Path.Combine(folder, EncoderFolder.Whole);
        if (File.Exists(added))
        {
            using var json = Vocabulary.Json(added);
            foreach (var token in json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.EnumerateObject() : throw Vocabulary.Damaged(added, "it holds no JSON object"))
            {
                Check(added, token.Name, token.Value, ids);
            }
        }

        foreach (var (content, id) in config.Added)
        {
            Check(config.Path, content, id, ids);
        }

        if (File.Exists(whole))
        {
            foreach (var (content, id) in TokenizerJson.Added(whole))
            {
                Check(whole, content, id, ids);
            }
        }
    }

    /// <summary>What is said of a token that would be divided.</summary>
    public static UserError Unknown(string path, string token) =>
        new($"{path} adds the token '{token}' to the vocabulary, and Sextant knows added tokens only where they are special tokens of the vocabulary; use a model without it.");

    private static void Check(string path, string token, JsonElement number, IReadOnlyDictionary<string, int> ids)
    {
        if (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out int id))
        {
            throw Vocabulary.Damaged(path, $"the id of the added token '{token}' is no whole number");
        }

        Check(path, token, id, ids);
    }

    private static void Check(string path, string token, int id, IReadOnlyDictionary<string, int> ids)
    {
        if (!ids.TryGetValue(token, out int known))
        {
            throw Unknown(path, token);
        }

        if (known != id)
        {
            throw Vocabulary.Damaged(path, $"the added token '{token}' has the id {id}, and the vocabulary says {known}");
        }
    }
}
