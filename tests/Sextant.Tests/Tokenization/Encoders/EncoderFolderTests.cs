using System.Text;
using System.Text.Json;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>Which tokeniser a folder means, and what is said where it means none.</summary>
public sealed class EncoderFolderTests
{
    private const string Bert = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhi\n";

    private static readonly object[] BertTokens = [.. Bert.TrimEnd().Split('\n').Select((t, i) => new { id = i, content = t })];

    [Fact]
    public void Files_decide_which_tokeniser_it_is()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Bert);
        folder.Write("tokenizer.json", "{}"); // what only says the same again is not read
        Assert.IsType<WordPieceTokenizer>(EncoderTokenizer.Load(folder.Path));
        folder.Write("bpe.codes", "a b</w> 7\n");
        folder.Write("vocab.txt", "ab 1\na@@ 1\n");
        var tweets = Assert.IsType<BertweetTokenizer>(EncoderTokenizer.Load(folder.Path));
        Assert.True(tweets.Normalizes);
        Assert.False(Assert.IsType<BertweetTokenizer>(EncoderTokenizer.Load(folder.Path, normalize: false)).Normalizes);
        folder.Write("tokenizer_config.json", """{"normalization": false}""");
        Assert.False(Assert.IsType<BertweetTokenizer>(EncoderTokenizer.Load(folder.Path)).Normalizes);
        Assert.True(Assert.IsType<BertweetTokenizer>(EncoderTokenizer.Load(folder.Path, normalize: true)).Normalizes);
    }

    [Fact]
    public void A_configuration_says_how_BERT_cleans_text()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Bert.ReplaceLineEndings("\r\n"));
        Assert.True(Assert.IsType<WordPieceTokenizer>(EncoderTokenizer.Load(folder.Path)).Options.LowerCases);
        folder.Write("tokenizer_config.json", """{"do_lower_case": false, "strip_accents": null, "tokenize_chinese_chars": false, "model_max_length": 512}""");
        var options = Assert.IsType<WordPieceTokenizer>(EncoderTokenizer.Load(folder.Path)).Options;
        Assert.Equal(new WordPieceOptions { LowerCases = false, SeparatesChinese = false }, options);
    }

    [Fact]
    public void What_the_configuration_leaves_out_is_as_the_one_file_beside_the_vocabulary_has_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Bert);
        Write(folder, new { normalizer = new { type = "BertNormalizer", lowercase = false, strip_accents = true, handle_chinese_chars = false }, added_tokens = BertTokens, model = new { type = "WordPiece" } });
        Assert.Equal(new WordPieceOptions { LowerCases = false, StripsAccents = true, SeparatesChinese = false }, Options());
        folder.Write("tokenizer_config.json", """{"do_lower_case": true, "strip_accents": false, "tokenize_chinese_chars": true}""");
        Assert.Equal(new WordPieceOptions { LowerCases = true, StripsAccents = false, SeparatesChinese = true }, Options());
        folder.Write("tokenizer_config.json", """{"strip_accents": null}""");
        Assert.Equal(new WordPieceOptions { LowerCases = false, StripsAccents = true, SeparatesChinese = false }, Options());

        WordPieceOptions Options() => Assert.IsType<WordPieceTokenizer>(EncoderTokenizer.Load(folder.Path)).Options;
    }

    [Fact]
    public void Added_tokens_that_the_vocabulary_has_are_no_matter()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Bert);
        folder.Write("added_tokens.json", """{"[MASK]": 4}""");
        folder.Write("tokenizer_config.json", """{"added_tokens_decoder": {"0": {"content": "[PAD]"}, "4": {"content": "[MASK]"}}}""");
        Write(folder, new { added_tokens = BertTokens });
        Assert.Equal([2, 5, 4, 3], EncoderTokenizer.Load(folder.Path).Encode("hi [MASK]").Ids);
    }

    [Fact]
    public void One_file_may_hold_all_of_WordPiece()
    {
        using var folder = new TemporaryFolder();
        var ids = Bert.TrimEnd().Split('\n').Index().ToDictionary(t => t.Item, t => t.Index);
        ids.Remove("[MASK]"); // an added token need not be in the vocabulary
        Write(folder, new { added_tokens = BertTokens, normalizer = new { type = "BertNormalizer", lowercase = false, strip_accents = true, handle_chinese_chars = true }, model = new { type = "WordPiece", unk_token = "[UNK]", continuing_subword_prefix = "##", vocab = ids } });
        var tokenizer = Assert.IsType<WordPieceTokenizer>(EncoderTokenizer.Load(folder.Path));
        Assert.Equal(new WordPieceOptions { LowerCases = false, StripsAccents = true }, tokenizer.Options);
        Assert.Equal([2, 5, 4, 1, 3], tokenizer.Encode("hi [MASK] Hi").Ids);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_file_may_hold_all_of_CLIP_or_RoBERTa(bool areMergesArrays)
    {
        object[] Merges((string Left, string Right)[] merges) => [.. merges.Select(m => areMergesArrays ? new[] { m.Left, m.Right } : (object)$"{m.Left} {m.Right}")];

        using var folder = new TemporaryFolder();
        Write(folder, new { pre_tokenizer = new { type = "ByteLevel", add_prefix_space = true }, model = new { type = "BPE", vocab = Vocabularies.RobertaIds(), merges = Merges(Vocabularies.RobertaMerges) } });
        Assert.Equal([0, 262, 2], Assert.IsType<RobertaTokenizer>(EncoderTokenizer.Load(folder.Path)).Encode("hi").Ids);
        object[] sequence = [new { type = "Split" }, new { type = "ByteLevel", add_prefix_space = false }];
        Write(folder, new { pre_tokenizer = new { type = "Sequence", pretokenizers = sequence }, model = new { type = "BPE", end_of_word_suffix = "</w>", vocab = Vocabularies.ClipIds(), merges = Merges(Vocabularies.ClipMerges) } });
        Assert.Equal([515, 512, 516], Assert.IsType<ClipTokenizer>(EncoderTokenizer.Load(folder.Path)).Encode("hi").Ids);
    }

    [Theory]
    [InlineData("holds no tokeniser: it needs vocab.txt")]
    [InlineData("there is no [UNK] among its tokens", "vocab.txt", "[PAD]\n[CLS]\n[SEP]\nhi\n")]
    [InlineData("line 7 has the token 'hi' that line 6 has already", "vocab.txt", Bert + "hi\n")]
    [InlineData("line 7 is empty", "vocab.txt", Bert + "\nho\n")]
    [InlineData("vocab.txt is damaged: it is not UTF-8 text", "vocab.txt", "\0utf-16")]
    [InlineData("tokenizer_config.json is damaged: it is not JSON (line 2)", "vocab.txt", Bert, "tokenizer_config.json", "{\n\"do_lower_case\"")]
    [InlineData("tokenizer_config.json is damaged: it holds no JSON object", "vocab.txt", Bert, "tokenizer_config.json", "[]")]
    [InlineData("do_lower_case is neither true nor false", "vocab.txt", Bert, "tokenizer_config.json", """{"do_lower_case": "no"}""")]
    [InlineData("vocab.txt is missing", "bpe.codes", "a b 1\n")]
    [InlineData("line 2 is not two symbols and a number with spaces between", "vocab.txt", "ab 1\n", "bpe.codes", "a b 1\nc d\n")]
    [InlineData("merge 2 stands twice", "vocab.txt", "ab 1\n", "bpe.codes", "a b 1\na b 1\n")]
    [InlineData("line 2 is not a token, a space and a number", "vocab.txt", "ab 1\nc\n", "bpe.codes", "a b 1\n")]
    [InlineData("line 2 has the token 'ab' that line 1 has already", "vocab.txt", "ab 1\nab 2\n", "bpe.codes", "a b 1\n")]
    [InlineData("line 2 has <s>, which has its id without it", "vocab.txt", "ab 1\n<s> 2\n", "bpe.codes", "a b 1\n")]
    [InlineData("it should add <mask> as 5 and nothing else", "vocab.txt", "ab 1\n", "bpe.codes", "a b 1\n", "added_tokens.json", """{"<mask>": 64000}""")]
    [InlineData("merges.txt is missing", "vocab.json", """{"a": 0}""")]
    [InlineData("vocab.json is missing", "merges.txt", "a b\n")]
    [InlineData("vocab.json is damaged: it is not JSON", "vocab.json", "{", "merges.txt", "a b\n")]
    [InlineData("its tokens are no JSON object", "vocab.json", "[]", "merges.txt", "a b\n")]
    [InlineData("the id of 'a' is no whole number from 0", "vocab.json", """{"a": -1}""", "merges.txt", "a b\n")]
    [InlineData("the token 'b' or its id 0 stands twice", "vocab.json", """{"a": 0, "b": 0}""", "merges.txt", "a b\n")]
    [InlineData("it holds no token", "vocab.json", "{}", "merges.txt", "a b\n")]
    [InlineData("line 2 is not two symbols with a space between", "vocab.json", """{"a": 0}""", "merges.txt", "#version: 0.2\na b c\n")]
    [InlineData("vocab.json holds byte pairs with the special tokens of neither CLIP nor RoBERTa", "vocab.json", """{"a": 0}""", "merges.txt", "a b\n")]
    [InlineData("there is no <s> among its tokens", "vocab.json", """{"<mask>": 0}""", "merges.txt", "a b\n")]
    [InlineData("a merge has the symbol 'ab', which is not in the vocabulary", "vocab.json", """{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4, "a": 5, "b": 6}""", "merges.txt", "a b\n")]
    [InlineData("added_tokens.json adds the token '<e1>'", "vocab.txt", Bert, "added_tokens.json", """{"[MASK]": 4, "<e1>": 6}""")]
    [InlineData("the added token '[MASK]' has the id 6, and the vocabulary says 4", "vocab.txt", Bert, "added_tokens.json", """{"[MASK]": 6}""")]
    [InlineData("the id of the added token 'hi' is no whole number", "vocab.txt", Bert, "added_tokens.json", """{"hi": "5"}""")]
    [InlineData("added_tokens.json is damaged: it holds no JSON object", "vocab.txt", Bert, "added_tokens.json", "[]")]
    [InlineData("tokenizer.json adds the token '<e1>'", "vocab.txt", Bert, "tokenizer.json", """{"added_tokens": [{"id": 6, "content": "<e1>"}]}""")]
    [InlineData("tokenizer_config.json adds the token '<e1>'", "vocab.txt", Bert, "tokenizer_config.json", """{"added_tokens_decoder": {"6": {"content": "<e1>"}}}""")]
    [InlineData("added_tokens_decoder is no object of ids and their tokens", "vocab.txt", Bert, "tokenizer_config.json", """{"added_tokens_decoder": {"six": {"content": "<e1>"}}}""")]
    [InlineData("added_tokens.json adds the token '<e1>'", "vocab.json", """{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4, "a": 5, "b": 6, "ab": 7}""", "merges.txt", "a b\n", "added_tokens.json", """{"<e1>": 8}""")]
    [InlineData("tokenizer.json adds the token '<e1>'", "tokenizer.json", """{"normalizer": {"type": "BertNormalizer"}, "added_tokens": [{"id": 1, "content": "<e1>"}], "model": {"type": "WordPiece", "vocab": {"a": 0}}}""")]
    [InlineData("holds no model with a vocabulary", "tokenizer.json", "{}")]
    [InlineData("holds a model of type Unigram", "tokenizer.json", """{"model": {"type": "Unigram", "vocab": []}}""")]
    [InlineData("holds WordPiece with the normaliser none", "tokenizer.json", """{"normalizer": null, "model": {"type": "WordPiece", "vocab": {"a": 0}}}""")]
    [InlineData("holds byte pairs without the ByteLevel pre-tokeniser", "tokenizer.json", """{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""")]
    [InlineData("holds byte pairs with the special tokens of neither", "tokenizer.json", """{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""")]
    public void What_is_missing_or_damaged_is_said_in_one_sentence(string said, params string[] files)
    {
        using var folder = new TemporaryFolder();
        foreach (string[] file in files.Chunk(2))
        {
            folder.Write(file[0], file[1].StartsWith('\0') ? Encoding.Unicode.GetBytes("[UNK]é") : Encoding.UTF8.GetBytes(file[1]));
        }

        var error = Assert.Throws<UserError>(() => EncoderTokenizer.Load(folder.Path));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Only_tweets_are_normalised()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Bert);
        Assert.Contains("no tokeniser of tweets", Assert.Throws<UserError>(() => EncoderTokenizer.Load(folder.Path, normalize: true)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no folder", Assert.Throws<UserError>(() => EncoderTokenizer.Load(folder.Combine("absent"))).Message, StringComparison.Ordinal);
    }

    private static void Write<T>(TemporaryFolder folder, T json) => folder.Write("tokenizer.json", JsonSerializer.Serialize(json));
}
