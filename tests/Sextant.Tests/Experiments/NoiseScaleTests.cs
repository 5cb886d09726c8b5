using Sextant.Experiments;
using Sextant.Scaling;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>The gradient noise measured while a run trains.</summary>
public sealed class NoiseScaleTests
{
    private static readonly NoiseScaleOptions Often = new() { Every = 5, MicroBatch = 3, MicroBatches = 4 };

    [Theory]
    [InlineData("modern")]
    [InlineData("course")]
    [InlineData("text")]
    public void Training_has_the_same_bits_with_and_without_the_measurement(string kind)
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Of(kind, folder);
        RunFolder without = new(folder.Combine("without")), with = new(folder.Combine("with"));
        SequenceRun.Train(recipe, without, new RunSurroundings());

        var result = SequenceRun.Train(Measuring(recipe), with, new RunSurroundings());

        foreach (string file in new[] { "best/model.safetensors", "checkpoint/model.safetensors", "checkpoint/optimizer.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(without.Root, file)), File.ReadAllBytes(Path.Combine(with.Root, file)));
        }

        Assert.Equal(without.ReadMetrics().Select(line => line with { Seconds = 0, FlopsByConvention = null }), with.ReadMetrics().Select(line => line with { Seconds = 0, FlopsByConvention = null }));
        Assert.Equal(result.Steps / 5, with.ReadNoise().Count);
        Assert.All(with.ReadNoise(), line => Assert.Equal(0, line.Step % 5));
        Assert.NotNull(result.NoiseScale!.Summary);
        Assert.False(File.Exists(without.NoisePath));
        Assert.Null(without.ReadResult()!.NoiseScale);
    }

    [Fact]
    public void A_value_of_the_measurement_turns_it_on()
    {
        using TemporaryFolder folder = new();
        var changed = RecipeFile.Change(ToyRecipes.Of("modern", folder), "training.noiseScale.every=7", "training.noiseScale.microBatch=2");

        Assert.Equal(new NoiseScaleOptions { Every = 7, MicroBatch = 2 }, changed.Training.NoiseScale);
        Assert.Contains("training.noiseScale has no 'often'", Assert.Throws<UserError>(() => RecipeFile.Change(changed, "training.noiseScale.often=7")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_loss_far_below_the_validation_loss_is_warned_of()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.Combine("run"));
        SequenceRun.Train(Measuring(ToyRecipes.Of("modern", folder)), run, new RunSurroundings());
        var last = run.ReadMetrics()[^1];

        run.Append(last with { TrainLoss = 0.6 * last.ValidationLoss });
        string apart = string.Join(' ', RunNoise.Of(run).Warnings);
        run.Append(last with { TrainLoss = 0.4 * last.ValidationLoss });

        Assert.DoesNotContain("learnt by heart", apart, StringComparison.Ordinal);
        Assert.Contains("learnt by heart", string.Join(' ', RunNoise.Of(run).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modern", 9, 14, 31)]
    [InlineData("course", 6, 21, 44)]
    [InlineData("text", 12, 25, 50)]
    public void An_interrupted_run_ends_with_the_bits_of_one_that_was_not(string kind, int first, int second, int third)
    {
        using TemporaryFolder folder = new();
        var recipe = Measuring(ToyRecipes.Of(kind, folder));
        RunFolder whole = new(folder.Combine("whole")), parts = new(folder.Combine("parts"));
        SequenceRun.Train(recipe, whole, new RunSurroundings());

        Interrupted(recipe, parts, first, TimeSpan.MaxValue);
        Interrupted(recipe, parts, second, TimeSpan.Zero);
        Interrupted(recipe, parts, third, TimeSpan.MaxValue);
        SequenceRun.Train(recipe, parts, new RunSurroundings());

        SameRuns.Assert(whole, parts);
        Assert.Equal(File.ReadAllBytes(whole.NoisePath), File.ReadAllBytes(parts.NoisePath));
    }

    [Theory]
    [InlineData(0.99)] // a line cut short
    [InlineData(0)]
    [InlineData(1.5)] // lines that were written after the checkpoint
    public void Measurements_lost_before_the_checkpoint_or_written_after_it_come_to_the_same_bits(double left)
    {
        using TemporaryFolder folder = new();
        var recipe = Measuring(ToyRecipes.Of("modern", folder));
        RunFolder whole = new(folder.Combine("whole")), cut = new(folder.Combine("cut"));
        SequenceRun.Train(recipe, whole, new RunSurroundings());
        Interrupted(recipe, cut, 60, TimeSpan.MaxValue);
        byte[] kept = File.ReadAllBytes(cut.NoisePath);
        Assert.NotEmpty(kept);
        File.WriteAllBytes(cut.NoisePath, left <= 1 ? kept[..(int)(left * kept.Length)] : [.. kept, .. kept[..(kept.Length / 2)]]);

        SequenceRun.Train(recipe, cut, new RunSurroundings());

        Assert.Equal(File.ReadAllBytes(whole.NoisePath), File.ReadAllBytes(cut.NoisePath));
    }

    [Fact]
    public void A_run_that_shares_a_trunk_has_the_measurements_of_a_run_of_its_own()
    {
        using TemporaryFolder folder = new();
        RunFolder alone = new(folder.Combine("alone", "long")), branch = new(folder.Combine("shared", "long"));
        SequenceRun.Train(Of(60), alone, new RunSurroundings());

        SequenceRun.Train(Of(30), new RunFolder(folder.Combine("shared", "short")), new RunSurroundings { SharesTrunk = true });
        var result = SequenceRun.Train(Of(60), branch, new RunSurroundings { SharesTrunk = true });

        Assert.True(result.SharedFlops > 0);
        Assert.Equal(File.ReadAllBytes(alone.NoisePath), File.ReadAllBytes(branch.NoisePath));

        Recipe Of(double steps)
        {
            var recipe = Measuring(ToyRecipes.Of("modern", folder));
            return recipe with { Training = recipe.Training with { Schedule = new ScheduleOptions.WarmupStableDecay { WarmupSteps = 5, Decay = 0.2 }, Horizon = new Horizon.Steps { Count = steps } } };
        }
    }

    [Fact]
    public void A_run_too_short_for_a_measurement_says_so()
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Of("course", folder);

        var result = SequenceRun.Train(recipe with { Training = recipe.Training with { NoiseScale = new NoiseScaleOptions { Every = 100_000 } } }, new RunFolder(folder.Combine("run")), new RunSurroundings());

        Assert.Equal(FitStatus.TooFewPoints, result.NoiseScale!.Status);
        Assert.Null(result.NoiseScale.NoiseScale);
    }

    [Theory]
    [InlineData("true", 8)]
    [InlineData("{}", 8)]
    [InlineData("{ \"microBatches\": 4 }", 4)]
    [InlineData("false", null)]
    [InlineData("null", null)]
    public void A_recipe_asks_for_it_by_true_or_by_an_object(string written, int? microBatches)
    {
        using TemporaryFolder folder = new();
        var plain = RecipeFile.Load(Repository.File("recipes", "course", "h32-small.json"));
        string text = File.ReadAllText(Repository.File("recipes", "course", "h32-small.json")).Replace("\"patience\"", $"\"noiseScale\": {written}, \"patience\"", StringComparison.Ordinal);

        var recipe = RecipeFile.Load(folder.Write("recipe.json", text));

        Assert.Equal(microBatches, recipe.Training.NoiseScale?.MicroBatches);
        Assert.Equal(microBatches is null, RunIdentity.Of(recipe) == RunIdentity.Of(plain));
        Assert.Equal(RunIdentity.Of(recipe), RunIdentity.Of(RecipeFile.Change(plain, $"training.noiseScale={written}")));
    }

    [Fact]
    public void It_is_switched_on_and_set_from_the_command_line()
    {
        var recipe = RecipeFile.Load(Repository.File("recipes", "course", "h32-small.json"), ["training.noiseScale=true", "training.noiseScale.every=50"]);

        Assert.Equal(new NoiseScaleOptions { Every = 50 }, recipe.Training.NoiseScale);
        Assert.Null(RecipeFile.Change(recipe, "training.noiseScale=false").Training.NoiseScale);
    }

    [Theory]
    [InlineData("training.noiseScale=often", "training.noiseScale: \"often\" is not true, false or an object.")]
    [InlineData("training.noiseScale={\"every\":0}", "training.noiseScale.every: 0 must be at least 1")]
    [InlineData("training.noiseScale={\"microBatches\":1}", "training.noiseScale.microBatches: 1 must be at least 2.")]
    [InlineData("training.noiseScale={\"k\":1}", "training.noiseScale.k is no key of training.noiseScale; known are every, microBatch, microBatches.")]
    public void A_wrong_wish_is_one_sentence(string change, string expected)
    {
        var error = Assert.Throws<UserError>(() => RecipeFile.Load(Repository.File("recipes", "course", "h32-small.json"), [change]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static Recipe Measuring(Recipe recipe) => recipe with { Training = recipe.Training with { NoiseScale = Often } };

    private static void Interrupted(Recipe recipe, RunFolder folder, int readings, TimeSpan checkpointInterval)
    {
        using CancellationTokenSource stop = new();
        var result = SequenceRun.Train(recipe, folder, new RunSurroundings { Clock = new InterruptingClock(readings, stop), Stop = stop.Token, CheckpointInterval = checkpointInterval });
        Assert.Equal(RunStatus.Interrupted, result.Status);
    }
}
