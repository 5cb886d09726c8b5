using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

/// <summary>Tensors that a run leaves behind, however long it was: none.</summary>
public sealed class EncoderLeakTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("whole")]
    [InlineData("lora")]
    [InlineData("body")]
    public void A_finetuning_leaves_no_tensor_behind(string way)
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, way);
        AssertNothingLeft(steps => FinetuningRun.Train(recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = steps } } }, new RunFolder(folder.Combine($"{steps}")), new RunSurroundings { CheckpointInterval = TimeSpan.Zero }));
    }

    [Fact]
    public void A_pretraining_leaves_no_tensor_behind()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        AssertNothingLeft(steps => PretrainingRun.Train(recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = steps } } }, new RunFolder(folder.Combine($"{steps}")), new RunSurroundings { CheckpointInterval = TimeSpan.Zero }));
    }

    private static void AssertNothingLeft(Action<int> train)
    {
        train(1); // what is made once and kept
        Assert.Equal((0, 0), (Left(3), Left(15)));

        long Left(int steps)
        {
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            train(steps);
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }
    }
}
