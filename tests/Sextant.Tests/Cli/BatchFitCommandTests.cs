using System.Text.Json.Nodes;
using Sextant.Experiments;
using Sextant.Scaling.BatchSize;
using Sextant.Tests.Scaling.BatchSize;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>sextant fit steps and fit learning-rate over anyone's tables.</summary>
public sealed class BatchFitCommandTests
{
    private static readonly double[] Batches = PlantedBatches.Doubling(8, 8);

    private static readonly string[] Numbers = ["minSteps", "minExamples", "criticalBatch", "maxRate", "noiseBatch", "exponent"];

    [Fact]
    public void Steps_give_the_critical_batch_and_the_fit_is_kept_whole()
    {
        using TemporaryFolder folder = new();
        string table = folder.Write("steps.csv", StepsTable());

        var json = Fit("steps", table, "--out", folder.Combine("fit.json"));

        Assert.Equal(("steps", "converged"), ((string?)json["kind"], (string?)json["status"]));
        Assert.Equal(300, (double)json["minSteps"]!, 1e-2);
        Assert.Equal(27000, (double)json["minExamples"]!, 1);
        Assert.Equal(90, (double)json["criticalBatch"]!, 1e-2);
        Assert.Equal(8, json["regimes"]!.AsArray().Count);
        Assert.Equal((8, "noiseDominated"), ((double)json["regimes"]![0]!["batch"]!, (string?)json["regimes"]![0]!["regime"]));
        Assert.Equal("curvatureDominated", (string?)json["regimes"]![7]!["regime"]);
        Assert.True((double)json["intervals"]!["criticalBatch"]!["low"]! <= 90.001);
        Assert.NotNull(json["intervals"]!["targets[0].minSteps"]);
        Assert.Equal(8, (int)json["provenance"]!["used"]!);
        var kept = Assert.IsType<StepsFit>(FitFile.Read(folder.Combine("fit.json")));
        Assert.Equal((double)json["criticalBatch"]!, kept.CriticalBatch);
        Assert.Equal(json["points"]!.AsArray().Count, kept.Points.Count);
    }

    [Fact]
    public void Examples_and_other_names_of_columns_are_read_and_what_was_not_reached_is_censored()
    {
        using TemporaryFolder folder = new();
        string table = folder.Write("steps.tsv", "Batch Size\tExamples\tLoss\tdone\tSeed\n" + string.Concat(
            PlantedBatches.TradeOff(Batches, 300, 90, seeds: 2, noise: 0.03, most: 3300).Select(m => FormattableString.Invariant($"{m.Batch}\t{m.Batch * m.Steps:R}\t{m.Target}\t{(m.IsCensored ? "no" : "yes")}\t{m.Run}\n"))));

        var json = Fit("steps", table, "--columns", "batch=Batch Size,examples=Examples,target=Loss,reached=done");

        Assert.Equal("converged", (string?)json["status"]);
        Assert.Equal(90, (double)json["criticalBatch"]!, 15.0);
        Assert.Equal(2, (int)json["regimes"]![0]!["censored"]!);
        Assert.Equal("steps = examples / batch", (string?)json["provenance"]!["options"]!["derived"]);
    }

    [Fact]
    public void A_table_of_steps_says_what_to_do_at_each_batch()
    {
        using TemporaryFolder folder = new();

        string output = InProcess.Run("fit", "steps", folder.Write("steps.csv", StepsTable())).Output;

        Assert.Contains("noise-dominated", output, StringComparison.Ordinal);
        Assert.Contains("more hardware in parallel shortens training almost in proportion", output, StringComparison.Ordinal);
        Assert.Contains("C, efficient", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_give_the_law_and_the_best_rate_at_each_batch_and_divergence_is_read()
    {
        using TemporaryFolder folder = new();
        string table = folder.Write("rates.csv", "batch,lr,loss,seed\n" + string.Concat(
            PlantedBatches.Rates(Batches, batch => PlantedBatches.Best(batch, .02, 100)).Select(m => FormattableString.Invariant($"{m.Batch},{m.Rate:R},{(m.Loss is double loss ? loss.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "")},1\n")))
            + "8,100,nan,1\n16,100,Diverged,1\n");

        var json = Fit("learning-rate", table, "--out", folder.Combine("fit.json"));

        Assert.Equal(("learning-rate", "converged"), ((string?)json["kind"], (string?)json["status"]));
        Assert.Equal(.02, (double)json["maxRate"]!, 1e-5);
        Assert.Equal(100, (double)json["noiseBatch"]!, .1);
        Assert.Equal(1, (double)json["exponent"]!, .01);
        Assert.Equal(8, json["best"]!.AsArray().Count);
        Assert.Equal(.02 / (1 + (100.0 / 8)), (double)json["best"]![0]!["rate"]!, 1e-6);
        Assert.Equal([8, 8, 7], json["best"]!.AsArray().Take(3).Select(best => (int)best!["trainings"]!));
        Assert.All(json["best"]!.AsArray().Take(2), best => Assert.InRange((int)best!["diverged"]!, 1, 2)); // the highest of the planted rates may be beyond the cliff
        Assert.NotNull(json["intervals"]!["noiseBatch"]);
        Assert.Empty(json["excluded"]!.AsArray());
        Assert.Equal((double)json["maxRate"]!, Assert.IsType<LearningRateFit>(FitFile.Read(folder.Combine("fit.json"))).MaxRate);
        Assert.Contains("it grows more while the batch is small", InProcess.Run("fit", "learning-rate", table, "--law", "sgd").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_left_out_each_with_its_reason()
    {
        using TemporaryFolder folder = new();
        string steps = folder.Write("steps.csv", StepsTable("reached", "yes") + "0,5,2,yes\nx,5,2,yes\n8,,2,yes\n8,NaN,2,yes\n8,-5,2,yes\n8,5,2,perhaps\n8,5\n");
        string rates = folder.Write("rates.csv", "batch,rate,loss\n8,x,2\n8,.1,-2\n8,.1,about 2\n8,NaN,2\n");

        Assert.Equal(
            ["batch is 0, not above 0", "batch is 'x', not a number", "steps is empty", "steps is NaN, not a finite number", "steps is -5, not above 0", "reached is 'perhaps', neither true nor false", "it has 2 cells, the header 4"],
            Fit("steps", steps)["excluded"]!.AsArray().Select(row => (string?)row!["reason"]));
        Assert.Equal(
            ["rate is 'x', not a number", "loss is -2, not above 0", "loss is 'about 2', not a number", "rate is NaN, not a finite number"],
            Fit("learning-rate", rates)["excluded"]!.AsArray().Select(row => (string?)row!["reason"]));
    }

    [Theory]
    [InlineData("steps", "batch,steps,target\n8,100,2\n16,60,2\n")]
    [InlineData("steps", "batch,steps,target\nx,y,z\n")]
    [InlineData("steps", "batch,steps,target\n")]
    [InlineData("learning-rate", "batch,rate,loss\n8,.1,2\n8,.2,1.9\n8,.4,2\n")]
    [InlineData("learning-rate", "batch,rate,loss\n")]
    public void Measurements_that_cannot_tell_get_an_honest_status_and_no_number(string kind, string table)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("table.csv", table);

        var json = Fit(kind, path);

        Assert.Equal("tooFewPoints", (string?)json["status"]);
        Assert.All(Numbers, name => Assert.Null(json[name]));
        Assert.NotEmpty(json["warnings"]!.AsArray());
        Assert.Equal(0, InProcess.Run("fit", kind, path).ExitCode);
    }

    [Theory]
    [InlineData(1, "steps", "no-such.csv")]
    [InlineData(1, "steps", "table.csv")] // no column target
    [InlineData(1, "steps", "rubbish.csv")]
    [InlineData(1, "learning-rate", "rubbish.csv")]
    [InlineData(1, "steps", "table.csv", "--exclude", "highest-loss:1")]
    [InlineData(2, "steps", "table.csv", "--convention", "6nd")]
    [InlineData(2, "steps", "table.csv", "--level", "2")]
    [InlineData(2, "learning-rate", "table.csv", "--law", "adam")]
    [InlineData(2, "learning-rate", "table.csv", "--columns", "speed=lr")]
    public void A_wrong_call_is_one_sentence(int exitCode, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        folder.Write("table.csv", "batch,rate,loss\n8,1,3\n");
        folder.Write("rubbish.csv", "\u0001\u0002\0\n\0\0\n");

        var run = InProcess.Run(["fit", arguments[0], folder.Combine(arguments[1]), .. arguments[2..]]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Single(run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_plan_says_that_a_fit_of_batches_does_not_split_compute()
    {
        using TemporaryFolder folder = new();
        Fit("steps", folder.Write("steps.csv", StepsTable()), "--out", folder.Combine("fit.json"));

        var plan = InProcess.Run("plan", "--fit", folder.Combine("fit.json"), "--flops", "1e20");

        Assert.Contains("is a fit of one variable or of the batch and says nothing of how compute is split", plan.Output + plan.Errors, StringComparison.Ordinal);
    }

    private static string StepsTable(string? column = null, string? cell = null) =>
        $"batch,steps,target{(column is null ? "" : "," + column)}\n" + string.Concat(Batches.Select(batch => FormattableString.Invariant($"{batch},{PlantedBatches.Steps(batch, 300, 90):R},2{(cell is null ? "" : "," + cell)}\n")));

    private static JsonObject Fit(params string[] arguments)
    {
        var run = InProcess.Run(["fit", .. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return run.Json;
    }
}
