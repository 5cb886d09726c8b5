using System.Globalization;
using Sextant.Experiments;
using Sextant.Scaling.BatchSize;
using Sextant.Tests.Cli;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>Studies of batch sizes: what they refuse, what they search, what their tables hold.</summary>
public sealed class BatchStudyTests
{
    private const string Grid = "\"grid\": { \"training.batch\": [{ \"kind\": \"examples\", \"size\": 2 }, { \"kind\": \"examples\", \"size\": 4 }, { \"kind\": \"examples\", \"size\": 8 }] }";
    private const string Tuned = "\"learningRate\": { \"kind\": \"tuned\", \"most\": 5 }";
    private const string Steps = "\"analysis\": { \"kind\": \"batch-size\", \"targets\": [2, 1] }";

    [Theory]
    [InlineData(Grid + ", " + Steps, "learningRate: a study of batch sizes tunes the rate at each")]
    [InlineData(Grid + ", " + Tuned + ", \"analysis\": { \"kind\": \"batch-size\", \"targets\": [] }", "analysis.targets: is empty; name the losses to count the steps to")]
    [InlineData(Grid + ", " + Tuned + ", \"analysis\": { \"kind\": \"batch-size\", \"targets\": [0] }", "analysis.targets: 0 must be more than 0")]
    [InlineData(Tuned + ", \"analysis\": { \"kind\": \"learning-rate\" }", "training.batch: all runs have one batch size")]
    [InlineData("\"grid\": { \"training.batch\": [{ \"kind\": \"examples\", \"size\": 2 }, { \"kind\": \"examples\", \"size\": 4 }], \"model.hidden\": [8, 16] }, " + Tuned + ", " + Steps, "model.hidden: moves between runs of one batch (2) and seed")]
    [InlineData("\"grid\": { \"training.batch\": [{ \"kind\": \"examples\", \"size\": 2 }, { \"kind\": \"tokenBudget\", \"tokens\": 64 }] }, " + Tuned + ", " + Steps, "training.batch.kind: the study mixes kinds of batches")]
    [InlineData("\"grid\": { \"training.batch\": [{ \"kind\": \"fixedBuckets\", \"size\": 2 }, { \"kind\": \"fixedBuckets\", \"size\": 4 }] }, " + Tuned + ", " + Steps, "training.batch.kind: fixedBuckets cuts each length")]
    public void What_is_wrong_is_named(string rest, string expected)
    {
        using TemporaryFolder folder = new();
        string path = ToyStudies.Write(folder, rest);

        Assert.Contains(expected, Assert.Throws<UserError>(() => StudyFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trainings_end_a_little_below_the_lowest_target()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, $"{Grid}, {Tuned}, {Steps}"));

        Assert.All(study.Runs.Concat(new StudyTuning(study).First.Runs), run => Assert.Equal(0.97, run.Recipe.Training.StopAt!.Loss, 1e-12));
    }

    /// <summary>Trainings whose steps to a loss of 1 are those of a trade-off with S_min 100 and B_crit 4, at best where the rate is 0.01 times the batch.</summary>
    [Fact]
    public void The_search_goes_by_the_steps_to_the_lowest_target()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, $"{Grid}, \"learningRate\": {{ \"kind\": \"tuned\" }}, {Steps}"));
        var tuning = new StudyTuning(study);
        var results = new Dictionary<string, TrialEnd?>();
        for (int round = 0; tuning.Next(results) is { } trials; round++)
        {
            Assert.True(round < 20, "the search does not end");
            foreach (var run in trials.Runs)
            {
                int batch = BatchSizes.Of(run.Recipe.Training.Batch);
                double off = Math.Log(run.Recipe.Training.Optimizer.LearningRate / (0.01 * batch)), steps = 100 * (1 + (4.0 / batch)) * Math.Exp(off * off);
                double end = steps < 2000 ? 0.95 : 1.5 + (off * off);
                results[run.Identity] = new TrialEnd(end, new TargetOutcome(Math.Min(2000, steps), steps < 2000, end));
            }
        }

        var tuned = tuning.Choose(results);

        Assert.All(tuned.Tuning, size => Assert.NotNull(size.Steps));
        foreach (var run in tuned.Runs)
        {
            int batch = BatchSizes.Of(run.Recipe.Training.Batch);
            Assert.Equal(0.01 * batch, run.Recipe.Training.Optimizer.LearningRate, 0.0005 * batch);
            Assert.Equal(100 * (1 + (4.0 / batch)), tuned.Tuning.Single(size => size.Runs.Contains(run.Name)).Steps!.Steps!.Value, 5);
        }
    }

    [Fact]
    public void A_study_of_steps_writes_tables_fits_and_a_page_and_does_nothing_twice()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, $"{Grid}, {Tuned}, \"seeds\": [1, 2], \"analysis\": {{ \"kind\": \"batch-size\", \"targets\": [3.2, 3.0] }}", epochs: 3), place = folder.Combine("out");

        var first = InProcess.Run("study", "run", study, "--out", place, "--set", "training.evaluate.count=2", "--json");

        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.Equal("steps", (string?)first.Json["fit"]!["kind"]);
        Assert.NotNull(first.Json["agreement"]);
        Assert.True(File.Exists(Path.Combine(place, "report.html")));
        Assert.IsType<StepsFit>(FitFile.Read(Path.Combine(place, "fit.json")));
        Assert.IsType<LearningRateFit>(FitFile.Read(Path.Combine(place, "rates.json")));
        string[] steps = File.ReadAllLines(Path.Combine(place, "steps.csv")), trials = File.ReadAllLines(Path.Combine(place, "trials.csv"));
        Assert.Equal("run,batch,seed,rate,target,steps,reached,steps_to_target,end_loss", steps[0]);
        Assert.All(steps.Skip(1), row => Assert.Contains(row, trials));
        Assert.Equal(2 * 3, steps.Skip(1).Select(row => row.Split(',')).DistinctBy(cells => (cells[1], cells[4])).Count());
        Assert.All(steps.Skip(1).Select(row => row.Split(',')).GroupBy(cells => (cells[1], cells[4])), batch => Assert.Single(batch.Select(cells => cells[3]).Distinct()));

        // A run of the study at a rate and seed that the search tried is no second measurement; a target that was missed is no divergence.
        Assert.Equal(trials.Length - 1, trials.Skip(1).Select(row => row.Split(',')).DistinctBy(cells => (cells[1], cells[2], cells[3], cells[4])).Count());
        string[][] missed = [.. trials.Skip(1).Select(row => row.Split(',')).Where(cells => cells[6] == "false")];
        Assert.All(missed, cells => Assert.Equal("missed", cells[7]));
        Assert.Equal(trials.Skip(1).Select(row => row.Split(',')).Count(cells => cells[4] == "3" && (cells[7] is "missed" or "early")), FitFile.Read(Path.Combine(place, "rates.json")).Excluded.Count);

        // The first reported steps follow from the run's own evaluations.
        string[] reached = trials.Skip(1).Select(row => row.Split(',')).First(cells => cells[6] == "true" && cells[7] != "early");
        var folders = Directory.GetDirectories(place, reached[0], SearchOption.AllDirectories).Select(path => new RunFolder(path)).First(run => run.Exists);
        var outcome = StudyTuning.Outcome(folders.ReadMetrics(), double.Parse(reached[4], CultureInfo.InvariantCulture), Sextant.Training.LossKind.PerBatch);
        Assert.Equal(double.Parse(reached[5], CultureInfo.InvariantCulture), outcome!.Steps);

        string page = File.ReadAllText(Path.Combine(place, "report.html")), table = File.ReadAllText(Path.Combine(place, "trials.csv"));
        var again = InProcess.Run("study", "run", study, "--out", place, "--set", "training.evaluate.count=2", "--json");
        Assert.Equal(0, again.ExitCode);
        Assert.Equal(table, File.ReadAllText(Path.Combine(place, "trials.csv")));
        Assert.Equal(0, InProcess.Run("report", place).ExitCode);
        Assert.Equal(page, File.ReadAllText(Path.Combine(place, "report.html")));
    }

    [Fact]
    public void A_target_that_every_first_evaluation_has_is_no_measurement_and_another_study_s_folder_is_refused()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, $"{Grid}, {Tuned}, \"seeds\": [1, 2], \"analysis\": {{ \"kind\": \"batch-size\", \"targets\": [50] }}", epochs: 3), place = folder.Combine("out");

        var run = InProcess.Run("study", "run", study, "--out", place, "--json");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("tooFewPoints", (string?)run.Json["fit"]!["status"]);
        Assert.All(File.ReadAllLines(Path.Combine(place, "steps.csv")).Skip(1), row => Assert.Contains(",early,", row, StringComparison.Ordinal));

        string other = folder.Write("other.json", File.ReadAllText(study).Replace("\"toy\"", "\"other\"", StringComparison.Ordinal));
        var refused = InProcess.Run("study", "run", other, "--out", place);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("holds another study, toy; name another folder", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("several learning rates (rate) at batch", InProcess.Run("fit", "steps", Path.Combine(place, "trials.csv"), "--columns", "steps=end_loss").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_of_learning_rates_fits_the_best_rate_at_each_batch()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, $"{Grid}, {Tuned}, \"analysis\": {{ \"kind\": \"learning-rate\", \"loss\": \"perToken\" }}", epochs: 2), place = folder.Combine("out");

        var run = InProcess.Run("study", "run", study, "--out", place, "--json");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("learning-rate", (string?)run.Json["fit"]!["kind"]);
        Assert.Equal([2.0, 4.0, 8.0], run.Json["fit"]!["best"]!.AsArray().Select(best => (double)best!["batch"]!));
        var rates = File.ReadAllLines(Path.Combine(place, "rates.csv")).Skip(1).Select(row => row.Split(',')).ToList();
        Assert.All(rates, cells => Assert.Equal(6, cells.Length));
        Assert.True(rates.GroupBy(cells => cells[1]).All(batch => batch.Count() >= 3));
        var first = Directory.GetDirectories(place, rates[0][0], SearchOption.AllDirectories).Select(path => new RunFolder(path)).First(there => there.Exists);
        Assert.Equal(first.ReadMetrics()[^1].ValidationLossPerToken, double.Parse(rates[0][5], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void What_would_be_taken_for_an_effect_of_the_batch_is_said_beforehand()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, $"{Grid}, {Tuned}, {Steps}"));

        var warnings = StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, TestContext.Current.CancellationToken).Warnings;

        Assert.Contains(warnings, warning => warning.StartsWith("The largest batch, 8, makes ", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.StartsWith("The learning rate falls towards the horizon", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.Contains("beta2 is 0.999 for all", StringComparison.Ordinal));
    }
}
