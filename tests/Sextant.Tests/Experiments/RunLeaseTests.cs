using System.Text.Json;
using Sextant.Experiments;
using Sextant.Tests.Cli;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class RunLeaseTests
{
    [Fact]
    public void One_holds_it_until_it_is_given_back()
    {
        using TemporaryFolder folder = new();
        var first = RunLease.TryTake(folder.Path, out _);

        Assert.NotNull(first);
        Assert.Null(RunLease.TryTake(folder.Path, out var holder));
        Assert.Equal(Environment.ProcessId, holder!.Process.Id);
        first.Dispose();
        using var second = RunLease.TryTake(folder.Path, out _);
        Assert.NotNull(second);
        Assert.False(first.IsLost);
    }

    [Fact]
    public void Of_many_that_try_at_once_one_takes_it()
    {
        using TemporaryFolder folder = new();
        for (int round = 0; round < 200; round++)
        {
            string run = Directory.CreateDirectory(folder.Combine($"run{round}")).FullName;
            Write(run, 1, Dead());
            var taken = new RunLease?[8];
            using Barrier together = new(taken.Length);
            Thread[] threads = [.. taken.Select((none, i) => new Thread(() =>
            {
                together.SignalAndWait();
                taken[i] = RunLease.TryTake(run, out _);
            }))];
            foreach (var thread in threads)
            {
                thread.Start();
            }

            foreach (var thread in threads)
            {
                thread.Join();
            }

            Assert.Single(taken, lease => lease is not null);
            taken.Single(lease => lease is not null)!.Dispose();
            Assert.Empty(Directory.GetFiles(run, "*.new", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public void A_holder_on_this_machine_that_is_gone_loses_it_at_once()
    {
        using TemporaryFolder folder = new();
        Write(folder.Path, 1, Dead());

        Assert.Null(RunLease.Holder(folder.Path));
        using var lease = RunLease.TryTake(folder.Path, out _);
        Assert.NotNull(lease);
    }

    [Fact]
    public void A_holder_on_another_machine_keeps_it_while_its_heart_beats_and_loses_it_when_silent()
    {
        using TemporaryFolder folder = new();
        var other = new ProcessMark("node7", "another machine", 1, "1");
        string path = Write(folder.Path, 3, other);

        Assert.Null(RunLease.TryTake(folder.Path, out var holder));
        Assert.Equal("process 1 on node7", holder!.ToString());
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - RunLease.StaleAfter - TimeSpan.FromSeconds(1));
        using var lease = RunLease.TryTake(folder.Path, out _);
        Assert.NotNull(lease);
    }

    [Fact]
    public void One_that_was_taken_over_writes_nothing_more()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.Combine("run"));
        using var held = run.Lock();
        Write(run.Root, 2, new ProcessMark("node7", "another machine", 1, "1"));

        var error = Assert.Throws<UserError>(() => run.Claim(ToyRecipes.Course("pairs.tsv"), "identity"));

        Assert.Contains("Another process has taken over", error.Message, StringComparison.Ordinal);
        Assert.False(run.Exists);
    }

    [Fact]
    public void A_lease_cut_short_counts_while_it_is_young()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Combine(RunLease.FolderName));
        string path = folder.Combine(RunLease.FolderName, "1");
        File.WriteAllText(path, "{\"proc");

        Assert.NotNull(RunLease.Holder(folder.Path));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - TimeSpan.FromHours(1));
        Assert.Null(RunLease.Holder(folder.Path));
    }

    [Fact]
    public void Train_says_who_trains_in_a_folder()
    {
        using TemporaryFolder folder = new();
        RecipeFile.Write(ToyRecipes.Course(ToyRecipes.Pairs(folder)), folder.Combine("recipe.json"));
        using var held = new RunFolder(folder.Combine("run")).Lock();

        var result = InProcess.Run("train", folder.Combine("recipe.json"), "--out", folder.Combine("run"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"(process {Environment.ProcessId} on {Environment.MachineName})", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>A process of this machine that has this one's number and started at another time.</summary>
    private static ProcessMark Dead() => ProcessMark.Current with { Started = "0" };

    private static string Write(string run, int number, ProcessMark process)
    {
        string folder = Directory.CreateDirectory(Path.Combine(run, RunLease.FolderName)).FullName;
        string path = Path.Combine(folder, $"{number}");
        File.WriteAllText(path, JsonSerializer.Serialize(new LeaseOwner(process, "token", IsOver: false), RecipeJson.Line) + "\n");
        return path;
    }
}
