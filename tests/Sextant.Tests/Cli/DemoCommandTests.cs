using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class DemoCommandTests
{
    private static readonly string[] Told = ["Loss and compute", "What to train with ", "Did h48-large spend its compute well?", "The same test words for all", "How to repeat each step", "one seed each"];

    private static readonly string[] Pictures = ["loss-by-flops", "loss-by-epoch", "test-words", "attention"];

    private static readonly double[] Sizes = [1e4, 2e4, 4e4, 8e4];

    [Fact]
    public void The_demo_ends_with_fit_plan_and_audit_and_leaves_a_folder_that_report_plan_and_audit_take()
    {
        using TemporaryFolder folder = new();
        string place = folder.Combine("demo"), page = Path.Combine(place, "report.html"), fitted = Path.Combine(place, "fit.json");

        var demo = InProcess.Run("demo", "--out", place, "--scale", "0.01", "--json");

        Assert.True(demo.ExitCode == 0, demo.Errors);
        Assert.Equal(page, (string?)demo.Json["page"]);
        Assert.Equal("curves", (string?)demo.Json["fit"]!["kind"]);
        Assert.Equal(1.2e10, (double)demo.Json["plan"]!["flops"]!, 0.1e10);
        Assert.Equal("h48-large", (string?)demo.Json["audit"]!["run"]);
        Assert.Equal(7, demo.Json["testWords"]!.AsObject().Count);
        string first = File.ReadAllText(page);
        foreach (string heading in Told)
        {
            Assert.Contains(heading, first, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("held-out", first, StringComparison.OrdinalIgnoreCase);
        Assert.All(Pictures, name => Assert.True(File.Exists(Path.Combine(place, name + ".png")), name));

        // The same page, and the same words as the demo's.
        File.Delete(page);
        Assert.Equal(page, (string?)InProcess.Run("report", place, "--json").Json["page"]);
        Assert.Equal(first, File.ReadAllText(page));
        var plan = InProcess.Run("plan", "--fit", fitted, "--flops", "1.2e10", "--json");
        Assert.Equal((string?)demo.Json["plan"]!["status"], (string?)plan.Json["status"]);
        var audit = InProcess.Run("audit", Path.Combine(place, "runs", "h48-large"), "--fit", fitted, "--json");
        Assert.Equal(demo.Json["audit"]!["advice"]!.ToJsonString(), audit.Json["advice"]!.ToJsonString());

        // Nothing is trained again, and a terminal is told in words.
        var again = InProcess.Run("demo", "--out", place, "--scale", "0.01");
        Assert.Matches("(?m)^fit +(converged|notIdentified|boundHit|tooFewPoints|failed): ", again.Output);
        Assert.Matches("(?m)^plan +\\S", again.Output);
        Assert.Matches("(?m)^audit +\\S", again.Output);
    }

    [Fact]
    public void A_ladder_whose_losses_show_no_best_size_is_said_so_without_a_number()
    {
        var none = CurvesFit.Of([.. Sizes.Select((size, i) => new LossCurve
        {
            Name = $"h{i}",
            Parameters = size,
            Points = [.. Enumerable.Range(1, 20).Select(step => new CurvePoint(step, 1e9 * step, 1e3 * step, 3))],
        })], new CurvesOptions { Targets = [4e9, 8e9, 16e9], Smoother = new CurveSmoother.Monotone() });

        string[] sentences = [.. Sextant.Cli.FitTable.Sentences(none)];

        Assert.NotEqual(FitStatus.Converged, none.Status);
        Assert.DoesNotContain(sentences, sentence => sentence.Contains("Best size, parameters", StringComparison.Ordinal) || sentence.StartsWith("Line:", StringComparison.Ordinal));
        Assert.Contains(sentences, sentence => sentence.StartsWith("No line. ", StringComparison.Ordinal) && sentence.Length > 20);
    }
}
