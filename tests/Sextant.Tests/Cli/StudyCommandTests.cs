using System.Diagnostics;
using System.Text.Json.Nodes;
using Sextant.Experiments;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Studies from the command line, with worker processes of the program.</summary>
public sealed class StudyCommandTests
{
    private const string Sizes = "\"grid\": { \"model.hidden\": [8, 16] }, \"seeds\": [1, 2], \"analysis\": { \"kind\": \"curves\", \"targets\": [1e7] }";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Sextant.Cli");

    [Fact]
    public void Show_prints_every_run_with_what_it_takes_and_leaves_no_file()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, Sizes);
        string[] before = Directory.GetFileSystemEntries(folder.Path);

        var text = InProcess.Run("study", "show", study, "--workers", "2");
        var json = InProcess.Run("study", "show", study, "--workers", "2", "--json").Json;

        Assert.Equal(0, text.ExitCode);
        Assert.Contains("h16-s2", text.Output, StringComparison.Ordinal);
        Assert.Contains("4 runs, ", text.Output, StringComparison.Ordinal);
        Assert.Contains("There are 2 sizes", text.Output, StringComparison.Ordinal);
        Assert.Equal(["h8-s1", "h8-s2", "h16-s1", "h16-s2"], json["runs"]!.AsArray().Select(run => (string?)run!["name"]));
        foreach (string name in new[] { "identity", "parameters", "flops", "tokens", "steps", "epochs", "seconds" })
        {
            Assert.NotNull(json["runs"]![0]![name]);
        }

        Assert.True((double)json["total"]!["wallClockSeconds"]! < (double)json["total"]!["seconds"]!);
        Assert.NotEmpty(json["warnings"]!.AsArray());
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public void A_study_that_tunes_trains_its_trials_first_and_its_runs_at_the_rates_they_show()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, Sizes + ", \"learningRate\": { \"kind\": \"tuned\", \"most\": 4 }", epochs: 2), place = folder.Combine("out");

        var show = InProcess.Run("study", "show", study, "--json");
        var first = InProcess.Run("study", "run", study, "--out", place, "--workers", "2", "--json");
        int trials = Sittings(Path.Combine(place, "tuning"));
        var second = InProcess.Run("study", "run", study, "--out", place, "--json");

        Assert.Equal(6, (int)show.Json["tuning"]!["atLeastRuns"]!);
        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.InRange(trials, 6, 8);
        Assert.Equal((trials, 4), (Sittings(Path.Combine(place, "tuning")), Sittings(place)));
        Assert.Equal(first.Json["tuning"]!.ToJsonString(), second.Json["tuning"]!.ToJsonString());
        foreach (var size in first.Json["tuning"]!.AsArray())
        {
            string run = (string)size!["runs"]![0]!;
            double rate = new RunFolder(Path.Combine(place, "runs", run)).ReadRecipe().Training.Optimizer.LearningRate;
            Assert.Equal((double)size["choice"]!["rate"]!, rate, 0.01 * rate);
        }

        string page = File.ReadAllText(Path.Combine(place, "report.html"));
        Assert.Contains("The learning rate of each size was tuned beforehand", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(place, "learning-rates.png")));
    }

    [Fact]
    public void Run_trains_every_run_and_writes_its_tables_and_a_second_call_repeats_nothing()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, Sizes, epochs: 2), place = folder.Combine("out");

        var first = InProcess.Run("study", "run", study, "--out", place, "--workers", "2", "--json");
        var second = InProcess.Run("study", "run", study, "--out", place, "--json");

        Assert.True(first.ExitCode == 0, first.Errors);
        Assert.All(first.Json["runs"]!.AsArray(), run => Assert.Equal("done", (string?)run!["status"]));
        Assert.Equal(4, Sittings(place));
        Assert.Equal(0, second.ExitCode);
        string[] points = File.ReadAllLines(Path.Combine(place, "points.csv"));
        Assert.Equal("run,hidden,layers,seed,epoch,step,parameters,flops,tokens,unique_tokens,train_loss,validation_loss,validation_loss_per_token,learning_rate", points[0]);
        Assert.Equal(["h8-s1", "h8-s2", "h16-s1", "h16-s2"], points.Skip(1).Select(row => row.Split(',')[0]));
        var last = new RunFolder(Path.Combine(place, "runs", "h8-s1")).ReadMetrics()[^1];
        Assert.Equal(last.Flops, double.Parse(points[1].Split(',')[7], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1 + Directory.GetDirectories(Path.Combine(place, "runs")).Sum(run => new RunFolder(run).ReadMetrics().Count), File.ReadAllLines(Path.Combine(place, "curves.csv")).Length);
        var kept = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "study.json")))!;
        Assert.Equal("runs/h8-s1", (string?)kept["runs"]![0]!["runFolder"]);
        Assert.Equal("done", (string?)kept["runs"]![0]!["status"]);

        var compared = InProcess.Run("compare", place, "--out", folder.Combine("page"), "--json");
        Assert.Equal(0, compared.ExitCode);
        Assert.Equal(4, compared.Json["rows"]!.AsArray().Count);
        Assert.Contains("is a study whose runs are not in", InProcess.Run("compare", study).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_cannot_be_trained_is_left_out_and_named_and_a_study_without_any_fails()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"training.optimizer.learningRate\": [1e-3, 1e30] }", epochs: 2), place = folder.Combine("out");

        var result = InProcess.Run("study", "run", study, "--out", place, "--json");
        var none = InProcess.Run("study", "run", study, "--out", folder.Combine("none"), "--set", "training.optimizer.learningRate=1e30");

        Assert.Equal(0, result.ExitCode);
        var run = result.Json["runs"]![1]!;
        Assert.Equal("leftOut", (string?)run["status"]);
        Assert.Contains("Training diverged", (string?)run["reason"], StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(place, "points.csv")).Length);
        Assert.DoesNotContain("lr1E30", File.ReadAllText(Path.Combine(place, "curves.csv")), StringComparison.Ordinal);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("Every run of toy failed", none.Errors, StringComparison.Ordinal);

        // It is known now and costs nothing; the run alone is refused as well, until its mark is deleted.
        string diverged = Path.Combine(place, (string)run["runFolder"]!), mark = Path.Combine(diverged, "diverged.json");
        File.SetLastWriteTimeUtc(mark, DateTime.UnixEpoch);
        var again = InProcess.Run("study", "run", study, "--out", place, "--json");
        Assert.Equal("leftOut", (string?)again.Json["runs"]![1]!["status"]);
        Assert.Contains("It has not been tried again", (string?)again.Json["runs"]![1]!["reason"], StringComparison.Ordinal);
        Assert.Contains("delete " + mark, InProcess.Run("train", Path.Combine(diverged, "recipe.json"), "--out", diverged).Errors, StringComparison.Ordinal);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(mark));
        File.Delete(mark);
        Assert.DoesNotContain("tried again", InProcess.Run("train", Path.Combine(diverged, "recipe.json"), "--out", diverged).Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(mark));
    }

    [Fact]
    public void Wrong_options_are_one_sentence()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder);

        Assert.Equal((2, true), Refused("study", "run", study, "--on", "slurm"));
        Assert.Equal((2, true), Refused("study", "run", study, "--workers", "0"));
        Assert.Equal((2, true), Refused("study", "run", study, "--out", ""));
        Assert.Equal((2, true), Refused("study"));
        Assert.Equal((1, true), Refused("study", "run", study, "--out", Path.Combine(folder.Write("file", ""), "out")));

        static (int, bool) Refused(params string[] arguments)
        {
            var result = InProcess.Run(arguments);
            return (result.ExitCode, result.Errors.TrimEnd().Split('\n')[^1].StartsWith("sextant: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Two_calls_at_once_train_each_run_once()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 12, 16] }", epochs: 30), place = folder.Combine("out");

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ChildProcess.Run(Program, ["study", "run", study, "--out", place, "--workers", "2", "--json"])));

        Assert.All(both, end => Assert.True(end.ExitCode == 0, end.Errors));
        Assert.All(both, end => Assert.All(JsonNode.Parse(end.Output)!["runs"]!.AsArray(), run => Assert.Equal("done", (string?)run!["status"])));
        Assert.Equal(3, Sittings(place));
    }

    [Fact]
    public async Task Kills_of_the_parent_and_of_workers_and_a_line_cut_short_change_no_bit_of_what_comes_out()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 16] }", epochs: 300), whole = folder.Combine("whole"), killed = folder.Combine("killed");
        string[] command = ["study", "run", study, "--workers", "2", "--out"];
        Assert.Equal(0, (await ChildProcess.Run(Program, [.. command, whole])).ExitCode);

        using (var parent = Start([.. command, killed]))
        {
            await Until(() => Metrics(killed).Length > 0);
            int worker = await ChildOf(parent.Id);
            await ChildProcess.Run("kill", ["-9", $"{worker}"]); // tried once more
            await Task.Delay(500, TestContext.Current.CancellationToken);
            parent.Kill();
            await parent.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        foreach (string metrics in Metrics(killed).Where(path => !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "result.json"))))
        {
            await Until(() => new RunFolder(Path.GetDirectoryName(metrics)!).Holder is null); // its worker has noticed
            File.AppendAllText(metrics, "{\"step\":99,\"epo");
        }

        var last = await ChildProcess.Run(Program, [.. command, killed]);

        Assert.True(last.ExitCode == 0, last.Errors);
        foreach (string file in new[] { "points.csv", "curves.csv", "runs/h8/best/model.safetensors", "runs/h16/best/model.safetensors", "runs/h16/checkpoint/optimizer.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(killed, file)));
        }

        Assert.Equal(ToyStudies.WithoutTimes(Path.Combine(whole, "runs", "h16", "metrics.jsonl")), ToyStudies.WithoutTimes(Path.Combine(killed, "runs", "h16", "metrics.jsonl")));
    }

    /// <summary>How often training was begun in the runs of a study: each sitting leaves a TensorBoard file.</summary>
    private static int Sittings(string place) => Directory.GetFiles(Path.Combine(place, "runs"), "*tfevents*", SearchOption.AllDirectories).Length;

    private static string[] Metrics(string place) =>
        Directory.Exists(Path.Combine(place, "runs")) ? Directory.GetFiles(Path.Combine(place, "runs"), "metrics.jsonl", SearchOption.AllDirectories) : [];

    private static async Task<int> ChildOf(int parent) =>
        int.Parse((await ChildProcess.Run("pgrep", ["-P", $"{parent}"])).Output.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static Process Start(string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine(); // read and not looked at: a full pipe would stop the process
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task Until(Func<bool> holds)
    {
        for (int i = 0; !holds(); i++)
        {
            Assert.True(i < 600, "waited a minute in vain");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
