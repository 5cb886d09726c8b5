using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>A study whose runs share a trunk, with worker processes of the program.</summary>
public sealed class SharedStudyCommandTests
{
    private static readonly string[] Changes =
    [
        "--set", "training.schedule={\"kind\":\"warmupStableDecay\",\"warmupSteps\":4,\"decay\":0.2}",
        "--set", "training.batch={\"kind\":\"fixedBuckets\",\"size\":3}",
        "--set", "training.horizon.kind=steps",
    ];

    [Fact]
    public void Show_says_what_a_shared_trunk_saves_and_run_what_it_saved()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"training.horizon.count\": [20, 40] }, \"shareTrunk\": true"), place = folder.Combine("out");

        var show = InProcess.Run(["study", "show", study, .. Changes]);
        var run = InProcess.Run(["study", "run", study, "--out", place, "--workers", "2", .. Changes]);

        Assert.Contains(", 26.", show.Output, StringComparison.Ordinal); // 16 of 60 steps
        Assert.Contains("fewer than by separate runs", show.Output, StringComparison.Ordinal);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("(26.", run.Output, StringComparison.Ordinal);
        string[][] points = [.. File.ReadLines(Path.Combine(place, "points.csv")).Select(row => row.Split(','))];
        Assert.Equal(["trunk", points[1][0], points[1][0]], points.Select(row => row[^1])); // the longer run names the shorter, whose steps it goes on from
        string longer = Path.Combine(place, "runs", points[2][0]);
        var result = new RunFolder(longer).ReadResult()!;
        Assert.True(result.SharedFlops > 0);
        Assert.Equal(result.Flops / result.Seconds, TrainingRate.Of(new RunFolder(longer), new RateCounting(Convention.Exact, false)).FlopsPerSecond, 1e-6 * result.Flops / result.Seconds); // its seconds hold the trunk's
        Assert.All(Directory.GetDirectories(Path.Combine(place, "runs")), one => Assert.True(new RunFolder(one).HasBranch));
    }

    [Fact]
    public void Among_all_conventions_that_of_the_study_has_the_interval_of_its_fit()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 12, 16, 24], \"training.horizon.count\": [2e7, 4e7, 8e7] }, \"shareTrunk\": true, \"analysis\": { \"kind\": \"isoflop\" }"), place = folder.Combine("out");

        var run = InProcess.Run(["study", "run", study, "--out", place, .. Changes[..4], "--set", "training.horizon.kind=flops"]);

        Assert.True(run.ExitCode == 0, run.Errors);
        var analysis = StudyAnalysis.Of(new StudyFolder(place))!;
        var exact = analysis.ByConvention.Single(by => by.Convention == Convention.Exact);
        Assert.Equal(((AllocationFit)analysis.Fit).Exponent, exact.Exponent);
        Assert.Equal(analysis.Fit.Intervals.GetValueOrDefault("exponent"), exact.Interval);
        Assert.Equal(analysis.Fit.Status, exact.Status);
    }
}
