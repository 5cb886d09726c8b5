using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class StudyForecasterTests
{
    [Theory]
    [InlineData("steps", 13)]
    [InlineData("epochs", 2.5)]
    [InlineData("tokens", 1234)]
    [InlineData("flops", 5e7)]
    [InlineData("tokensPerParameter", 0.2)]
    public void What_is_forecast_is_what_a_run_takes(string kind, double count)
    {
        using TemporaryFolder folder = new();
        string path = ToyStudies.Write(folder);
        // Batches of the course's kind are the same every epoch, so that counts are exact.
        string[] changes = [$"training.horizon={{\"kind\":\"{kind}\",\"count\":{count}}}", "training.batch={\"kind\":\"fixedBuckets\",\"size\":3}"];
        var study = StudyFile.Load(path, changes);

        var forecast = Forecast(study).Runs[0];
        RunFolder run = new(folder.Combine("run"));
        var result = SequenceRun.Train(study.Runs[0].Recipe, run, new RunSurroundings());

        Assert.Equal((result.Steps, result.Epochs, result.Tokens, result.Flops), (forecast.Steps, forecast.Epochs, forecast.Tokens, forecast.Flops));
        Assert.Equal(result.Parameters.Exact, forecast.Parameters.Exact);
        Assert.Equal(run.ReadMetrics().Count, forecast.Evaluations);
        Assert.Equal(run.ReadMetrics()[0].Flops, forecast.FirstFlops);
        Assert.Null(forecast.Seconds);
    }

    [Fact]
    public void Steps_are_timed_once_for_each_model_and_more_workers_end_sooner()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 16] }, \"seeds\": [1, 2]"));

        var forecast = Forecast(study, isMeasured: true);

        Assert.All(forecast.Runs, run => Assert.InRange(run.Seconds!.Value, 1e-3, 1e3));
        Assert.Equal(forecast.Runs[0].Seconds, forecast.Runs[1].Seconds);
        Assert.Equal(forecast.Seconds!.Value, forecast.WallClock(1)!.Value, 1e-9);
        Assert.InRange(forecast.WallClock(2)!.Value, forecast.Seconds.Value / 2 * (1 - 1e-12), forecast.Seconds.Value * 0.75);
        Assert.Equal([2, 3, 0, 1], forecast.LargestFirst);
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    /// <summary>The course's published FLOPs of an epoch; the exact length of an epoch depends on the split.</summary>
    [Fact]
    public void The_course_convention_counts_the_six_decoders_as_the_course_does()
    {
        string split = SharedData.Path("data/pig-latin/small-split-a.tsv");
        var study = StudyFile.Load(Repository.File("studies", "course-scaling.json"), split: split);

        var runs = Forecast(study).Runs;

        Assert.Equal([4862, 17886, 39102, 68510, 151902, 268062], runs.Select(run => run.Parameters.Course!.Value));
        double[] published = [2.21e9, 6.84e9, 1.393e10, 2.348e10, 4.994e10, 8.62e10];
        Assert.All(published.Zip(runs), pair => Assert.InRange(pair.Second.FlopsByConvention.Course!.Value / 100 / pair.First, 0.995, 1.005));
        Assert.All(runs, run => Assert.InRange(run.UniqueTokens, 49_900, 50_150));
    }

    [Theory]
    [InlineData("\"changes\": [{ \"model.hidden\": 8, \"training.batch.tokens\": 64 }, { \"model.hidden\": 16, \"training.batch.tokens\": 128 }]", "training.batch.tokens moves with the size (64 at ")]
    [InlineData("\"changes\": [{ \"model.hidden\": 8, \"training.optimizer.learningRate\": 1e-2 }, { \"model.hidden\": 16, \"training.optimizer.learningRate\": 1e-3 }]", "training.optimizer.learningRate moves with the size (0.01 at ")]
    [InlineData("\"grid\": { \"model.hidden\": [8, 16, 24] }", "There are 3 sizes; with fewer than 4")]
    [InlineData("\"grid\": { \"model.hidden\": [8, 16] }", "1e8 FLOPs 0 sizes take part; outside of their first to last FLOPs are h8, h16")]
    [InlineData("\"grid\": { \"data.split.seed\": [1, 2] }", "are not validated on the same examples")]
    [InlineData("\"grid\": { \"training.schedule.kind\": [\"warmupCosine\"] }", "falls towards the end of a run")]
    [InlineData("\"grid\": { \"training.horizon.count\": [12] }", "The data are seen up to 12 times")]
    public void What_mixes_two_causes_or_leaves_too_few_sizes_is_said(string varied, string expected)
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, varied + ", \"analysis\": { \"kind\": \"curves\", \"targets\": [1e8] }", epochs: 3));

        Assert.Contains(Forecast(study).Warnings, warning => warning.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Rates_searched_alike_at_every_size_and_seeds_are_no_confound()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(
            folder,
            "\"grid\": { \"model.hidden\": [8, 12, 16, 24], \"training.optimizer.learningRate\": [1e-3, 1e-2] }, \"seeds\": [1, 2], \"analysis\": { \"kind\": \"parametric\" }",
            epochs: 3));

        Assert.Empty(Forecast(study).Warnings);
    }

    [Fact]
    public void A_budget_with_too_few_sizes_is_named()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, """
            "grid": { "training.horizon": [{ "kind": "flops", "count": 3e8 }, { "kind": "flops", "count": 6e8 }], "model.hidden": [8, 12, 16, 20] }, "analysis": { "kind": "isoflop" }
            """));
        Assert.DoesNotContain(Forecast(study).Warnings, warning => warning.Contains("a best size needs", StringComparison.Ordinal));

        var fewer = study with { Runs = [.. study.Runs.Skip(1)] };
        Assert.Contains(Forecast(fewer).Warnings, warning => warning.Contains("there are 3 sizes; a best size needs at least 4", StringComparison.Ordinal));
    }

    private static StudyForecast Forecast(Study study, bool isMeasured = false) =>
        StudyForecaster.Of(study, isMeasured, TimeProvider.System, TestContext.Current.CancellationToken);
}
