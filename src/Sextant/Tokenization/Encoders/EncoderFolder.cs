namespace Sextant.Tokenization.Encoders;

/// <summary>Finds out which tokeniser a folder holds, by its files.</summary>
internal static class EncoderFolder
{
    public const string VocabularyText = "vocab.txt", VocabularyJson = "vocab.json", MergesText = "merges.txt", Codes = "bpe.codes", AddedTokens = "added_tokens.json", Whole = "tokenizer.json";

    /// <summary>All that the tokenisers of any kind are read from.</summary>
    public static readonly IReadOnlyList<string> Files = [TokenizerConfig.File, Whole, VocabularyText, VocabularyJson, MergesText, Codes, AddedTokens];

    /// <summary>Any of these is a tokeniser, of those that are published.</summary>
    public static readonly IReadOnlyList<string[]> Enough = [[Whole], [VocabularyText], [VocabularyJson, MergesText]];

    public static EncoderTokenizer Load(string folder, bool? normalize)
    {
        if (!Directory.Exists(folder))
        {
            throw new UserError($"There is no folder {folder}; give one that holds a model's files.");
        }

        var config = new TokenizerConfig(folder);
        var tokenizer = Has(folder, Codes) ? Bertweet(folder, config, normalize)
            : Has(folder, VocabularyJson) || Has(folder, MergesText) ? ByteLevel(folder, config)
            : Has(folder, VocabularyText) ? WordPiece(folder, config)
            : Has(folder, Whole) ? TokenizerJson.Read(Path.Combine(folder, Whole), config)
            : throw new UserError($"{folder} holds no tokeniser: it needs {VocabularyText}, {Codes} with {VocabularyText}, {VocabularyJson} with {MergesText}, or {Whole}.");
        return normalize is null || tokenizer is BertweetTokenizer
            ? tokenizer
            : throw new UserError($"{folder} holds no tokeniser of tweets, and only those normalise; leave the choice out.");
    }

    /// <summary>CLIP's words end with &lt;/w>; RoBERTa's begin with their space.</summary>
    public static ByteLevelTokenizer ByteLevel(string path, string mergesPath, IReadOnlyDictionary<string, int> ids, IReadOnlyList<(string, string)> merges, bool addsSpace)
    {
        bool isClip = ids.ContainsKey(ClipTokenizer.StartOfText) && ids.Keys.Any(t => t.EndsWith(ClipTokenizer.WordEnd, StringComparison.Ordinal));
        return !isClip && !ids.ContainsKey(RobertaTokenizer.Mask)
            ? throw TokenizerJson.Unknown(path, "byte pairs with the special tokens of neither CLIP nor RoBERTa")
            : Built<ByteLevelTokenizer>(mergesPath, () => isClip ? new ClipTokenizer(ids, merges) : new RobertaTokenizer(ids, merges, addsSpace));
    }

    /// <summary>A tokeniser whose parts may not fit.</summary>
    /// <exception cref="UserError">They do not.</exception>
    public static T Built<T>(string path, Func<T> build)
        where T : EncoderTokenizer
    {
        try
        {
            return build();
        }
        catch (ArgumentException error)
        {
            throw Vocabulary.Damaged(path, error.Message, error);
        }
    }

    private static WordPieceTokenizer WordPiece(string folder, TokenizerConfig config)
    {
        string path = Path.Combine(folder, VocabularyText);
        string[] tokens = Vocabulary.Lines(path);
        Encoders.AddedTokens.Check(folder, Vocabulary.Ids(path, tokens), config);
        var options = config.WordPiece(Has(folder, Whole) ? TokenizerJson.Rules(Path.Combine(folder, Whole)) : null);
        return Built(path, () => new WordPieceTokenizer(tokens, options));
    }

    private static BertweetTokenizer Bertweet(string folder, TokenizerConfig config, bool? normalize)
    {
        string path = Path.Combine(folder, VocabularyText);
        string codes = Path.Combine(folder, Codes);
        string[] tokens = [.. Needed(path, codes).Select((line, i) => Counted(path, line, i))];
        Vocabulary.Ids(path, tokens);
        if (Array.FindIndex(tokens, BertweetTokenizer.Specials.Contains) is >= 0 and int line)
        {
            throw Vocabulary.Damaged(path, $"line {line + 1} has {tokens[line]}, which has its id without it");
        }

        (string, string)[] pairs = [.. Vocabulary.Lines(codes).Select((line, i) => Pair(codes, line, i))];
        var tokenizer = Built(codes, () => new BertweetTokenizer(tokens, pairs, normalize ?? config.Choice("normalization") ?? true));
        string added = Path.Combine(folder, AddedTokens);
        if (Has(folder, AddedTokens) && Vocabulary.JsonIds(added) is var extra && (extra.Count > 1 || extra.GetValueOrDefault(BertweetTokenizer.Mask, -1) != tokenizer.MaskId))
        {
            throw Vocabulary.Damaged(added, $"with the {tokens.Length} tokens of {VocabularyText} it should add {BertweetTokenizer.Mask} as {tokenizer.MaskId} and nothing else");
        }

        return tokenizer;
    }

    private static ByteLevelTokenizer ByteLevel(string folder, TokenizerConfig config)
    {
        string path = Path.Combine(folder, VocabularyJson);
        string merges = Path.Combine(folder, MergesText);
        Needed(path, merges);
        Needed(merges, path);
        var ids = Vocabulary.JsonIds(path);
        Encoders.AddedTokens.Check(folder, ids, config);
        return ByteLevel(path, merges, ids, Vocabulary.Merges(merges), config.Choice("add_prefix_space") ?? false);
    }

    private static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));

    private static string[] Needed(string path, string with) =>
        File.Exists(path) ? Vocabulary.Lines(path) : throw new UserError($"{path} is missing: {with} is there, and a tokeniser needs both.");

    /// <summary>"token count": the token.</summary>
    private static string Counted(string path, string line, int index) =>
        line.Trim() is var text && text.LastIndexOf(' ') is > 0 and int space ? text[..space] : throw Vocabulary.Damaged(path, $"line {index + 1} is not a token, a space and a number");

    /// <summary>"left right count": the pair.</summary>
    private static (string Left, string Right) Pair(string path, string line, int index) =>
        line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right, _] ? (left, right) : throw Vocabulary.Damaged(path, $"line {index + 1} is not two symbols and a number with spaces between");
}
