using System.Text.Json.Nodes;
using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class ResumeTests
{
    [Theory]
    [InlineData("modern", 9, 14, 31)]
    [InlineData("modern", 3, 4, 5)]
    [InlineData("modern", 47, 90, 60)]
    [InlineData("course", 6, 21, 44)]
    [InlineData("shared", 12, 25, 50)]
    [InlineData("text", 12, 25, 50)]
    [InlineData("maximalUpdate", 9, 14, 31)]
    [InlineData("muon", 9, 14, 31)]
    [InlineData("soap", 9, 14, 31)]
    [InlineData("shampoo", 9, 14, 31)]
    public void A_run_interrupted_anywhere_ends_with_the_bits_of_one_that_was_not(string kind, int first, int second, int third)
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Of(kind, folder);
        RunFolder whole = new(folder.Combine("whole")), parts = new(folder.Combine("parts"));
        SequenceRun.Train(recipe, whole, new RunSurroundings());

        var result = Interrupted(recipe, parts, first, TimeSpan.MaxValue);
        Assert.Equal(RunStatus.Interrupted, result.Status);
        Interrupted(recipe, parts, second, TimeSpan.Zero);
        Interrupted(recipe, parts, third, TimeSpan.MaxValue);
        SequenceRun.Train(recipe, parts, new RunSurroundings());

        SameRuns.Assert(whole, parts);
    }

    [Fact]
    public void Work_after_the_last_checkpoint_is_done_again_to_the_same_bits()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        RunFolder whole = new(folder.Combine("whole")), killed = new(folder.Combine("killed"));
        SequenceRun.Train(recipe, whole, new RunSurroundings());

        Interrupted(recipe, killed, 20, TimeSpan.MaxValue);
        CopyFolder(killed.Root, folder.Combine("kept"));
        Interrupted(recipe, killed, 60, TimeSpan.MaxValue);
        // What a kill leaves behind: metrics, best weights and half a line that are newer than the checkpoint.
        Directory.Delete(Path.Combine(killed.Root, "checkpoint"), recursive: true);
        CopyFolder(folder.Combine("kept", "checkpoint"), Path.Combine(killed.Root, "checkpoint"));
        File.AppendAllText(killed.MetricsPath, "{\"step\":99,\"epo");
        SequenceRun.Train(recipe, killed, new RunSurroundings());

        SameRuns.Assert(whole, killed);
        Assert.Equal(killed.ReadMetrics().Select(e => e.Step), EventSteps(killed.TensorBoardFolder));
    }

    [Theory]
    [InlineData(0.99)] // a line cut short
    [InlineData(0.4)]
    [InlineData(0)]
    public void Metrics_that_a_power_cut_took_after_the_checkpoint_counted_them_come_back_to_the_same_bits(double left)
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        RunFolder whole = new(folder.Combine("whole")), cut = new(folder.Combine("cut"));
        SequenceRun.Train(recipe, whole, new RunSurroundings());
        Interrupted(recipe, cut, 60, TimeSpan.MaxValue);
        Assert.NotEmpty(cut.ReadMetrics());
        Cut(cut.MetricsPath, left);

        SequenceRun.Train(recipe, cut, new RunSurroundings());

        SameRuns.Assert(whole, cut);
        int evaluations = whole.ReadMetrics().Count;
        Cut(whole.MetricsPath, 0.99); // of a run that is done, which nobody trains again
        Assert.Equal(evaluations, whole.ReadMetrics().Count);

        static void Cut(string path, double left)
        {
            using var file = new FileStream(path, FileMode.Open);
            file.SetLength((long)(left * file.Length));
        }
    }

    [Fact]
    public void A_run_that_goes_on_keeps_its_tokeniser_even_if_its_text_would_now_teach_another()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Of("text", folder);
        RunFolder run = new(folder.Combine("run"));
        Interrupted(recipe, run, 20, TimeSpan.MaxValue);
        // As another version of the training of byte pairs would leave it: the same size, other merges.
        var merges = JsonNode.Parse(File.ReadAllText(run.TokenizerPath))!;
        merges["merges"]![0]!.ReplaceWith(new JsonArray(1, 2));
        File.WriteAllText(run.TokenizerPath, merges.ToJsonString());
        byte[] kept = File.ReadAllBytes(run.TokenizerPath);

        SequenceRun.Train(recipe, run, new RunSurroundings());

        Assert.Equal(kept, File.ReadAllBytes(run.TokenizerPath));
    }

    [Fact]
    public void A_kill_between_the_two_renames_of_a_checkpoint_loses_nothing()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        RunFolder whole = new(folder.Combine("whole")), killed = new(folder.Combine("killed"));
        SequenceRun.Train(recipe, whole, new RunSurroundings());
        Interrupted(recipe, killed, 30, TimeSpan.MaxValue);
        string checkpoint = Path.Combine(killed.Root, "checkpoint");
        CopyFolder(checkpoint, checkpoint + ".new");
        Directory.Move(checkpoint, checkpoint + ".old");

        SequenceRun.Train(recipe, killed, new RunSurroundings());

        SameRuns.Assert(whole, killed);
    }

    [Fact]
    public void A_run_that_is_done_is_read_and_not_repeated()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        RunFolder run = new(folder.Combine("run"));
        var first = SequenceRun.Train(recipe, run, new RunSurroundings());
        var written = File.GetLastWriteTimeUtc(run.MetricsPath);

        var second = SequenceRun.Train(recipe, run, new RunSurroundings());

        Assert.Equal(first.ValidationLoss, second.ValidationLoss);
        Assert.Equal(written, File.GetLastWriteTimeUtc(run.MetricsPath));
    }

    [Fact]
    public void Patience_that_ran_out_stays_run_out_after_a_kill_before_the_result()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        recipe = recipe with { Training = recipe.Training with { Patience = 1, Optimizer = new Sextant.Training.OptimizerOptions.Adam { LearningRate = 0.3 }, Horizon = new Sextant.Training.Horizon.Epochs { Count = 30 } } };
        RunFolder run = new(folder.Combine("run"));
        var first = SequenceRun.Train(recipe, run, new RunSurroundings());
        Assert.Equal(RunStatus.StoppedEarly, first.Status);
        File.Delete(run.ResultPath);

        var second = SequenceRun.Train(recipe, run, new RunSurroundings());

        Assert.Equal(RunStatus.StoppedEarly, second.Status);
        Assert.Equal(first.Steps, second.Steps);
    }

    private static RunResult Interrupted(Recipe recipe, RunFolder folder, int readings, TimeSpan checkpointInterval)
    {
        using CancellationTokenSource stop = new();
        return SequenceRun.Train(recipe, folder, new RunSurroundings { Clock = new InterruptingClock(readings, stop), Stop = stop.Token, CheckpointInterval = checkpointInterval });
    }

    /// <summary>The steps of the training losses in a folder of event files: records of a length, a checksum, an event of protobuf and a checksum.</summary>
    private static List<long> EventSteps(string folder)
    {
        var steps = new List<long>();
        foreach (string file in Directory.EnumerateFiles(folder).Order())
        {
            byte[] bytes = File.ReadAllBytes(file);
            for (int at = 0; at < bytes.Length;)
            {
                int length = (int)BitConverter.ToInt64(bytes, at);
                var record = Tensorboard.Event.Parser.ParseFrom(bytes, at + 12, length);
                if (record.Summary?.Value.Any(v => v.Tag == "loss/train") == true)
                {
                    steps.Add(record.Step);
                }

                at += 12 + length + 4;
            }
        }

        return steps;
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
