using System.Text.Json.Nodes;
using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tests.Experiments;
using Sextant.Tokenization;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Every command on runs trained in the test.</summary>
public sealed class CommandTests
{
    [Fact]
    public void Train_prints_one_json_object_with_the_promised_names_and_a_second_call_reads_it()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        var again = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run, "--json");

        Assert.Equal(0, again.ExitCode);
        var json = again.Json;
        Assert.Equal("done", (string?)json["status"]);
        Assert.Equal(run, (string?)json["runFolder"]);
        foreach (string name in new[] { "lowest", "lowestEpoch", "lowestPerToken", "lowestPerTokenEpoch" })
        {
            Assert.NotNull(json["validationLoss"]![name]);
        }

        foreach (string name in new[] { "exactMatch", "flops", "flopsConvention", "tokens", "seconds" })
        {
            Assert.NotNull(json[name]);
        }

        Assert.NotNull(json["parameters"]!["trainable"]);
        Assert.Null(json["parameters"]!["course"]);
        Assert.NotNull(json["parameters"]!["reasons"]!["course"]);
        Assert.Equal((double?)json["flops"], (double?)json["flopsByConvention"]!["exact"]);
        Assert.Null(json["flopsByConvention"]!["course"]);
        Assert.NotNull(json["flopsByConvention"]!["reasons"]!["course"]);
    }

    [Fact]
    public void A_run_folder_holds_what_the_design_says()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);

        foreach (string file in new[] { "recipe.json", "metrics.jsonl", "result.json", "tokenizer.json", "checkpoint/model.safetensors", "checkpoint/optimizer.safetensors", "checkpoint/state.json", "best/model.safetensors" })
        {
            Assert.True(File.Exists(Path.Combine(run, file)), file);
        }

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "tensorboard")));
        var line = JsonNode.Parse(File.ReadLines(Path.Combine(run, "metrics.jsonl")).First())!.AsObject();
        Assert.Equal(["step", "epoch", "tokens", "flops", "trainLoss", "validationLoss", "validationLossPerToken", "learningRate", "seconds", "flopsByConvention"], line.Select(p => p.Key));
    }

    [Fact]
    public void Translate_reads_arguments_or_standard_input_and_reports_what_it_does_not_know()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);

        var one = InProcess.Run("translate", run, "the", "ship,", "café");
        Assert.Equal(0, one.ExitCode);
        Assert.Single(one.Output.TrimEnd().Split('\n'));
        Assert.Contains(", café", one.Output, StringComparison.Ordinal);
        Assert.Contains("'é' in 'café'; left as it is", one.Errors, StringComparison.Ordinal);

        var lines = InProcess.RunWith("cat dog\n\nship\n", "translate", run);
        Assert.Equal(3, lines.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Equal("", lines.Output.Split('\n')[1]);

        var drawn = InProcess.RunWith("ship\ncat\n", "translate", run, "--temperature", "2", "--seed", "4");
        Assert.Equal(drawn.Output.Split('\n')[1], InProcess.RunWith("cat\n", "translate", run, "--temperature", "2", "--seed", "4").Output.TrimEnd('\n'));

        var beam = InProcess.Run("translate", run, "cat", "--beam", "3", "--json");
        Assert.Equal("cat", (string?)beam.Json["translations"]![0]!["source"]);
    }

    [Theory]
    [InlineData("encoderDecoder")]
    [InlineData("decoder")]
    public void Translate_draws_the_attention_of_every_layer_and_head(string kind)
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder, kind == "decoder" ? ToyRecipes.Modern : ToyRecipes.Course);

        var result = InProcess.Run("translate", run, "ship", "--attention", folder.Combine("attention.png"));

        Assert.Equal(0, result.ExitCode);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(folder.Combine("attention.png"))[..4]);
    }

    [Fact]
    public void Compare_writes_a_page_and_pictures_and_lists_the_runs()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);

        var result = InProcess.Run("compare", run, "--out", folder.Combine("page"));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("run ", result.Output, StringComparison.Ordinal); // the folder's name
        Assert.Contains("the air conditioning is working ->", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.Combine("page", "compare.html")));
        Assert.True(File.Exists(folder.Combine("page", "loss-by-epoch.png")));
        Assert.True(File.Exists(folder.Combine("page", "loss-by-flops.svg")));
        Assert.Contains("toy-course", InProcess.Run("runs", folder.Path).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_holds_translations_against_any_pairs()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);

        var result = InProcess.Run("evaluate", run, "--data", folder.Write("held-out.tsv", "cat\tatcay\ncafé\téfacay\n"), "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1, (int)result.Json["sources"]!);
        Assert.Equal(1, (int)result.Json["leftOut"]!);
        foreach (string name in new[] { "loss", "lossPerToken", "perplexity", "exactMatch", "characterErrorRate", "chrF" })
        {
            Assert.NotNull(result.Json["measures"]![name]);
        }
    }

    [Fact]
    public void Evaluate_on_unseen_words_of_the_runs_own_data_repeats_its_validation()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        var trained = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run, "--json").Json;

        var result = InProcess.Run("evaluate", run, "--data", folder.Combine("pairs.tsv"), "--unseen", "--json");

        Assert.Equal(0, (int)result.Json["trained"]!);
        Assert.Equal((double)trained["validationLoss"]!["lowest"]!, (double)result.Json["measures"]!["loss"]!, 1e-6);
        Assert.Equal((double)trained["exactMatch"]!, (double)result.Json["measures"]!["exactMatch"]!);

        File.AppendAllText(folder.Combine("pairs.tsv"), "zebra\tebrazay\n");
        var changed = InProcess.Run("evaluate", run, "--data", folder.Combine("pairs.tsv"), "--unseen");
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains("have changed since, so it is not known", changed.Errors, StringComparison.Ordinal);
        var unknown = InProcess.Run("evaluate", run, "--data", folder.Combine("pairs.tsv"), "--json");
        Assert.Null(unknown.Json["trained"]);
        Assert.Contains("some of these sources may be ones that the run was trained on", unknown.Errors, StringComparison.Ordinal);
        ToyRecipes.Pairs(folder);

        var none = InProcess.Run("evaluate", run, "--data", folder.Write("seen.tsv", SeenPair(folder, run)), "--unseen");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("was trained on every source", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_that_stand_on_both_sides_are_counted()
    {
        using TemporaryFolder folder = new();
        string pairs = folder.Write("two.tsv", string.Concat(Enumerable.Range(0, 40).Select(i => $"{(char)('a' + (i / 2))}b\t{(i % 2 == 0 ? "x" : "y")}{(char)('a' + (i / 2))}\n")));
        RecipeFile.Write(ToyRecipes.Course(pairs), folder.Combine("recipe.json"));

        var bySeed = InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("a"));
        var byHash = InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("b"), "--set", "data.split.kind=hash", "--set", "data.split.trainShare=0.6");

        Assert.Contains("sources with several targets stand on both sides", bySeed.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("stand on both sides", byHash.Errors, StringComparison.Ordinal);
    }

    /// <summary>A line of the pairs that the run trained on.</summary>
    private static string SeenPair(TemporaryFolder folder, string run) => File.ReadLines(folder.Combine("pairs.tsv"))
        .First(line => (int)InProcess.Run("evaluate", run, "--data", folder.Write("one.tsv", line), "--json").Json["trained"]! == 1);

    [Fact]
    public void A_language_model_of_plain_text_trains_and_writes_the_same_text_for_the_same_seed()
    {
        using TemporaryFolder folder = new();
        folder.Write("tale.txt", string.Concat(Enumerable.Repeat("the cat sat on the mat and the dog sat on the log. ", 80)));
        var recipe = ToyRecipes.Modern("none") with
        {
            Name = "tale",
            Data = new DataOptions.Text { Path = folder.Combine("tale.txt"), BlockLength = 32 },
            Tokenizer = new TokenizerOptions.BytePairs { VocabularySize = 280 },
            Model = new ModelOptions.ModernDecoder { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 24 },
        };
        recipe = recipe with { Training = recipe.Training with { Batch = new BatchOptions.Examples { Size = 8 }, Horizon = new Horizon.Steps { Count = 40 } } };
        RecipeFile.Write(recipe, folder.Combine("recipe.json"));

        var trained = InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("run"), "--json");
        var first = InProcess.Run("generate", folder.Combine("run"), "the cat", "--tokens", "20", "--seed", "5");
        var second = InProcess.Run("generate", folder.Combine("run"), "the cat", "--tokens", "20", "--seed", "5");

        Assert.Equal(0, trained.ExitCode);
        Assert.InRange((double)trained.Json["measures"]!["bitsPerByte"]!, 0.01, 4);
        // A text's batches are stretches of it, so both losses are the mean over tokens, of the weights that are kept.
        double lowest = (double)trained.Json["validationLoss"]!["lowest"]!;
        Assert.Equal((double)trained.Json["validationLoss"]!["lowestPerToken"]!, lowest);
        Assert.Equal(Math.Exp(lowest), (double)trained.Json["measures"]!["perplexity"]!, 1e-9);
        Assert.StartsWith("the cat", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
    }

    [Fact]
    public void Data_pig_latin_makes_pairs_of_a_text_that_train_reads()
    {
        using TemporaryFolder folder = new();
        string text = folder.Write("text.txt", "The quiet cat, the year! Don't cry.");

        var written = InProcess.Run("data", "pig-latin", text, "--out", folder.Combine("pairs.tsv"));
        var letter = InProcess.Run("data", "pig-latin", text, "--qu", "letter");

        Assert.Equal(0, written.ExitCode);
        Assert.Equal(["the\tethay", "quiet\tietquay", "cat\tatcay", "year\tyearay", "cry\tycray"], File.ReadAllLines(folder.Combine("pairs.tsv")));
        Assert.Contains("quiet\tuietqay", letter.Output, StringComparison.Ordinal);
        Assert.Equal(5, PairFile.Read(folder.Combine("pairs.tsv")).Pairs.Count);
    }

    [Fact]
    public void Every_command_has_help_with_an_example()
    {
        foreach (string[] command in new string[][] { ["demo"], ["train"], ["translate"], ["generate"], ["evaluate"], ["compare"], ["study"], ["study", "show"], ["study", "run"], ["pretrain"], ["finetune"], ["classify"], ["data"], ["data", "pig-latin"], ["runs"] })
        {
            var help = InProcess.Run([.. command, "--help"]);
            Assert.Equal(0, help.ExitCode);
            Assert.Contains("Example", help.Output, StringComparison.Ordinal);
            Assert.Contains("sextant " + string.Join(' ', command), help.Output, StringComparison.Ordinal);
        }
    }

    private static string Trained(TemporaryFolder folder, Func<string, Recipe>? kind = null)
    {
        RecipeFile.Write((kind ?? ToyRecipes.Course)(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        string run = folder.Combine("run");
        var trained = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run);
        Assert.True(trained.ExitCode == 0, trained.Errors);
        return run;
    }
}
