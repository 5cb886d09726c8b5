using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>Small tokenisers of every kind.</summary>
internal static class Vocabularies
{
    public static readonly string[] Tweets = ["a@@", "b@@", "ab", "ab@@", "c", "@USER", "HTTPURL", ":fire:", "n't", "do"];

    public static readonly (string, string)[] Codes =
    [
        ("a", "b</w>"), ("a", "b"), ("d", "o</w>"), ("n", "'"), ("n'", "t</w>"), ("U", "S"), ("E", "R</w>"), ("US", "ER</w>"), ("@", "USER</w>"),
    ];

    public static readonly (string Left, string Right)[] RobertaMerges = [("Ġ", "h"), ("h", "i"), ("Ġh", "i"), ("l", "o"), ("Ã", "©")];

    public static readonly (string Left, string Right)[] ClipMerges = [("h", "i</w>"), ("l", "o"), ("Ã", "©</w>")];

    public static IEnumerable<EncoderTokenizer> All =>
    [
        WordPiece(), new BertweetTokenizer(Tweets, Codes), new BertweetTokenizer(Tweets, Codes, normalizes: false), Roberta(), Roberta(addsSpace: true), Clip(),
    ];

    public static WordPieceTokenizer WordPiece(WordPieceOptions? options = null) =>
        new(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##want", "##ed", ",", "run", "##ning", "e", "##e", "E", "É", "狐", "$", "1", "##1", "i", "##i", "σ", "##σ"], options);

    public static RobertaTokenizer Roberta(bool addsSpace = false) => new(RobertaIds(), RobertaMerges, addsSpace);

    public static Dictionary<string, int> RobertaIds()
    {
        List<string> tokens = ["<s>", "<pad>", "</s>", "<unk>", .. Bytes(), .. RobertaMerges.Select(m => m.Left + m.Right), "<mask>"];
        return Ids(tokens);
    }

    public static ClipTokenizer Clip() => new(ClipIds(), ClipMerges);

    public static Dictionary<string, int> ClipIds()
    {
        List<string> tokens = [.. Bytes(), .. Bytes().Select(b => b + "</w>"), .. ClipMerges.Select(m => m.Left + m.Right), "<|startoftext|>", "<|endoftext|>"];
        return Ids(tokens);
    }

    private static Dictionary<string, int> Ids(List<string> tokens) => tokens.Index().ToDictionary(t => t.Item, t => t.Index);

    private static IEnumerable<string> Bytes() => Enumerable.Range(0, 256).Select(b => ByteLetters.Of((byte)b).ToString());
}
