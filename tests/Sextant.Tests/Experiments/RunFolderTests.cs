using Sextant.Experiments;
using Sextant.Pretrained;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class RunFolderTests
{
    [Fact]
    public void A_folder_that_holds_another_recipes_run_is_refused_and_left_alone()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        RunFolder run = new(folder.Combine("run"));
        SequenceRun.Train(recipe, run, new RunSurroundings());
        string metrics = File.ReadAllText(run.MetricsPath);

        var error = Assert.Throws<UserError>(() => SequenceRun.Train(recipe with { Seed = 4 }, run, new RunSurroundings()));

        Assert.Equal(
            $"{run.Root} holds the run of another recipe: seed is {recipe.Seed} there and 4 here. Give another --out folder, or delete this one.",
            error.Message);
        Assert.Equal(metrics, File.ReadAllText(run.MetricsPath));
    }

    [Fact]
    public void A_run_whose_data_has_changed_is_refused_and_the_data_named()
    {
        using TemporaryFolder folder = new();
        string pairs = ToyRecipes.Pairs(folder);
        var recipe = ToyRecipes.Course(pairs);
        RunFolder run = new(folder.Combine("run"));
        SequenceRun.Train(recipe, run, new RunSurroundings());
        File.AppendAllText(pairs, "new ewnay\n");

        var error = Assert.Throws<UserError>(() => SequenceRun.Train(recipe, run, new RunSurroundings()));

        Assert.Contains("the run of other data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_other_files_is_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("diary.txt", "dear diary");
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));

        var error = Assert.Throws<UserError>(() => SequenceRun.Train(recipe, new RunFolder(folder.Path), new RunSurroundings()));

        Assert.Contains("holds files but no run", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_processes_do_not_train_in_one_folder()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.Combine("run"));
        using var held = run.Lock();

        var error = Assert.Throws<UserError>(() => run.Lock());

        Assert.Contains("Another process", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_moved_is_still_the_same_run()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        SequenceRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings());
        Directory.Move(folder.Combine("run"), folder.Combine("moved"));

        var result = SequenceRun.Train(recipe, new RunFolder(folder.Combine("moved")), new RunSurroundings());

        Assert.Equal(folder.Combine("moved"), result.RunFolder);
    }

    [Fact]
    public void The_same_data_elsewhere_is_the_same_run_and_other_data_is_not()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        string identity = RunIdentity.Of(recipe);
        File.Copy(folder.Combine("pairs.tsv"), folder.Combine("copy.tsv"));

        Assert.Equal(identity, RunIdentity.Of(ToyRecipes.Course(folder.Combine("copy.tsv")) with { Name = "another name" }));
        File.AppendAllText(folder.Combine("copy.tsv"), "more\toremay\n");
        Assert.NotEqual(identity, RunIdentity.Of(ToyRecipes.Course(folder.Combine("copy.tsv"))));
    }

    /// <summary>A file system of 1 MB that fills up while a checkpoint is written.</summary>
    [Fact]
    public async Task A_disk_that_fills_up_during_a_checkpoint_is_one_sentence_and_the_last_checkpoint_stays()
    {
        using TemporaryFolder folder = new();
        await using var disk = await SmallDisk.Mount(folder, 1 << 20);
        RunFolder run = new(Path.Combine(disk.Path, "run"));
        Directory.CreateDirectory(run.Root);
        using torch.Tensor small = torch.full([1000], 1f), large = torch.full([400_000], 2f);
        KeyValuePair<string, torch.Tensor>[] Named(torch.Tensor tensor) => [new("weight", tensor)];
        run.WriteCheckpoint(new TrainingState { Step = 1 }, Named(small), Named(small));

        var error = Assert.Throws<UserError>(() => run.WriteCheckpoint(new TrainingState { Step = 2 }, Named(large), Named(small)));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        using var kept = run.ReadCheckpoint();
        Assert.Equal(1, kept!.State.Step);
        Assert.Equal(1000, kept.Weights["weight"].sum().item<float>());
    }

    [Theory]
    [InlineData("modern")]
    [InlineData("course")]
    public void Training_keeps_no_tensor_alive_from_step_to_step(string kind)
    {
        using TemporaryFolder folder = new();
        string pairs = ToyRecipes.Pairs(folder);
        var recipe = kind == "modern" ? ToyRecipes.Modern(pairs) : ToyRecipes.Course(pairs);
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 2000 }, Evaluate = new EvaluationInterval.Steps { Count = 500 } } };
        List<long> live = [];

        SequenceRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings
        {
            Clock = new HurriedClock(),
            CheckpointInterval = TimeSpan.FromSeconds(40), // some fifteen steps of this clock
            Progress = new EachTime(() => live.Add(torch.Tensor.TotalCount)),
        });

        Assert.True(live.Count > 1500, $"only {live.Count} readings");
        // From 500 on the validation batches are held as well.
        Assert.InRange(live.TakeLast(200).Max(), 0, live.Skip(600).Take(200).Max());
    }

    [Fact]
    public void Weights_that_an_update_made_infinite_never_replace_a_checkpoint()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Course(ToyRecipes.Pairs(folder));
        var huge = recipe with { Training = recipe.Training with { Optimizer = new OptimizerOptions.Sgd { LearningRate = 1e38, Momentum = 0 } } };

        // A checkpoint after every step: the one after the first update would hold its ruins.
        var error = Assert.Throws<TrainingDiverged>(() => SequenceRun.Train(huge, new RunFolder(folder.Combine("run")), new RunSurroundings { CheckpointInterval = TimeSpan.Zero, Clock = new HurriedClock() }));

        Assert.Contains("try a smaller one (--set training.optimizer.learningRate=2.5E+37)", error.Message, StringComparison.Ordinal);
        string weights = folder.Combine("run", "checkpoint", "model.safetensors");
        Assert.True(!File.Exists(weights) || SafeTensors.Read(weights).Values.All(w => w.isfinite().all().item<bool>()));
    }

    /// <summary>Every reading is a second later, so that progress is due at every step.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private long seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => seconds++;
    }

    private sealed class EachTime(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
