using System.Diagnostics;
using System.Text.Json.Nodes;
using Sextant.Experiments;
using Sextant.Tests.Experiments;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Real processes of the program, with real signals.</summary>
public sealed class InterruptionTests
{
    private static string Program => Path.Combine(AppContext.BaseDirectory, "Sextant.Cli");

    [Fact]
    public async Task Kills_at_any_moment_cost_no_bit_and_no_file()
    {
        SkipWithoutSignals();
        using TemporaryFolder folder = new();
        string recipe = Recipe(folder, epochs: 120), whole = folder.Combine("whole"), killed = folder.Combine("killed");
        var complete = await ChildProcess.Run(Program, ["train", recipe, "--out", whole]);
        Assert.Equal(0, complete.ExitCode);

        int kills = 0;
        for (int wait = 300; !File.Exists(Path.Combine(killed, "result.json")) && kills < 40; wait += 130)
        {
            using var process = Start("train", recipe, "--out", killed, "--checkpoint-every", "0.2");
            if (!process.WaitForExit(wait))
            {
                process.Kill();
                kills++;
            }

            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(kills > 2, $"only {kills} kills");
        Assert.True(File.Exists(Path.Combine(killed, "result.json")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "best", "model.safetensors")), File.ReadAllBytes(Path.Combine(killed, "best", "model.safetensors")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "checkpoint", "optimizer.safetensors")), File.ReadAllBytes(Path.Combine(killed, "checkpoint", "optimizer.safetensors")));
        Assert.Equal(Losses(whole), Losses(killed));
        Assert.Empty(Directory.GetFiles(killed, "*.new", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_training_with_a_checkpoint_and_130(string signal)
    {
        SkipWithoutSignals();
        using TemporaryFolder folder = new();
        string run = folder.Combine("run");
        using var process = Start("train", Recipe(folder, epochs: 100_000), "--out", run);
        await Until(() => File.Exists(Path.Combine(run, "metrics.jsonl")));

        await ChildProcess.Run("kill", [$"-{signal}", $"{process.Id}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, process.ExitCode);
        Assert.True(Step(run) > 0);
    }

    [Fact]
    public async Task Ctrl_C_at_a_terminal_reaches_the_demos_workers_too_and_each_leaves_a_checkpoint()
    {
        SkipWithoutSignals();
        Assert.SkipUnless(File.Exists("/usr/bin/setsid"), "setsid is not here, so a test cannot make a process group of its own.");
        using TemporaryFolder folder = new();
        string demo = folder.Combine("demo");
        using var group = Start("/usr/bin/setsid", [Program, "demo", "--out", demo, "--workers", "2"]);
        await Until(() => Metrics(demo).Length >= 2);

        // A terminal signals every process of its foreground group at once; setsid made the group's leader the process itself.
        await ChildProcess.Run("kill", ["-INT", "--", $"-{group.Id}"]);
        await group.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(130, group.ExitCode);
        Assert.All(Metrics(demo), metrics => Assert.True(Step(Path.GetDirectoryName(metrics)!) > 0, metrics));
    }

    [Fact]
    public async Task A_worker_told_to_stop_by_its_parent_and_by_Ctrl_C_at_once_leaves_a_checkpoint()
    {
        SkipWithoutSignals();
        using TemporaryFolder folder = new();
        string recipe = Recipe(folder, epochs: 100_000);
        for (int i = 0; i < 4; i++)
        {
            string run = folder.Combine($"run-{i}");
            using var worker = StartWorker("train", recipe, "--out", run);
            await Until(() => File.Exists(Path.Combine(run, "metrics.jsonl")));

            await ChildProcess.Run("kill", ["-STOP", $"{worker.Id}"]);
            worker.StandardInput.Close();
            await ChildProcess.Run("kill", ["-INT", $"{worker.Id}"]);
            await ChildProcess.Run("kill", ["-CONT", $"{worker.Id}"]);
            await worker.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(130, worker.ExitCode);
            Assert.True(Step(run) > 0);
        }
    }

    private static string[] Metrics(string demo) =>
        Directory.Exists(Path.Combine(demo, "runs")) ? Directory.GetFiles(Path.Combine(demo, "runs"), "metrics.jsonl", SearchOption.AllDirectories) : [];

    private static long Step(string run) => (long)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "checkpoint", "state.json")))!["step"]!;

    /// <summary>The evaluations without their times.</summary>
    private static string[] Losses(string run) => [.. File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => line[..line.IndexOf("\"seconds\"", StringComparison.Ordinal)])];

    private static string Recipe(TemporaryFolder folder, int epochs)
    {
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        RecipeFile.Write(recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = epochs }, Evaluate = new EvaluationInterval.Steps { Count = 40 } } }, folder.Combine("recipe.json"));
        return folder.Combine("recipe.json");
    }

    private static Process Start(params string[] arguments) => Start(Program, arguments);

    private static Process StartWorker(params string[] arguments) => Start(Program, arguments, (LocalExecutor.WorkerVariable, "1"));

    private static Process Start(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
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

    private static void SkipWithoutSignals()
    {
        const int Interrupt = 1 << 1; // SIGINT is 2, and bit 0 is signal 1
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        string? ignored = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) : null;
        Assert.SkipWhen(
            ignored is not null && (Convert.ToUInt64(ignored["SigIgn:".Length..].Trim(), 16) & Interrupt) != 0,
            "These tests were started with Ctrl-C ignored, as a shell's background job is, and every program they start inherits that.");
    }
}
