using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Tests.Experiments;
using Sextant.Tests.Scaling;
using Sextant.Tests.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class PlanCommandTests
{
    [Fact]
    public void A_plan_by_a_published_law_prints_the_promised_names()
    {
        var json = InProcess.Run("plan", "--law", "chinchilla-refit", "--flops", "5.76e23", "--batch", "3e6", "--serve", "1e13", "--unique-tokens", "1e12", "--json").Json;

        Assert.Equal("chinchilla-refit", (string?)json["law"]);
        Assert.Null(json["fit"]);
        Assert.Equal("hoffmann", (string?)json["convention"]);
        Assert.Equal(17.9, (double)json["tokensPerParameter"]!, 0.05);
        foreach (string name in new[] { "flops", "parameters", "tokens", "loss", "steps", "intervals", "intervals80", "valley", "growth", "serving", "warnings", "conclusion", "reasons" })
        {
            Assert.NotNull(json[name]);
        }

        foreach (string name in new[] { "hidden", "layers", "heads", "feedForward", "parameters" })
        {
            Assert.NotNull(json["shape"]![name]);
        }

        Assert.Equal(Math.Pow(10, 0.73), (double)json["growth"]![1]!["parameters"]!, 1e-9);
        Assert.Equal("none published", (string?)json["reasons"]!["intervals"]);
    }

    [Fact]
    public void Hours_at_a_rate_are_flops_and_the_conclusion_comes_first()
    {
        var byHours = InProcess.Run("plan", "--law", "chinchilla", "--hours", "24", "--rate", "1e15");
        var byFlops = InProcess.Run("plan", "--law", "chinchilla", "--flops", "8.64e19");

        Assert.Equal(0, byHours.ExitCode);
        Assert.Equal(byFlops.Output, byHours.Output);
        Assert.StartsWith("8.64e19 FLOPs by chinchilla: ", byHours.Output, StringComparison.Ordinal);
        Assert.Contains("none published", byHours.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_may_be_at_the_rate_that_a_recipe_reaches_here_or_that_a_run_had()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        string run = Trained(folder, recipe), fit = Fit(folder, "everything");
        var result = new RunFolder(run).ReadResult()!;

        var byRun = InProcess.Run("plan", "--fit", fit, "--hours", "2", "--rate-of", run, "--json");
        var byRecipe = InProcess.Run("plan", "--fit", fit, "--hours", "2", "--rate-of", folder.Combine("toy.json"), "--json");

        Assert.Equal(6 * result.Parameters.Everything!.Value * result.Tokens / result.Seconds * 7200, (double)byRun.Json["flops"]!, 1e-6 * (double)byRun.Json["flops"]!);
        Assert.Contains("FLOPs a second (6 N D with N by the convention everything) on one thread", byRun.Errors, StringComparison.Ordinal);
        Assert.InRange((double)byRecipe.Json["flops"]! / (double)byRun.Json["flops"]!, 0.05, 20); // a clock and a processor's time beside it
        Assert.Contains("measured here by a few steps", byRecipe.Errors, StringComparison.Ordinal);
        Refused(InProcess.Run("plan", "--fit", fit, "--flops", "1e20", "--rate-of", run), 2, "--rate-of belongs to --hours");
        Refused(InProcess.Run("plan", "--fit", fit, "--hours", "2", "--rate", "1e9", "--rate-of", run), 2, "--rate-of belongs to --hours");
        Refused(InProcess.Run("plan", "--fit", Fit(folder, "course"), "--hours", "2", "--rate-of", run), 1, "does not count the FLOPs");
        Refused(InProcess.Run("plan", "--fit", fit, "--hours", "2", "--rate-of", folder.Combine("nowhere.json")), 1, "nowhere.json");
    }

    [Fact]
    public void A_plan_by_a_fit_file_has_intervals_of_both_levels()
    {
        using TemporaryFolder folder = new();
        string path = Fit(folder, "6nd");

        var json = InProcess.Run("plan", "--fit", path, "--flops", "1e21", "--grow", "100", "--vocabulary", "1000", "--json").Json;
        var text = InProcess.Run("plan", "--fit", path, "--flops", "1e21");

        Assert.Equal(path, (string?)json["fit"]);
        Assert.Equal("converged", (string?)json["status"]);
        foreach (string name in new[] { "parameters", "tokens", "loss", "tokensPerParameter", "valley[0].cost", "growth[0].parameters" })
        {
            Assert.Equal(0.95, (double)json["intervals"]![name]!["level"]!);
            Assert.Equal(0.8, (double)json["intervals80"]![name]!["level"]!);
            Assert.NotNull(json["intervals"]![name]!["low"]);
        }

        Assert.NotEmpty(json["next"]!.AsArray());
        Assert.Contains("(95 %: ", text.Output.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("No model to build: parameters depend on the vocabulary", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_of_numbers_prints_the_promised_names()
    {
        using TemporaryFolder folder = new();
        var spent = PlantedPoints.Law.Beside(1e20, 6);

        var json = InProcess.Run("audit", "--parameters", Text(spent.Parameters), "--tokens", Text(spent.Tokens), "--loss", Text(spent.Loss), "--fit", Fit(folder, "6nd"), "--json").Json;

        Assert.Equal("tooLarge", (string?)json["status"]);
        foreach (string name in new[] { "lossAboveFrontier", "computeWasted", "parametersRatio", "tokensRatio", "at", "advice", "warnings", "intervals" })
        {
            Assert.NotNull(json[name]);
        }

        Assert.True((double)json["parametersRatio"]! < 1 && (double)json["tokensRatio"]! > 1);
    }

    [Fact]
    public void A_run_folder_is_audited_by_the_fit_s_convention()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder, ToyRecipes.Modern(ToyRecipes.Pairs(folder)));
        var result = new RunFolder(run).ReadResult()!;

        var json = InProcess.Run("audit", run, "--fit", Fit(folder, "kaplan"), "--json").Json;
        var text = InProcess.Run("audit", run, "--fit", Fit(folder, "kaplan"));

        Assert.Equal(result.Parameters.Kaplan, (double?)json["parameters"]);
        Assert.Equal(result.Tokens, (double?)json["tokens"]);
        Assert.Equal(result.FlopsByConvention!.Kaplan!.Value, (double)json["flops"]!, 1e-6 * result.Flops);
        Assert.Equal("run", (string?)json["run"]);
        Assert.Equal((string?)json["advice"]![0], text.Output.Split('\n')[0]);
        Assert.Contains(json["warnings"]!.AsArray(), warning => ((string?)warning)!.Contains("read its data 12 times", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_the_convention_does_not_count_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string run = Trained(folder, ToyRecipes.Course(ToyRecipes.Pairs(folder)));

        Refused(InProcess.Run("audit", run, "--fit", Fit(folder, "kaplan")), 1, "The convention kaplan does not count this model");
        Refused(InProcess.Run("audit", run, "--fit", Fit(folder, null)), 1, "does not say how its parameters and FLOPs were counted");
        Assert.Equal(0, InProcess.Run("audit", run, "--fit", Fit(folder, "exact"), "--per-token").ExitCode);
    }

    [Fact]
    public void Wrong_input_is_one_sentence()
    {
        using TemporaryFolder folder = new();
        string fit = Fit(folder, "6nd"), recipe = folder.Combine("recipe.json"), line = folder.Combine("line.json");
        RecipeFile.Write(ToyRecipes.Course("pairs.tsv"), recipe);
        FitFile.Write(PowerLawFit.Of([new PowerLawPoint(1, 1, 1), new PowerLawPoint(2, 10, 5), new PowerLawPoint(3, 100, 20)]), line);

        Refused(InProcess.Run("plan", "--fit", folder.Combine("none.json"), "--flops", "1e20"), 1, "There is no fit");
        Refused(InProcess.Run("plan", "--fit", recipe, "--flops", "1e20"), 1, "is no fit of this version");
        Refused(InProcess.Run("plan", "--fit", line, "--flops", "1e20"), 1, "of one variable");
        Refused(InProcess.Run("plan", "--fit", fit, "--law", "kaplan", "--flops", "1e20"), 2, "--fit or --law, not both");
        Refused(InProcess.Run("plan", "--flops", "1e20"), 2, "Give what to plan by");
        Refused(InProcess.Run("plan", "--law", "moore", "--flops", "1e20"), 2, "it is one of kaplan, chinchilla, chinchilla-refit");
        Refused(InProcess.Run("plan", "--law", "kaplan", "--flops=-1e20"), 2, "--flops takes a number above 0");
        Refused(InProcess.Run("plan", "--law", "kaplan", "--flops", "many"), 2, "many");
        Refused(InProcess.Run("plan", "--law", "kaplan"), 2, "Give the budget");
        Refused(InProcess.Run("plan", "--law", "kaplan", "--hours", "3"), 2, "belong together");
        Refused(InProcess.Run("plan", "--law", "kaplan", "--flops", "1e20", "--hours", "3", "--rate", "1e12"), 2, "Give the budget once");
        Refused(InProcess.Run("plan", "--law", "kaplan", "--flops", "1e20", "--grow", "0.5"), 2, "--grow takes a number above 1");
        Refused(InProcess.Run("audit", "--fit", fit), 2, "Give a run folder, or --parameters");
        Refused(InProcess.Run("audit", "--parameters", "1e6", "--fit", fit), 2, "Give a run folder, or --parameters");
        Refused(InProcess.Run("audit", folder.Path, "--loss", "2", "--fit", fit), 2, "not both");
        Refused(InProcess.Run("audit", folder.Path, "--fit", line), 1, "of one variable");
        Refused(InProcess.Run("audit", folder.Combine("nowhere"), "--fit", fit), 1, "holds no run");
        Refused(InProcess.Run("audit", folder.Path), 2, "--fit");
    }

    [Fact]
    public void Fits_of_batches_give_a_plan_its_batch_and_rate_and_an_audit_what_limits_the_run()
    {
        using TemporaryFolder folder = new();
        string fit = Fit(folder, "everything"), steps = folder.Combine("steps.json"), rates = folder.Combine("rates.json");
        FitFile.Write(StepsFit.To(PlantedBatches.TradeOff(PlantedBatches.Doubling(8, 8), 300, 90, seeds: 2, noise: 0.02)), steps);
        FitFile.Write(LearningRateFit.To(PlantedBatches.Rates(PlantedBatches.Doubling(8, 8), batch => PlantedBatches.Best(batch, 0.02, 100), seeds: 2, noise: 0.003)), rates);
        string run = Trained(folder, RecipeFile.Change(ToyRecipes.Modern(ToyRecipes.Pairs(folder)), "training.batch={\"kind\":\"examples\",\"size\":4}"));
        string inTokens = folder.Combine("tokens"), recipe = folder.Combine("tokens.json");
        RecipeFile.Write(ToyRecipes.Modern(ToyRecipes.Pairs(folder)), recipe);
        Assert.Equal(0, InProcess.Run("train", recipe, "--set", "training.batch.kind=tokenBudget", "--out", inTokens).ExitCode);

        var plan = InProcess.Run("plan", "--fit", fit, "--flops", "1e20", "--batches", steps, "--batches", rates, "--json").Json["batchSize"]!;
        var audit = InProcess.Run("audit", run, "--fit", fit, "--batches", steps, "--batches", rates);

        Assert.Equal(90, (double)plan["criticalBatch"]!, 5.0);
        Assert.Equal(PlantedBatches.Best(90, 0.02, 100), (double)plan["learningRate"]!, 0.001);
        Assert.Equal(0, audit.ExitCode);
        Assert.Contains("No batch: the batch is counted otherwise than in examples", InProcess.Run("audit", inTokens, "--fit", fit, "--batches", steps).Output, StringComparison.Ordinal);
        Assert.Contains("Noise-dominated: the batch of 4 examples ", audit.Output, StringComparison.Ordinal);
        Assert.Contains("Its peak learning rate of ", audit.Output, StringComparison.Ordinal);
        Refused(InProcess.Run("plan", "--fit", fit, "--flops", "1e20", "--batches", fit), 1, "is no fit of steps or learning-rate");
        Refused(InProcess.Run("plan", "--fit", fit, "--flops", "1e20", "--batches", run), 1, "study");
        Refused(InProcess.Run("audit", "--parameters", "1e6", "--tokens", "1e8", "--loss", "2", "--fit", fit, "--batches", steps), 2, "--batches belongs to a run folder");
    }

    private static string Trained(TemporaryFolder folder, Recipe recipe)
    {
        string path = folder.Combine("toy.json"), run = folder.Combine("run");
        RecipeFile.Write(recipe, path);
        Assert.Equal(0, InProcess.Run("train", path, "--out", run).ExitCode);
        return run;
    }

    private static string Fit(TemporaryFolder folder, string? convention)
    {
        string path = folder.Combine($"fit-{convention ?? "none"}.json");
        FitFile.Write(ParametricFit.To(PlantedPoints.Grid(PlantedPoints.Law, 6, 5, noise: 0.002, seed: 2), new ParametricOptions { Resamples = 200, Convention = convention }), path);
        return path;
    }

    private static string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    private static void Refused(InProcess result, int code, string expected)
    {
        Assert.Equal((code, ""), (result.ExitCode, result.Output));
        string error = Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
