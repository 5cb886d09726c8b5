using Sextant.Experiments;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>Runs that share the steps before the decay equal runs of their own to the bit, so that their losses agree exactly and not only within seed noise.</summary>
public sealed class TrunkTests
{
    [Theory]
    [InlineData("modern", "steps", 30, 60)]
    [InlineData("modern", "tokens", 1500, 3200)]
    [InlineData("modern", "epochs", 2, 5)]
    [InlineData("course", "flops", 2e7, 5e7)]
    [InlineData("text", "steps", 25, 50)]
    [InlineData("soap", "steps", 25, 50)]
    public void A_branch_ends_with_the_bits_of_a_run_of_its_own(string kind, string unit, double shorter, double longer)
    {
        using TemporaryFolder folder = new();
        RunFolder alone = new(folder.Combine("alone", "long")), first = new(folder.Combine("shared", "short")), branch = new(folder.Combine("shared", "long"));
        var own = SequenceRun.Train(Recipe(kind, folder, unit, longer), alone, new RunSurroundings());

        SequenceRun.Train(Recipe(kind, folder, unit, shorter), first, Sharing());
        var shared = SequenceRun.Train(Recipe(kind, folder, unit, longer), branch, Sharing());

        SameRuns.Assert(alone, branch);
        Assert.Equal(own.Flops, shared.Flops);
        Assert.Equal(0, own.SharedFlops);
        Assert.InRange(shared.SharedFlops, 0.2 * own.Flops, 0.5 * own.Flops);
        Assert.True(branch.HasBranch);
    }

    [Fact]
    public void A_run_that_keeps_its_trunk_is_the_run_that_does_not()
    {
        using TemporaryFolder folder = new();
        var recipe = Recipe("modern", folder, "steps", 40);
        RunFolder alone = new(folder.Combine("alone", "run")), keeping = new(folder.Combine("shared", "run"));

        SequenceRun.Train(recipe, alone, new RunSurroundings());
        SequenceRun.Train(recipe, keeping, Sharing());

        SameRuns.Assert(alone, keeping);
    }

    [Theory]
    [InlineData(20, 40)]
    [InlineData(52, 90)] // the shorter one within its decay
    [InlineData(3, 5)]
    public void An_interrupted_trunk_and_an_interrupted_branch_end_with_the_same_bits(int inTrunk, int inBranch)
    {
        using TemporaryFolder folder = new();
        var (shorter, longer) = (Recipe("modern", folder, "steps", 30), Recipe("modern", folder, "steps", 90));
        RunFolder alone = new(folder.Combine("alone", "long")), first = new(folder.Combine("shared", "short")), branch = new(folder.Combine("shared", "long"));
        SequenceRun.Train(longer, alone, new RunSurroundings());

        Assert.Equal(RunStatus.Interrupted, Interrupted(shorter, first, inTrunk).Status);
        SequenceRun.Train(shorter, first, Sharing());
        Assert.Equal(RunStatus.Interrupted, Interrupted(longer, branch, inBranch).Status);
        var result = SequenceRun.Train(longer, branch, Sharing());

        SameRuns.Assert(alone, branch);
        Assert.True(result.SharedFlops > 0);
    }

    [Fact]
    public void A_kill_while_a_branch_is_taken_over_or_kept_loses_nothing()
    {
        using TemporaryFolder folder = new();
        var (shorter, longer) = (Recipe("modern", folder, "steps", 30), Recipe("modern", folder, "steps", 60));
        RunFolder alone = new(folder.Combine("alone", "long")), first = new(folder.Combine("shared", "short")), branch = new(folder.Combine("shared", "long"));
        SequenceRun.Train(longer, alone, new RunSurroundings());
        SequenceRun.Train(shorter, first, Sharing());
        Interrupted(longer, branch, 10);
        // Metrics and best weights are there, the checkpoint is half written; and a branch of its own is not whole.
        Directory.Move(Path.Combine(branch.Root, "checkpoint"), Path.Combine(branch.Root, "checkpoint.new"));
        File.Delete(Path.Combine(branch.Root, "checkpoint.new", "state.json"));
        Directory.CreateDirectory(Path.Combine(branch.Root, "branch.new"));
        File.WriteAllText(Path.Combine(branch.Root, "branch.new", "model.safetensors"), "half");

        var result = SequenceRun.Train(longer, branch, Sharing());

        SameRuns.Assert(alone, branch);
        Assert.True(branch.HasBranch && result.SharedFlops > 0);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("rate")]
    [InlineData("longer")]
    public void Nothing_is_taken_from_a_run_with_other_steps(string difference)
    {
        using TemporaryFolder folder = new();
        var recipe = Recipe("modern", folder, "steps", 30);
        SequenceRun.Train(
            difference switch
            {
                "seed" => recipe with { Seed = 9 },
                "rate" => recipe with { Training = recipe.Training with { Optimizer = recipe.Training.Optimizer with { LearningRate = 1e-3 } } },
                _ => Recipe("modern", folder, "steps", 60), // it decays after this one does
            },
            new RunFolder(folder.Combine("shared", "other")),
            Sharing());

        var result = SequenceRun.Train(recipe, new RunFolder(folder.Combine("shared", "run")), Sharing());

        Assert.Equal(0, result.SharedFlops);
    }

    [Fact]
    public void Patience_runs_out_in_a_branch_where_it_does_in_a_run_of_its_own()
    {
        using TemporaryFolder folder = new();
        var (shorter, longer) = (Impatient(30), Impatient(300));
        RunFolder alone = new(folder.Combine("alone", "long")), branch = new(folder.Combine("shared", "long"));
        var own = SequenceRun.Train(longer, alone, new RunSurroundings());

        SequenceRun.Train(shorter, new RunFolder(folder.Combine("shared", "short")), Sharing());
        SequenceRun.Train(longer, branch, Sharing());

        Assert.Equal(RunStatus.StoppedEarly, own.Status);
        SameRuns.Assert(alone, branch);

        Recipe Impatient(double steps)
        {
            var recipe = Recipe("modern", folder, "steps", steps);
            return recipe with { Training = recipe.Training with { Patience = 3, Optimizer = recipe.Training.Optimizer with { LearningRate = 0.1 } } };
        }
    }

    private static RunSurroundings Sharing() => new() { SharesTrunk = true };

    private static RunResult Interrupted(Recipe recipe, RunFolder folder, int readings)
    {
        using CancellationTokenSource stop = new();
        return SequenceRun.Train(recipe, folder, Sharing() with { Clock = new InterruptingClock(readings, stop), Stop = stop.Token });
    }

    private static Recipe Recipe(string kind, TemporaryFolder folder, string unit, double count)
    {
        var recipe = ToyRecipes.Of(kind, folder);
        return recipe with
        {
            Training = recipe.Training with
            {
                Schedule = new ScheduleOptions.WarmupStableDecay { WarmupSteps = 5, Decay = 0.2 },
                Evaluate = new EvaluationInterval.Steps { Count = 7 },
                Horizon = unit switch
                {
                    "steps" => new Horizon.Steps { Count = count },
                    "epochs" => new Horizon.Epochs { Count = count },
                    "tokens" => new Horizon.Tokens { Count = count },
                    _ => new Horizon.Flops { Count = count },
                },
            },
        };
    }
}
