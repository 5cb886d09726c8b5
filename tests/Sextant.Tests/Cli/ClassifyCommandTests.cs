using System.Globalization;
using System.Text.Json.Nodes;
using Sextant.Cli;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Tests.Experiments;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class ClassifyCommandTests(EncoderRuns runs) : IClassFixture<EncoderRuns>
{
    private static readonly string[] Classes = ["negative", "zero", "positive"];

    [Fact]
    public void Arguments_are_one_text_and_give_a_line_of_class_probability_and_text()
    {
        var result = InProcess.Run("classify", runs.Finetuned, "one", "minus", "two");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        string[] cells = result.Output.TrimEnd('\n').Split('\t');
        Assert.Contains(cells[0], Classes);
        Assert.InRange(double.Parse(cells[1], CultureInfo.InvariantCulture), 1.0 / 3, 1);
        Assert.Equal("one minus two", cells[2]);
    }

    [Fact]
    public void Lines_of_standard_input_come_out_in_their_order_as_each_alone()
    {
        string[] texts = ["one minus two", "three", "four plus five", "zero minus zero", "two plus two"];

        var all = InProcess.RunWith(string.Join('\n', texts), "classify", runs.Finetuned);

        Assert.Equal((0, ""), (all.ExitCode, all.Errors));
        Assert.Equal(texts, Lines(all).Select(line => line.Split('\t')[2]));
        Assert.Equal(texts.Select(text => Lines(InProcess.Run("classify", runs.Finetuned, text))[0]), Lines(all));
    }

    [Theory]
    [InlineData("one minus two\nthree\nfour\n", false)]
    [InlineData("text,n\none minus two,1\n\"three\nmore\",2\nfour,3\n", true)]
    public void Who_types_has_the_answer_to_a_line_before_the_next(string input, bool isTable)
    {
        using StringWriter output = new(), errors = new();
        using var typed = new Typed(input, () => output.ToString());

        int code = CommandLine.Run(["classify", runs.Finetuned, .. isTable ? ["--csv", "-"] : Array.Empty<string>()], new Terminal(TextWriter.Synchronized(output), errors, typed, IsErrorInteractive: false, IsInputRedirected: false, CancellationToken.None));

        Assert.True(code == 0, errors.ToString());
        Assert.True(typed.HasEnded);
    }

    [Fact]
    public void Json_is_one_object_with_the_probability_of_every_class()
    {
        var json = InProcess.RunWith("one minus two\n\nfive plus 7\n", "classify", runs.Finetuned, "--json");

        var results = json.Json["results"]!.AsArray();
        Assert.Equal(3, results.Count);
        var probabilities = results[0]!["probabilities"]!.AsObject();
        Assert.Equal(Classes, probabilities.Select(p => p.Key));
        Assert.Equal(1, probabilities.Sum(p => (double)p.Value!), 1e-9);
        Assert.Equal(probabilities.Max(p => (double)p.Value!), (double)results[0]!["probability"]!);
        Assert.Equal((double)results[0]!["probability"]!, (double)probabilities[(string)results[0]!["label"]!]!);
        Assert.Equal("", (string)results[0]!["unseen"]!);
        Assert.Equal(["text", "pair", "label", "probability", "probabilities", "unseen"], results[0]!.AsObject().Select(p => p.Key));
        Assert.True(results[1]!["label"] is null && results[1]!["probability"] is null && results[1]!["probabilities"] is null);
        Assert.Equal("no token for '7'", (string)results[2]!["unseen"]!);
    }

    [Fact]
    public void What_the_encoder_did_not_see_is_told_once_of_each_kind()
    {
        string much = string.Concat(Enumerable.Repeat("one plus ", 20)) + "two";

        var result = InProcess.RunWith($"one\n\n★ minus two\n★\n{much}\n{much}\n\n", "classify", runs.Finetuned);

        string[] told = result.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, told.Length);
        Assert.StartsWith("line 2: there is no text", told[0], StringComparison.Ordinal);
        Assert.StartsWith("line 3: no token for '★'", told[1], StringComparison.Ordinal);
        Assert.StartsWith("line 5: cut off '", told[2], StringComparison.Ordinal);
        Assert.Contains("beyond the 12 tokens", told[2], StringComparison.Ordinal);
        Assert.Equal(7, Lines(result).Length);
        Assert.Equal("\t\t", Lines(result)[1]);
        Assert.StartsWith("No token for '★'", InProcess.Run("classify", runs.Finetuned, "★").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_comes_out_with_what_was_said_added()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("texts.csv", "id,Text,note\n1,one minus two,\"a, \"\"b\"\"\"\n2,\"five plus\nfour\",\n3,,empty\n");

        var result = InProcess.Run("classify", runs.Finetuned, "--csv", path);
        var streamed = InProcess.RunWith(File.ReadAllText(path), "classify", runs.Finetuned, "--csv", "-");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("row 3: there is no text", result.Errors, StringComparison.Ordinal);
        Assert.Equal(result, streamed);
        Assert.StartsWith("id,Text,note,predicted,probability,p(negative),p(zero),p(positive)\n1,one minus two,\"a, \"\"b\"\"\",", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n3,,empty,,,,,\n", result.Output, StringComparison.Ordinal);
        var json = InProcess.Run("classify", runs.Finetuned, "one minus two", "--json").Json["results"]![0]!;
        string[] first = result.Output.Split('\n')[1].Split(',')[^5..];
        Assert.Equal((string)json["label"]!, first[0]);
        Assert.Equal((double)json["probability"]!, double.Parse(first[1], CultureInfo.InvariantCulture), 1e-6);
    }

    [Fact]
    public void Tabs_stay_tabs_and_objects_stay_objects()
    {
        using TemporaryFolder folder = new();

        var tabs = InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write("texts.tsv", "a\tsentence\nx\tone minus two\n"));
        var objects = InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write("texts.jsonl", "{\"said\": \"one minus two\", \"n\": [1, 2]}\n\n{\"said\": \"ünd\", \"n\": null}\n"), "--text", "said");

        Assert.StartsWith("a\tsentence\tpredicted\tprobability\tp(negative)\tp(zero)\tp(positive)\nx\tone minus two\t", tabs.Output, StringComparison.Ordinal);
        Assert.Equal(2, Lines(objects).Length);
        var first = JsonNode.Parse(Lines(objects)[0])!;
        Assert.Equal("""{"said":"one minus two","n":[1,2],"predicted":"""[..38], Lines(objects)[0][..38]);
        Assert.Equal(1, Classes.Sum(c => (double)first[$"p({c})"]!), 1e-9);
    }

    [Fact]
    public void Pairs_are_classified_together_and_a_classifier_of_pairs_misses_them()
    {
        using TemporaryFolder folder = new();
        string data = folder.Write("pairs.csv", "premise,claim,label\n" + string.Concat(Enumerable.Range(0, 24).Select(i => $"{(i % 2 == 0 ? "one" : "two")} plus {i % 5},{(i % 3 == 0 ? "one" : "three")},{(i % 2 == 0 ? "yes" : "no")}\n")));
        var trained = InProcess.Run("finetune", runs.FinetuningRecipe, "--data", data, "--out", folder.Combine("run"), "--set", "data.columns.text=premise", "--set", "data.columns.pair=claim", "--set", "data.split.testShare=0", "--set", "training.horizon.count=2");
        Assert.True(trained.ExitCode == 0, trained.Errors);

        var pairs = InProcess.Run("classify", folder.Combine("run"), "--csv", data);
        var single = InProcess.Run("classify", folder.Combine("run"), "--csv", folder.Write("single.csv", "text\none plus 2\n"));

        Assert.Equal(25, Lines(pairs).Length);
        Assert.DoesNotContain("--pair", pairs.Errors, StringComparison.Ordinal);
        var predictions = PredictionFile.Read(PredictionFile.PathIn(new RunFolder(folder.Combine("run"))));
        Assert.All(predictions, p => Assert.Equal(p.Predicted, Lines(pairs)[p.Row].Split(',')[3]));
        Assert.Contains("name one with --pair", single.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kept_model_says_of_the_validation_texts_what_the_run_measured()
    {
        using var classifier = TextClassifier.Load(runs.Finetuned, torch.CPU);
        var predictions = PredictionFile.Read(PredictionFile.PathIn(new RunFolder(runs.Finetuned)));

        var said = classifier.Classify([.. predictions.Select(p => (p.Text, p.Pair))], TestContext.Current.CancellationToken);

        Assert.Equal(Classes, classifier.Classes);
        Assert.Equal(12, classifier.MaximumLength);
        Assert.Equal(predictions.Select(p => p.Predicted), said.Select(s => s.Label));
        Assert.All(predictions.Zip(said), p => Assert.All(p.First.Probabilities.Zip(p.Second.Probabilities), v => Assert.Equal(v.First, v.Second, 1e-6)));
        Assert.Empty(classifier.Classify([], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_folder_of_a_classifier_is_taken_without_its_run()
    {
        var run = InProcess.Run("classify", runs.Finetuned, "one minus two");
        var model = InProcess.Run("classify", Path.Combine(runs.Finetuned, "best"), "one minus two");

        Assert.Equal(run, model);
    }

    [Fact]
    public void What_is_no_classifier_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        Refused(InProcess.Run("classify", runs.Pretrained, "one"), "fills in hidden tokens, not a classifier");
        Refused(InProcess.Run("classify", Path.Combine(runs.Pretrained, "best"), "one"), "it is no classifier; fine-tune it first");
        Refused(InProcess.Run("classify", folder.Combine("none"), "one"), "There is no folder");
        Refused(InProcess.Run("classify", folder.Path, "one"), "holds no config.json");
        Directory.CreateDirectory(folder.Combine("empty"));
        File.Copy(Path.Combine(runs.Finetuned, "best", "config.json"), folder.Combine("empty", "config.json"));
        Refused(InProcess.Run("classify", folder.Combine("empty"), "one"), "empty");

        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        Assert.Equal(0, InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("words"), "--set", "training.horizon.count=1").ExitCode);
        Refused(InProcess.Run("classify", folder.Combine("words"), "one"), "is a run of `sextant train`, not a classifier");
    }

    [Fact]
    public void A_run_that_is_not_done_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Combine("run"));
        File.Copy(Path.Combine(runs.Finetuned, "recipe.json"), folder.Combine("run", "recipe.json"));

        Refused(InProcess.Run("classify", folder.Combine("run"), "one"), "is not done; let `sextant finetune");
    }

    [Fact]
    public void Nothing_to_classify_is_said()
    {
        using TemporaryFolder folder = new();
        Refused(InProcess.RunWith("", "classify", runs.Finetuned), "Standard input is empty");
        Refused(InProcess.RunWith("", "classify", runs.Finetuned, "--json"), "Standard input is empty");
        Refused(InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write("empty.csv", "")), "is empty");
        Refused(InProcess.RunWith("", "classify", runs.Finetuned, "--csv", "-"), "Standard input is empty");
        Assert.Contains("has no rows", InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write("header.csv", "text\n")).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.csv", "a,b\n1,2\n", "has no column text, sentence, input or tweet")]
    [InlineData("b.csv", "text,sentence\n1,2\n", "say with --text which one")]
    [InlineData("c.csv", "text,text\n1,2\n", "names the column 'text' twice")]
    [InlineData("d.csv", "text,predicted\n1,2\n", "has a column 'predicted' already")]
    [InlineData("e.json", "[1]\n", "not a JSON object")]
    public void A_table_that_cannot_be_used_is_one_sentence(string name, string content, string expected)
    {
        using TemporaryFolder folder = new();
        Refused(InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write(name, content)), expected);
    }

    [Theory]
    [InlineData("a.csv", "text,b\none,2\ntwo\nthree,3\n", "row 2 (line 3) has another number of cells than the header")]
    [InlineData("b.csv", "text,b\none,2\n\"two\n", "opens a quotation that does not end")]
    [InlineData("c.jsonl", "{\"text\": \"one\"}\n{\"text\": [1]}\n", "row 2 has something other than text in the column 'text'")]
    [InlineData("d.jsonl", "{\"text\": \"one\"}\nnothing\n", "row 2 is not a JSON object")]
    public void A_bad_row_is_named_and_what_came_before_it_is_there(string name, string content, string expected)
    {
        using TemporaryFolder folder = new();

        var result = InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write(name, content));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Contains("one", Lines(result)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_call_is_a_usage_error()
    {
        Assert.Equal(2, InProcess.Run("classify", runs.Finetuned, "one", "--text", "a").ExitCode);
        Assert.Equal(2, InProcess.Run("classify", runs.Finetuned, "one", "--csv", "a.csv").ExitCode);
        Assert.Equal(2, InProcess.Run("classify", runs.Finetuned, " ").ExitCode);
        Assert.Equal(2, InProcess.Run("classify").ExitCode);
        Refused(InProcess.Run("classify", runs.Finetuned, "--csv", "none.csv"), "There is no file none.csv");
        using TemporaryFolder folder = new();
        Refused(InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write("a.csv", "text\n1\n"), "--text", "Text"), "has no column 'Text' (--text)");
        Refused(InProcess.Run("classify", runs.Finetuned, "--csv", folder.Write("a.csv", "text\n1\n"), "--pair", "text"), "text and pair are different columns");
    }

    private static void Refused(InProcess result, string expected)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", result.Output);
    }

    /// <summary>A person who waits for the answer to "one minus two" before typing on, but not for ever.</summary>
    private sealed class Typed(string input, Func<string> output) : TextReader
    {
        private readonly StringReader rest = new(input);
        private bool waits;

        public bool HasEnded { get; private set; }

        public override string? ReadLine()
        {
            if (waits)
            {
                Assert.True(SpinWait.SpinUntil(() => output().Contains("one minus two", StringComparison.Ordinal), TimeSpan.FromSeconds(60)), "There was no answer.");
            }

            string? line = rest.ReadLine();
            waits = line?.StartsWith("one", StringComparison.Ordinal) == true;
            HasEnded |= line is null;
            return line;
        }

        public override ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ReadLine());

        protected override void Dispose(bool disposing)
        {
            rest.Dispose();
            base.Dispose(disposing);
        }
    }

    private static string[] Lines(InProcess result) => result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
