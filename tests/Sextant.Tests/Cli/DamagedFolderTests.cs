using Sextant.Experiments;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Run folders that something has cut, emptied or mixed up: one sentence, and what is left stays.</summary>
public sealed class DamagedFolderTests
{
    [Theory]
    [InlineData("recipe.json", "{\"name\": ", "recipe.json is damaged")]
    [InlineData("result.json", "no json", "result.json is damaged")]
    [InlineData("metrics.jsonl", "no json\n", "metrics.jsonl, line 1 is damaged")]
    [InlineData("checkpoint/state.json", "{}", "state.json is damaged")]
    [InlineData("checkpoint/model.safetensors", "short", "model.safetensors")]
    public void A_file_that_is_not_what_was_written_is_named(string file, string content, string expected)
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        if (file != "result.json")
        {
            File.Delete(Path.Combine(run, "result.json")); // so that the training has to go on
        }

        File.WriteAllText(Path.Combine(run, file), content);
        var result = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path.Combine(run, file)));
    }

    [Fact]
    public void A_checkpoint_without_its_moments_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        File.Delete(Path.Combine(run, "result.json"));
        File.Delete(Path.Combine(run, "checkpoint", "optimizer.safetensors"));

        var result = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("lacks optimizer.safetensors; restore it", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_shorter_than_the_checkpoint_says_are_not_made_up()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        File.Delete(Path.Combine(run, "result.json"));
        File.WriteAllText(Path.Combine(run, "metrics.jsonl"), "");
        File.Delete(Path.Combine(run, "checkpoint", "metrics-so-far.jsonl"));

        var result = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is shorter than it was at the checkpoint", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_done_run_without_its_weights_is_not_called_done()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        Directory.Delete(Path.Combine(run, "best"), recursive: true);

        foreach (var result in new[] { InProcess.Run("train", folder.Combine("recipe.json"), "--out", run), InProcess.Run("translate", run, "cat") })
        {
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("its weights (best/) are gone", result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Best_weights_lost_before_the_end_are_said_before_more_is_trained()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder);
        File.Delete(Path.Combine(run, "result.json"));
        Directory.Delete(Path.Combine(run, "best"), recursive: true);

        var result = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("has lost best/, the weights at its lowest validation loss; restore it, or delete the folder checkpoint", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_file_that_looks_unfinished_is_not_deleted()
    {
        using TemporaryFolder folder = new();
        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        Directory.CreateDirectory(folder.Combine("run"));
        folder.Write(Path.Combine("run", "notes.new"), "mine");

        var result = InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("run"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("holds files but no run", result.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder.Combine("run", "notes.new")));
    }

    [Fact]
    public void Test_pairs_that_the_model_cannot_take_are_said_before_the_training_and_left_out_of_evaluate()
    {
        using TemporaryFolder folder = new();
        string rows = "split\tsource\ttarget\ntrain\tcat\tatcay\ntrain\tdog\togday\nval\tship\tipshay\n";
        var learned = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        learned = learned with
        {
            Tokenizer = new Sextant.Tokenization.TokenizerOptions.Course(),
            Model = new Sextant.Models.ModelOptions.ModernDecoder { Hidden = 8, Layers = 1, Heads = 1, FeedForward = 8, Positions = Sextant.Models.Positions.Learned, MaximumLength = 14 },
        };
        RecipeFile.Write(learned, folder.Combine("recipe.json"));
        string[] train = ["train", folder.Combine("recipe.json"), "--set", "training.horizon.count=2"];

        var tooLong = InProcess.Run([.. train, "--split", folder.Write("long.tsv", rows + "test\tschoolfriend\toolfriendschay\n"), "--out", folder.Combine("a")]);
        var fitting = InProcess.Run([.. train, "--split", folder.Write("short.tsv", rows + "test\tsea\teasay\n"), "--out", folder.Combine("b")]);
        var evaluated = InProcess.Run("evaluate", folder.Combine("b"), "--data", folder.Write("pairs.txt", "sea easay\nschoolfriend oolfriendschay\n"));
        var drawn = InProcess.Run("translate", folder.Combine("b"), "schoolfriendship", "--attention", folder.Combine("a.png"));

        Assert.Equal(1, tooLong.ExitCode);
        Assert.Contains("model.maximumLength is 14, but the data hold an input of 28 positions", tooLong.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Combine("a", "metrics.jsonl")));
        Assert.Equal(0, fitting.ExitCode);
        Assert.Equal(0, evaluated.ExitCode);
        Assert.Contains("1 pairs are longer than model.maximumLength 14 and are left out", evaluated.Errors, StringComparison.Ordinal);
        Assert.Equal(1, drawn.ExitCode);
        Assert.Contains("the text is 16 tokens long and the model can take 12", drawn.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_cannot_be_used_leaves_the_folder_free()
    {
        using TemporaryFolder folder = new();
        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        string run = folder.Combine("run");

        var bad = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run, "--data", folder.Write("bad.tsv", "one\ntwo\n"));
        var good = InProcess.Run("train", folder.Combine("recipe.json"), "--out", run);

        Assert.Equal(1, bad.ExitCode);
        Assert.Equal(0, good.ExitCode);
    }

    [Fact]
    public void A_run_given_twice_is_compared_once_and_runs_of_one_recipe_are_told_apart()
    {
        using TemporaryFolder folder = new();
        string narrow = Trained(folder), wide = folder.Combine("wide");
        InProcess.Run("train", folder.Combine("recipe.json"), "--out", wide, "--set", "model.hidden=12");

        var result = InProcess.Run("compare", narrow, wide, narrow, "--out", folder.Combine("page"), "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("already counted", result.Errors, StringComparison.Ordinal);
        Assert.Equal(["run", "wide"], result.Json["rows"]!.AsArray().Select(row => (string)row!["name"]!));
    }

    private static string Trained(TemporaryFolder folder)
    {
        string run = folder.Combine("run");
        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        Assert.Equal(0, InProcess.Run("train", folder.Combine("recipe.json"), "--out", run).ExitCode);
        return run;
    }
}
