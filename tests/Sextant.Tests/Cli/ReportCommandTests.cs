using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Studies that end in a fit and a page, and pages written again.</summary>
public sealed class ReportCommandTests
{
    [Fact]
    public void A_study_ends_with_a_fit_and_a_page_and_report_writes_the_same_page_again()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 12, 16, 24] }, \"analysis\": { \"kind\": \"curves\", \"targets\": [8e7, 1.1e8, 1.4e8], \"smoother\": { \"kind\": \"monotone\" } }", epochs: 40);
        string place = folder.Combine("out"), page = Path.Combine(place, "report.html");

        var run = InProcess.Run("study", "run", study, "--out", place, "--json");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(page, (string?)run.Json["page"]);
        Assert.Equal("curves", (string?)run.Json["fit"]!["kind"]);
        var fit = Assert.IsType<CurvesFit>(FitFile.Read(Path.Combine(place, "fit.json")));
        Assert.Equal(new CurveSmoother.Monotone(), fit.Smoother);
        Assert.Equal(3, fit.Optima.Count);
        Assert.Equal("exact", fit.Convention);
        Assert.True(File.Exists(Path.Combine(place, "loss-by-flops.png")) && File.Exists(Path.Combine(place, "loss-by-flops.svg")));
        string first = File.ReadAllText(page);
        Assert.Contains("h24", first, StringComparison.Ordinal);
        Assert.Contains("formula is for its decoder-only model alone", first, StringComparison.Ordinal); // why the course's convention has no exponent

        File.Delete(page);
        var report = InProcess.Run("report", place, "--json");

        Assert.Equal(page, (string?)report.Json["page"]);
        Assert.Equal(first, File.ReadAllText(page));

        // A fit of other numbers than the table holds now is made again, not shown.
        string table = Path.Combine(place, "curves.csv");
        string[] rows = File.ReadAllLines(table);
        File.WriteAllLines(table, rows.Take(1).Concat(rows.Skip(1).Where(row => !row.StartsWith("h12,", StringComparison.Ordinal))));
        Assert.Equal(0, InProcess.Run("report", place).ExitCode);
        Assert.DoesNotContain(Assert.IsType<CurvesFit>(FitFile.Read(Path.Combine(place, "fit.json"))).Readings, reading => reading.Parameters == fit.Readings.Select(r => r.Parameters).Distinct().Order().ElementAt(1));
        File.WriteAllLines(table, rows);

        var audited = InProcess.Run("report", place, "--audit", Path.Combine(place, "runs", "h24"));
        Assert.True(audited.ExitCode == 0, audited.Errors);
        Assert.Contains("h24, held against this fit", File.ReadAllText(page), StringComparison.Ordinal);
        Assert.Equal(2, InProcess.Run("report", Path.Combine(place, "runs", "h8"), "--audit", Path.Combine(place, "runs", "h24")).ExitCode);
        Assert.Contains("holds no run", InProcess.Run("report", place, "--audit", folder.Combine("nowhere")).Errors, StringComparison.Ordinal);

        var one = InProcess.Run("report", Path.Combine(place, "runs", "h8"), "--json");
        Assert.True(one.ExitCode == 0, one.Errors);
        Assert.True(File.Exists(Path.Combine(place, "runs", "h8", "report.html")));
    }

    [Fact]
    public void A_run_that_failed_is_in_the_fit_with_its_reason()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"training.optimizer.learningRate\": [1e-3, 1e30] }, \"analysis\": { \"kind\": \"parametric\" }", epochs: 2), place = folder.Combine("out");

        var run = InProcess.Run("study", "run", study, "--out", place);

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains("tooFewPoints: there are fewer points than the law needs, counted by the convention exact.", run.Output, StringComparison.Ordinal);
        var fit = FitFile.Read(Path.Combine(place, "fit.json"));
        Assert.Equal(FitStatus.TooFewPoints, fit.Status);
        Assert.Contains("Training diverged", fit.Excluded.Single(row => row.Row == 0).Reason, StringComparison.Ordinal);
        Assert.Contains("Training diverged", File.ReadAllText(Path.Combine(place, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fit_of_anyones_table_is_reported_from_its_folder_and_says_when_the_table_changed()
    {
        using TemporaryFolder folder = new();
        string table = folder.Combine("points.csv");
        File.WriteAllLines(table, ["flops,n,loss,who", .. Scaling.PlantedPoints.Grid(Scaling.PlantedPoints.Law, 7, 5).Select(point => FormattableString.Invariant($"{point.Flops:R},{point.Parameters:R},{point.Loss:R},{(point.Row == 3 ? "other" : "me")}"))]);
        Assert.Equal(0, InProcess.Run("fit", "isoflop", table, "--where", "who=me", "--exclude", "row:5", "--exclude", "highest-loss:2", "--out", folder.Combine("fit.json"), "--report", folder.Combine("page.html")).ExitCode);
        Assert.Contains("only rows with who=me", File.ReadAllText(folder.Combine("page.html")), StringComparison.Ordinal);

        var report = InProcess.Run("report", folder.Path, "--json");

        Assert.True(report.ExitCode == 0, report.Errors);
        string page = File.ReadAllText(folder.Combine("report.html"));
        Assert.Contains("left out by --exclude row:5", page, StringComparison.Ordinal);
        Assert.DoesNotContain("has changed since", page, StringComparison.Ordinal);
        File.AppendAllText(table, "\n");
        InProcess.Run("report", folder.Path);
        Assert.Contains("points.csv has changed since", File.ReadAllText(folder.Combine("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_folders_are_one_sentence()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Combine("empty"));
        Directory.CreateDirectory(folder.Combine("lonely"));
        FitFile.Write(CurvesFit.Of([]) with { Provenance = new Provenance { Source = folder.Combine("gone.csv") } }, folder.Combine("lonely", "fit.json"));

        Assert.Contains("There is no folder", Refused(folder.Combine("missing")), StringComparison.Ordinal);
        Assert.Contains("is a file", Refused(folder.Write("file.json", "{}")), StringComparison.Ordinal);
        Assert.Contains("holds no study, no fit.json and no run", Refused(folder.Combine("empty")), StringComparison.Ordinal);
        Assert.Contains("gone.csv", Refused(folder.Combine("lonely")), StringComparison.Ordinal);

        static string Refused(string path)
        {
            var result = InProcess.Run("report", path);
            Assert.Equal(1, result.ExitCode);
            return Assert.Single(result.Errors.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public void Show_says_how_far_the_design_itself_would_miss()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 12, 16, 24] }, \"analysis\": { \"kind\": \"curves\", \"targets\": [8e7, 1.1e8, 1.4e8] }", epochs: 40);
        string none = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 16] }, \"analysis\": { \"kind\": \"curves\", \"targets\": [1e8] }", epochs: 40, name: "two.json");

        string? bias = (string?)InProcess.Run("study", "show", study, "--json").Json["designBias"];

        Assert.StartsWith("The design itself: if losses had the shape of the refitted Chinchilla law", bias, StringComparison.Ordinal);
        Assert.Contains("at ten times the largest compute", bias, StringComparison.Ordinal);
        Assert.Contains(bias!, InProcess.Run("study", "show", study).Output, StringComparison.Ordinal);
        Assert.Null((string?)InProcess.Run("study", "show", none, "--json").Json["designBias"]);
    }
}
