using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Tests.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class TokenizeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TokenizeCommandTests() => Vocabularies.WordPiece().Save(folder.Combine("bert"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_line_gives_a_line_of_ids_tokens_and_types()
    {
        var result = Tokenize("""{"text": "UNwanted [MASK]"}""" + "\n" + """{"text": "run, ", "pair": "e", "label": 3}""" + "\n" + """{"pair": null, "text": ""}""");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(
            [
                """{"ids":[2,5,6,7,4,3],"tokens":["un","##want","##ed","[MASK]"],"type_ids":[0,0,0,0,0,0]}""",
                """{"ids":[2,9,8,3,11,3],"tokens":["run",",","e"],"type_ids":[0,0,0,0,1,1]}""",
                """{"ids":[2,3],"tokens":[],"type_ids":[0,0]}""",
            ],
            result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_longer_text_loses_its_end()
    {
        var result = Tokenize("""{"text": "UNwanted"}""", "--max", "3");
        Assert.Equal([2, 5, 3], result.Json["ids"]!.AsArray().Select(i => (int)i!));
        Assert.Equal((2, 2), (Tokenize("", "--max", "0").ExitCode, Tokenize("", "--max", "many").ExitCode));
        var none = Tokenize("""{"text": "e"}""" + "\n" + """{"text": "e", "pair": "e"}""", "--max", "2");
        Assert.Equal(1, none.ExitCode);
        Assert.Equal("sextant: Line 2: --max 2 has no room for the 3 special tokens; give at least 3." + Environment.NewLine, none.Errors);
        Assert.Equal(["ids", "tokens", "type_ids"], JsonNode.Parse(none.Output)!.AsObject().Select(f => f.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("seven")]
    [InlineData("""["seven"]""")]
    [InlineData("""{"texts": "seven"}""")]
    [InlineData("""{"text": 7}""")]
    [InlineData("""{"text": "seven", "pair": 7}""")]
    [InlineData("""{"text": "seven"} {}""")]
    public void A_bad_line_is_named_and_what_came_before_it_is_there(string line)
    {
        var result = Tokenize("""{"text": "e"}""" + "\n" + line + "\n" + """{"text": "e"}""" + "\n");
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("sextant: Line 2 of standard input", result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Single(result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Halves_of_surrogate_pairs_are_no_text_and_no_error()
    {
        var result = Tokenize("""{"text": "e \ud83d \"\\\n\u0065\/ \udca9e", "pair": "\ud83d\udca9"}""");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["e", "[UNK]", "[UNK]", "e", "[UNK]", "e", "[UNK]"], result.Json["tokens"]!.AsArray().Select(t => (string)t!));
    }

    [Fact]
    public void Tweets_are_normalised_unless_the_user_says_not()
    {
        string tweets = folder.Combine("tweets");
        new Sextant.Tokenization.Encoders.BertweetTokenizer(Vocabularies.Tweets, Vocabularies.Codes).Save(tweets);
        const string line = """{"text": "@x ab"}""";
        Assert.Equal([0, 9, 6, 2], InProcess.RunWith(line, "tokenize", tweets).Json["ids"]!.AsArray().Select(i => (int)i!));
        Assert.Equal([0, 3, 3, 6, 2], InProcess.RunWith(line, "tokenize", tweets, "--normalize", "false").Json["ids"]!.AsArray().Select(i => (int)i!));
        Assert.Equal(2, InProcess.RunWith(line, "tokenize", tweets, "--normalize", "perhaps").ExitCode);
        Assert.Contains("no tokeniser of tweets", Tokenize(line, "--normalize", "true").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_CLIP_gives_the_published_ids_cut_to_its_positions()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedData.Path("data/pretrained/tokenizers/clip.json")));
        var cases = golden.RootElement.EnumerateArray().ToList();
        string lines = string.Join('\n', cases.Select(c => $"{{\"text\": {c.GetProperty("text").GetRawText()}}}"));

        string[] output = InProcess.RunWith(lines, "tokenize", SharedData.Path("data/pretrained/vocab/clip"), "--max", "77").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(cases.Count, output.Length);
        Assert.All(cases.Zip(output), pair => Assert.Equal(
            pair.First.GetProperty("ids_77").EnumerateArray().Select(id => id.GetInt32()), JsonNode.Parse(pair.Second)!["ids"]!.AsArray().Select(id => (int)id!)));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_said()
    {
        var result = InProcess.RunWith("", "tokenize", folder.Combine("absent"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("There is no folder", result.Errors, StringComparison.Ordinal);
    }

    private InProcess Tokenize(string input, params string[] options) => InProcess.RunWith(input, ["tokenize", folder.Combine("bert"), .. options]);
}
