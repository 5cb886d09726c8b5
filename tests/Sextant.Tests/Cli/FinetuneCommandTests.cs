using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class FinetuneCommandTests(EncoderRuns runs) : IClassFixture<EncoderRuns>
{
    [Fact]
    public void A_fine_tuning_leaves_a_model_its_predictions_and_a_picture_and_a_second_call_reads_it()
    {
        foreach (string file in new[] { "recipe.json", "metrics.jsonl", "result.json", "predictions.csv", "confusion.png", "confusion.svg", "best/model.safetensors", "best/config.json", "best/vocab.txt" })
        {
            Assert.True(File.Exists(Path.Combine(runs.Finetuned, file)), file);
        }

        var again = InProcess.Run("finetune", runs.FinetuningRecipe, "--out", runs.Finetuned, "--json");

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("is done already", again.Errors, StringComparison.Ordinal);
        Assert.Equal("done", (string?)again.Json["status"]);
        Assert.Equal(runs.Finetuned, (string?)again.Json["runFolder"]);
        foreach (string part in new[] { "validation", "test" })
        {
            Assert.InRange((double)again.Json[part]!["accuracy"]!, 0, 1);
            Assert.InRange((double)again.Json[part]!["majorityAccuracy"]!, 0, 1);
            Assert.Equal((int)again.Json[part]!["count"]!, again.Json[part]!["confusion"]!.AsArray().Sum(row => row!.AsArray().Sum(count => (int)count!)));
        }

        Assert.Equal(["negative", "zero", "positive"], again.Json["classes"]!.AsArray().Select(c => (string)c!));
    }

    [Fact]
    public void A_person_reads_accuracy_beside_the_majority_a_table_of_the_classes_and_the_mistakes()
    {
        var shown = InProcess.Run("finetune", runs.FinetuningRecipe, "--out", runs.Finetuned, "--mistakes", "2");

        Assert.Contains("always the most frequent class: ", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"texts right \(95 % interval \d+\.\d to \d+\.\d %\) \(always the most frequent class: .*; difference -?\d+\.\d points, 95 % interval", shown.Output);
        Assert.Contains("which flatters them there a little; the test texts took no part", shown.Output, StringComparison.Ordinal);
        Assert.Contains("said negative", shown.Output, StringComparison.Ordinal);
        Assert.Contains("validation: ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("test: ", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"Run folder: {runs.Finetuned}", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "kind": "nothing" }""", 9)]
    [InlineData("""{ "kind": "nothing" }""", 31)]
    [InlineData("""{ "kind": "body" }""", 14)]
    [InlineData("""{ "kind": "layers", "count": 1 }""", 20)]
    public void A_fine_tuning_that_was_interrupted_goes_on_to_the_same_bits(string freeze, int readings)
    {
        using TemporaryFolder folder = new();
        var recipe = EncoderRecipes.LoadFinetuning(runs.FinetuningRecipe, [$"freeze={freeze}"]);
        RunFolder whole = new(folder.Combine("whole")), parts = new(folder.Combine("parts"));
        FinetuningRun.Train(recipe, whole, new RunSurroundings());
        using var stop = new CancellationTokenSource();

        var first = FinetuningRun.Train(recipe, parts, new RunSurroundings { Stop = stop.Token, Clock = new InterruptingClock(readings, stop) });
        FinetuningRun.Train(recipe, parts, new RunSurroundings());

        Assert.Equal(RunStatus.Interrupted, first.Status);
        Assert.Null(first.Validation);
        foreach (string file in new[] { "best/model.safetensors", "best/config.json", "best/vocab.txt", "checkpoint/model.safetensors", "checkpoint/optimizer.safetensors", "predictions.csv" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Root, file)), File.ReadAllBytes(Path.Combine(parts.Root, file)));
        }

        Assert.Equal(whole.ReadMetrics().Select(e => e with { Seconds = 0 }), parts.ReadMetrics().Select(e => e with { Seconds = 0 }));
    }

    [Fact]
    public void Runs_lists_every_kind_of_run_with_what_it_reached()
    {
        string folder = Path.GetDirectoryName(runs.Finetuned)!;

        var list = InProcess.Run("runs", folder, "--json").Json["runs"]!.AsArray().ToDictionary(run => (string)run!["name"]!, run => run!);

        Assert.Equal(("finetuning", "done"), ((string)list["toy-signs"]["kind"]!, (string)list["toy-signs"]["status"]!));
        Assert.Equal(("pretraining", "done"), ((string)list["toy-text"]["kind"]!, (string)list["toy-text"]["status"]!));
        Assert.Equal((double)InProcess.Run("finetune", runs.FinetuningRecipe, "--out", runs.Finetuned, "--json").Json["validation"]!["accuracy"]!, (double)list["toy-signs"]["accuracy"]!);
        Assert.NotNull(list["toy-signs"]["majorityAccuracy"]);
        Assert.InRange((double)list["toy-text"]["accuracy"]!, 0, 1);
        Assert.All(list.Values, run => Assert.InRange((double)run["lowestValidationLoss"]!, 0.0, 10));
        Assert.Contains("pretraining done", InProcess.Run("runs", folder).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_writes_a_page_and_pictures_of_a_fine_tuning()
    {
        using TemporaryFolder folder = new();
        CopyRun(runs.Finetuned, folder.Combine("signs"));

        var result = InProcess.Run("report", folder.Combine("signs"), "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(folder.Combine("signs", "report.html"), (string?)result.Json["page"]);
        Assert.True(File.Exists(folder.Combine("signs", "accuracy-by-epoch.svg")));
        string page = File.ReadAllText(folder.Combine("signs", "report.html"));
        Assert.Contains("always saying the most frequent class (", page, StringComparison.Ordinal);
        Refused(InProcess.Run("report", runs.Pretrained), 1, "is a pretrained encoder and has no report");
    }

    [Theory]
    [InlineData("translate")]
    [InlineData("generate")]
    [InlineData("evaluate")]
    [InlineData("audit")]
    [InlineData("noise")]
    public void Commands_of_other_models_say_what_to_use(string command)
    {
        using TemporaryFolder folder = new();
        string[] more = command switch
        {
            "evaluate" => ["--data", folder.Write("pairs.tsv", "cat\tatcay\n")],
            "audit" => ["--fit", Fit(folder)],
            "noise" => [],
            _ => ["cat"],
        };

        Refused(InProcess.Run([command, runs.Finetuned, .. more]), 1, "is a fine-tuned classifier; use `sextant classify");
        Refused(InProcess.Run([command, runs.Pretrained, .. more]), 1, "is a pretrained encoder");
    }

    [Fact]
    public void Kinds_of_runs_are_not_compared_with_each_other()
    {
        using TemporaryFolder folder = new();
        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        Assert.Equal(0, InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("words"), "--set", "training.horizon.count=1").ExitCode);

        Refused(InProcess.Run("compare", runs.Finetuned, folder.Combine("words"), "--out", folder.Combine("page")), 1, "compare runs of one kind");
        Refused(InProcess.Run("compare", runs.Finetuned, runs.Pretrained, "--out", folder.Combine("page")), 1, "compare runs of one kind");
        Assert.Contains("There is no finished run", InProcess.Run("compare", runs.Pretrained, "--out", folder.Combine("page")).Errors, StringComparison.Ordinal);
        var arms = InProcess.Run("compare", runs.Finetuned, "--out", folder.Combine("page"));
        Assert.True(arms.ExitCode == 0, arms.Errors);
        Assert.Contains("test texts, 1 seeds", arms.Output, StringComparison.Ordinal);
        File.Delete(folder.Combine("page", "report.html"));
        var again = InProcess.Run("report", folder.Combine("page"));
        Assert.True(again.ExitCode == 0, again.Errors);
        Assert.Contains("say nothing of other seeds", File.ReadAllText(folder.Combine("page", "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_of_another_command_is_sent_there()
    {
        using TemporaryFolder folder = new();
        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("words.json"));

        Refused(InProcess.Run("train", runs.FinetuningRecipe), 1, $"use `sextant finetune {runs.FinetuningRecipe}`");
        Refused(InProcess.Run("train", runs.PretrainingRecipe), 1, $"use `sextant pretrain {runs.PretrainingRecipe}`");
        Refused(InProcess.Run("finetune", runs.PretrainingRecipe), 1, "use `sextant pretrain");
        Refused(InProcess.Run("pretrain", runs.FinetuningRecipe), 1, "use `sextant finetune");
        Refused(InProcess.Run("finetune", folder.Combine("words.json")), 1, "use `sextant train");
        Refused(InProcess.Run("finetune", folder.Combine("none.json")), 1, "There is no recipe");
    }

    [Theory]
    [InlineData("maximumLength=25", "more than the 24 positions of the model")]
    [InlineData("maximumLength=2", "is not at least 3")]
    [InlineData("maximumlength=5", "maximumlength")]
    [InlineData("training.optimizer.rate=1", "has no 'rate'")]
    [InlineData("adapters={\"rank\":0}", "adapters.rank: 0 is not at least 1")]
    [InlineData("freeze.count=1", "freeze")]
    [InlineData("model.path=", "model.path: is missing")]
    [InlineData("data={\"kind\":\"file\",\"path\":\"\"}", "data.path: is missing")]
    [InlineData("data={\"kind\":\"file\",\"path\":\"none.csv\"}", "none.csv")]
    [InlineData("data.split.trainShare=0.9", "data.split.testShare")]
    public void A_wrong_value_is_one_sentence(string change, string expected)
    {
        using TemporaryFolder folder = new();
        Refused(Finetune(folder, "--set", change), 1, expected);
        Assert.False(Directory.Exists(folder.Combine("run", "best")));
    }

    [Fact]
    public void What_cannot_be_frozen_is_said()
    {
        using TemporaryFolder folder = new();
        Refused(Finetune(folder, "--set", "freeze={\"kind\":\"layers\",\"count\":3}"), 1, "the encoder has 2 layers, not 3");
        Refused(Finetune(folder, "--set", "freeze={\"kind\":\"body\"}", "--set", "adapters={\"rank\":2}"), 1, "adapters: they are in the body");
    }

    [Theory]
    [InlineData("no-label.csv", "text\na\nb\n", "has no column label, class or target")]
    [InlineData("one-class.csv", "text,label\na,x\nb,x\n", "there is nothing to tell apart")]
    [InlineData("empty.csv", "", "is empty")]
    [InlineData("header.csv", "text,label\n", "holds no labelled text")]
    [InlineData("ragged.csv", "text,label\na,x\nb\nc,y\n", "row 2 has another number of cells than the header")]
    public void Data_that_cannot_be_used_is_one_sentence(string name, string content, string expected)
    {
        using TemporaryFolder folder = new();
        Refused(Finetune(folder, "--data", folder.Write(name, content)), 1, expected);
        Assert.False(File.Exists(folder.Combine("run", "recipe.json")));
    }

    [Fact]
    public void Wrong_columns_and_labels_without_a_name_are_one_sentence()
    {
        using TemporaryFolder folder = new();
        string data = folder.Write("data.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"one plus {i},{i % 3}\n")));

        Refused(Finetune(folder, "--data", data, "--set", "data.columns.text=body"), 1, "has no column 'body' (columns.text); it has text, label");
        Refused(Finetune(folder, "--data", data, "--set", "data.labelNames={\"0\":\"no\",\"1\":\"yes\"}"), 1, "the label '2' is not among the names of labels (0, 1)");
        Refused(Finetune(folder, "--data", folder.Combine("none.csv")), 1, "none.csv");
        Refused(Finetune(folder, "--data", data, "--split", folder.Combine("none.csv")), 1, "none.csv");
        Refused(Finetune(folder, "--data", data, "--split", folder.Write("split.csv", "row,part\n99,train\n")), 1, "99 is not among the 12 rows");
    }

    [Fact]
    public void A_model_that_cannot_be_used_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string best = Path.Combine(runs.Pretrained, "best"), copy = folder.Combine("model");
        Directory.CreateDirectory(copy);
        Refused(Finetune(folder, "--set", $"model.path={copy}"), 1, "holds no config.json");
        File.Copy(Path.Combine(best, "config.json"), Path.Combine(copy, "config.json"));
        Refused(Finetune(folder, "--set", $"model.path={copy}"), 1, copy);
        File.Copy(Path.Combine(best, "vocab.txt"), Path.Combine(copy, "vocab.txt"));
        Refused(Finetune(folder, "--set", $"model.path={copy}"), 1, copy);
        File.WriteAllBytes(Path.Combine(copy, "model.safetensors"), File.ReadAllBytes(Path.Combine(best, "model.safetensors"))[..^100]);
        Refused(Finetune(folder, "--set", $"model.path={copy}"), 1, "model.safetensors");
        Refused(Finetune(folder, "--set", $"model.path={folder.Combine("none")}"), 1, "There is no folder");
        Refused(Finetune(folder, "--set", "model.mayMiss=[]"), 1, "pooler");
        Refused(Finetune(folder, "--set", "model.file=other.bin"), 1, "other.bin");
    }

    [Fact]
    public void The_folder_of_another_run_is_refused()
    {
        using TemporaryFolder folder = new();
        Refused(InProcess.Run("finetune", runs.FinetuningRecipe, "--out", runs.Finetuned, "--set", "seed=2"), 1, "holds the run of another recipe: ");
        Refused(InProcess.Run("finetune", runs.FinetuningRecipe, "--out", runs.Pretrained), 1, "holds the run of another recipe");
        folder.Write("notes.txt", "mine");
        Refused(InProcess.Run("finetune", runs.FinetuningRecipe, "--out", folder.Path), 1, "holds files but no run");
        Refused(InProcess.Run("finetune", runs.FinetuningRecipe, "--out", ""), 2, "--out is empty");
    }

    private static string Fit(TemporaryFolder folder)
    {
        string points = folder.Write("points.csv", "run,parameters,tokens,flops,loss\n" + string.Concat(
            from n in Enumerable.Range(0, 4).Select(i => 1e5 * Math.Pow(3, i))
            from d in Enumerable.Range(6, 3).Select(i => Math.Pow(10, i))
            select FormattableString.Invariant($"{n}-{d},{n},{d},{6 * n * d},{1.7 + (400 / Math.Pow(n, 0.34)) + (410 / Math.Pow(d, 0.28))}\n")));
        var made = InProcess.Run("fit", "parametric", points, "--convention", "6nd", "--out", folder.Combine("fit.json"));
        Assert.True(made.ExitCode == 0, made.Errors);
        return folder.Combine("fit.json");
    }

    private static void CopyRun(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private InProcess Finetune(TemporaryFolder folder, params string[] options) => InProcess.Run(["finetune", runs.FinetuningRecipe, "--out", folder.Combine("run"), .. options]);

    private static void Refused(InProcess result, int code, string expected)
    {
        Assert.True(result.ExitCode == code, result.Errors);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", result.Output);
    }
}
