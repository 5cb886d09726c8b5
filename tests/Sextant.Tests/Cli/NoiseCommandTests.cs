using Sextant.Experiments;
using Sextant.Tests.Experiments;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class NoiseCommandTests
{
    [Fact]
    public void Noise_trains_a_recipe_and_prints_the_scale_with_its_status_and_pictures()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");

        var result = InProcess.Run("noise", Recipe(folder), "--set", "training.noiseScale={\"every\":3,\"microBatch\":4}", "--out", run, "--json");

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(run, (string?)result.Json["runFolder"]);
        var fit = result.Json["noiseScale"]!.AsObject();
        Assert.Equal("noise-scale", (string?)fit["kind"]);
        Assert.Equal("examples", (string?)fit["unit"]);
        foreach (string name in new[] { "status", "warnings", "noiseScale", "noiseScaleTokens", "windows", "summary", "summaryRule", "intervals", "batch" })
        {
            Assert.True(fit.ContainsKey(name), name);
        }

        Assert.True(File.Exists((string)result.Json["fit"]!));
        Assert.All(result.Json["pictures"]!.AsArray(), picture => Assert.True(File.Exists((string)picture!)));
    }

    [Fact]
    public void A_run_that_measured_its_noise_is_read_and_says_the_same()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");
        var trained = InProcess.Run("train", Recipe(folder), "--set", "training.noiseScale={\"every\":3,\"microBatch\":4}", "--out", run, "--json");
        Assert.Equal((double?)trained.Json["noiseScale"]!["noiseScale"], (double?)InProcess.Run("noise", run, "--json").Json["noiseScale"]!["noiseScale"]);

        var read = InProcess.Run("noise", run);

        Assert.Equal(0, read.ExitCode);
        Assert.Contains("tokens seen", read.Output, StringComparison.Ordinal);
        Assert.Contains("Noise scale over the measurements of the last 50 % of the tokens: ", read.Output, StringComparison.Ordinal);
        Assert.Contains("A step takes ", read.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(run, "noise-scale.json"), read.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_did_not_measure_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");
        Assert.Equal(0, InProcess.Run("train", Recipe(folder), "--out", run).ExitCode);

        var result = InProcess.Run("noise", run);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"sextant: {run} did not measure its gradient noise; train its recipe into another folder with `sextant noise RECIPE --out DIR`.", result.Errors.TrimEnd());
    }

    [Fact]
    public void A_run_is_not_changed_on_the_way()
    {
        using TemporaryFolder folder = new();

        var result = InProcess.Run("noise", folder.Path, "--set", "seed=2");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("is a run, which is read as it is", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_line_of_measurements_is_named()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");
        Assert.Equal(0, InProcess.Run("noise", Recipe(folder), "--set", "training.noiseScale={\"every\":3}", "--out", run).ExitCode);
        File.WriteAllText(Path.Combine(run, "noise.jsonl"), "no json\n");

        var result = InProcess.Run("noise", run);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("noise.jsonl, line 1 is damaged", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_noise_scale_is_no_fit_to_plan_by()
    {
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");
        Assert.Equal(0, InProcess.Run("noise", Recipe(folder), "--out", run).ExitCode);

        var result = InProcess.Run("plan", "--fit", Path.Combine(run, "noise-scale.json"), "--flops", "1e12");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("says nothing of how compute is split", result.Errors, StringComparison.Ordinal);
    }

    private static string Recipe(TemporaryFolder folder)
    {
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        RecipeFile.Write(recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 20 } } }, folder.Combine("recipe.json"));
        return folder.Combine("recipe.json");
    }
}
