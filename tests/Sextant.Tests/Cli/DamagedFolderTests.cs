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
