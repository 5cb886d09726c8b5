using Sextant.Experiments;
using Sextant.Tests.Cli;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class OptimizerStudyTests
{
    private const string Grid = "\"grid\": { \"training.optimizer.kind\": [\"adamW\", \"muon\"], \"training.batch\": [{ \"kind\": \"examples\", \"size\": 2 }, { \"kind\": \"examples\", \"size\": 8 }] }";
    private const string Tuned = "\"learningRate\": { \"kind\": \"tuned\", \"most\": 4, \"finest\": 1.05 }";
    private const string Analysis = "\"analysis\": { \"kind\": \"optimizers\", \"targets\": [3.2, 3.0] }";

    [Theory]
    [InlineData(Grid + ", " + Analysis, "learningRate: a study of optimisers tunes the rate at each")]
    [InlineData(Grid + ", " + Tuned + ", \"analysis\": { \"kind\": \"optimizers\", \"targets\": [] }", "analysis.targets: is empty; name the losses to count the steps to")]
    [InlineData(Grid + ", " + Tuned + ", \"analysis\": { \"kind\": \"optimizers\", \"targets\": [1], \"baseline\": \"sgd\" }", "analysis.baseline: no run has the optimiser sgd; there are adamW, muon")]
    [InlineData("\"grid\": { \"training.optimizer.kind\": [\"adamW\", \"muon\"], \"model.hidden\": [8, 16] }, " + Tuned + ", " + Analysis, "model.hidden: moves between runs of one optimiser (adamW at batch ")]
    [InlineData(Tuned + ", " + Analysis, "training.optimizer.kind: all runs have one optimiser")]
    [InlineData("\"grid\": { \"training.optimizer.kind\": [\"adamW\", \"muon\"], \"training.batch\": [{ \"kind\": \"examples\", \"size\": 2 }, { \"kind\": \"tokenBudget\", \"tokens\": 64 }] }, " + Tuned + ", " + Analysis, "training.batch.kind: give all runs one kind of batch")]
    public void What_is_wrong_is_named(string rest, string expected)
    {
        using TemporaryFolder folder = new();
        string path = ToyStudies.Write(folder, rest);

        Assert.Contains(expected, Assert.Throws<UserError>(() => StudyFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_of_optimisers_tries_as_many_rates_for_each_and_writes_table_page_and_ratios()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, $"{Grid}, {Tuned}, \"seeds\": [1, 2], {Analysis}", epochs: 3), place = folder.Combine("out");

        var run = InProcess.Run("study", "run", study, "--out", place, "--json");

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal(2, run.Json["optimizers"]!.AsArray().Count);
        string[][] rows = [.. File.ReadAllLines(Path.Combine(place, "optimizers.csv")).Skip(1).Select(row => row.Split(','))];
        Assert.Equal(2 * 2 * 2 * 2, rows.Length);
        Assert.Equal(["4"], rows.Select(cells => cells[4]).Distinct());
        Assert.All(rows.Where(cells => cells[0] == "muon"), cells => Assert.NotEqual("0", cells[^1]));
        Assert.All(rows.Where(cells => cells[0] == "adamW"), cells => Assert.Equal("0", cells[^1]));
        string page = File.ReadAllText(Path.Combine(place, "report.html"));
        Assert.Contains("Optimisers: ", page, StringComparison.Ordinal);
        Assert.Equal(0, InProcess.Run("report", place).ExitCode);
        Assert.Equal(page, File.ReadAllText(Path.Combine(place, "report.html")));
    }
}
