using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

/// <summary>Interrupted and resumed is to the bit as not interrupted, and the same again is the same.</summary>
public sealed class EncoderResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("whole", 9, 14, 31)]
    [InlineData("last", 4, 21, 12)]
    [InlineData("embeddings", 9, 14, 31)]
    [InlineData("lora", 9, 14, 31)]
    [InlineData("body", 9, 14, 31)]
    [InlineData("pooler", 4, 21, 12)]
    public void A_finetuning_interrupted_anywhere_ends_with_the_bits_of_one_that_was_not(string way, int first, int second, int third)
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, way);
        RunFolder whole = new(folder.Combine("whole")), parts = new(folder.Combine("parts"));
        FinetuningRun.Train(recipe, whole, new RunSurroundings());

        Interrupted((run, surroundings) => FinetuningRun.Train(recipe, run, surroundings).Status, parts, first, second, third);
        FinetuningRun.Train(recipe, parts, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, parts);
        Assert.Equal(RunStatus.Done, FinetuningRun.Read(parts)!.Status);
    }

    [Fact]
    public void A_pretraining_interrupted_anywhere_ends_with_the_bits_of_one_that_was_not()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        RunFolder whole = new(folder.Combine("whole")), parts = new(folder.Combine("parts"));
        PretrainingRun.Train(recipe, whole, new RunSurroundings());

        Interrupted((run, surroundings) => PretrainingRun.Train(recipe, run, surroundings).Status, parts, 9, 14, 31);
        PretrainingRun.Train(recipe, parts, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, parts);
    }

    [Fact]
    public void A_finetuning_that_is_killed_before_its_result_measures_again_to_the_same_bits()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, "last");
        RunFolder whole = new(folder.Combine("whole")), killed = new(folder.Combine("killed"));
        FinetuningRun.Train(recipe, whole, new RunSurroundings());
        FinetuningRun.Train(recipe, killed, new RunSurroundings());
        File.Delete(killed.ResultPath);

        FinetuningRun.Train(recipe, killed, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, killed);
    }

    [Fact]
    public void A_finetuning_that_ends_between_its_model_and_its_result_goes_on_from_its_lowest_loss()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder);
        RunFolder whole = new(folder.Combine("whole")), failed = new(folder.Combine("failed"));
        FinetuningRun.Train(recipe, whole, new RunSurroundings());
        Interrupted((run, surroundings) => FinetuningRun.Train(recipe, run, surroundings).Status, failed, 9);
        Directory.CreateDirectory(failed.ResultPath); // no file can be written there
        Assert.Throws<UserError>(() => FinetuningRun.Train(recipe, failed, new RunSurroundings()));
        Assert.True(File.Exists(failed.BestWeightsPath));
        Directory.Delete(failed.ResultPath);

        FinetuningRun.Train(recipe, failed, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, failed);
    }

    [Fact]
    public void What_is_asked_to_stop_before_it_begins_leaves_no_result_and_goes_on()
    {
        using CancellationTokenSource stopped = new();
        stopped.Cancel();
        var recipe = ToyEncoderRecipes.Finetuning(folder, "body");
        RunFolder whole = new(folder.Combine("whole")), run = new(folder.Combine("run"));

        Assert.Throws<OperationCanceledException>(() => FinetuningRun.Train(recipe, run, new RunSurroundings { Stop = stopped.Token })); // in the body's one pass
        Assert.Null(FinetuningRun.Read(run));
        FinetuningRun.Train(recipe, run, new RunSurroundings());
        FinetuningRun.Train(recipe, whole, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, run);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder);
        RunFolder one = new(folder.Combine("one")), same = new(folder.Combine("same")), other = new(folder.Combine("other"));
        FinetuningRun.Train(recipe, one, new RunSurroundings());
        FinetuningRun.Train(recipe, same, new RunSurroundings());
        FinetuningRun.Train(recipe with { Seed = 4 }, other, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(one, same);
        Assert.NotEqual(File.ReadAllBytes(one.BestWeightsPath), File.ReadAllBytes(other.BestWeightsPath));
    }

    private static void Interrupted(Func<RunFolder, RunSurroundings, RunStatus> train, RunFolder folder, params int[] readings)
    {
        foreach (var (i, count) in readings.Index())
        {
            using CancellationTokenSource stop = new();
            var surroundings = new RunSurroundings { Clock = new InterruptingClock(count, stop), Stop = stop.Token, CheckpointInterval = i == 1 ? TimeSpan.Zero : TimeSpan.MaxValue };
            Assert.Equal(RunStatus.Interrupted, train(folder, surroundings));
            Assert.False(File.Exists(folder.ResultPath));
        }
    }
}
