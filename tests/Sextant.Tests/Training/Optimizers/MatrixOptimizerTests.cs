using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tests.Experiments;
using Sextant.Tests.Models;
using Sextant.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Training.Optimizers;

/// <summary>What holds for every optimiser that treats matrices as matrices.</summary>
public sealed class MatrixOptimizerTests
{
    private static readonly IReadOnlyDictionary<string, OptimizerOptions> Options = new Dictionary<string, OptimizerOptions>
    {
        ["muon"] = new OptimizerOptions.Muon { LearningRate = 1e-2 },
        ["soap"] = new OptimizerOptions.Soap { LearningRate = 1e-2, RefreshEvery = 4 },
        ["shampoo"] = new OptimizerOptions.Shampoo { LearningRate = 1e-2, RefreshEvery = 4 },
    };

    public static TheoryData<string> All => [.. Options.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Restored_state_goes_on_bit_for_bit(string name)
    {
        foreach (int interruption in new[] { 1, 2, 5, 8 })
        {
            Assert.Equal(Trained(name, 14), Trained(name, 14, interruption));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void One_batch_is_learnt(string name)
    {
        using var model = Model();
        using var batch = Examples.Batch(encoder: false);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(Options[name], parameters);
        double first = SequenceLoss.Mean(model, batch, 0).item<float>();
        for (int step = 0; step < 60; step++)
        {
            Step(model, batch, parameters, optimizer);
        }

        Assert.InRange(SequenceLoss.Mean(model, batch, 0).item<float>(), 0, 0.5 * first);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_tensor_stays_alive_from_step_to_step_or_after_the_end(string name)
    {
        using var model = Model();
        using var batch = Examples.Batch(encoder: false);
        using var parameters = new FlatParameters(model);
        Step(model, batch, parameters, null);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var optimizer = Optimizer.Create(Options[name], parameters);
        Step(model, batch, parameters, optimizer);
        long held = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int step = 0; step < 100; step++)
        {
            Step(model, batch, parameters, optimizer);
        }

        Assert.Equal(held, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        optimizer.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_training_that_diverges_says_so_as_any_other(string name)
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.Modern(ToyRecipes.Pairs(folder));
        recipe = recipe with { Training = recipe.Training with { Optimizer = Options[name] with { LearningRate = 1e36 }, ClipNorm = null } };

        Assert.Throws<TrainingDiverged>(() => SequenceRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_factors_of_the_maximal_update_are_refused(string name)
    {
        using TemporaryFolder folder = new();
        var recipe = ToyRecipes.MaximalUpdate(ToyRecipes.Pairs(folder));
        recipe = recipe with { Training = recipe.Training with { Optimizer = Options[name] } };
        using var model = SequenceModels.Create(recipe.Model, Examples.Vocabulary, 1);
        using var parameters = new FlatParameters(model);

        Assert.StartsWith("model.maximalUpdateFrom: ", Assert.Single(recipe.Problems()), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Optimizer.Create(Options[name], parameters));
    }

    public static TheoryData<string, OptimizerOptions> Wrong => new()
    {
        { "learningRate", new OptimizerOptions.Muon { LearningRate = 0 } },
        { "momentum", new OptimizerOptions.Muon { LearningRate = 1, Momentum = 1 } },
        { "beta1", new OptimizerOptions.Muon { LearningRate = 1, Beta1 = 1 } },
        { "beta2", new OptimizerOptions.Soap { LearningRate = 1, Beta2 = -0.1 } },
        { "epsilon", new OptimizerOptions.Shampoo { LearningRate = 1, Epsilon = 0 } },
        { "weightDecay", new OptimizerOptions.Muon { LearningRate = 1, WeightDecay = -1 } },
        { "weightDecay", new OptimizerOptions.Soap { LearningRate = 1, WeightDecay = double.NaN } },
        { "preconditionerBeta", new OptimizerOptions.Soap { LearningRate = 1, PreconditionerBeta = 1 } },
        { "refreshEvery", new OptimizerOptions.Shampoo { LearningRate = 1, RefreshEvery = 0 } },
        { "mostDimension", new OptimizerOptions.Soap { LearningRate = 1, MostDimension = 0 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_out_of_its_range_is_named_with_its_path(string field, OptimizerOptions options) =>
        Assert.StartsWith(
            $"training.optimizer.{field}: ",
            Assert.Single(new TrainingOptions { Optimizer = options, Horizon = new Horizon.Steps { Count = 1 } }.Problems()),
            StringComparison.Ordinal);

    private static float[] Trained(string name, int steps, int? interruption = null)
    {
        using var batch = Examples.Batch(encoder: false);
        var model = Model();
        var parameters = new FlatParameters(model);
        var optimizer = Optimizer.Create(Options[name], parameters);
        for (int step = 0; step < steps; step++)
        {
            if (step == interruption)
            {
                var (weights, before) = (model.state_dict(), optimizer);
                model = Model(2);
                model.load_state_dict(weights);
                parameters = new FlatParameters(model);
                optimizer = Optimizer.Create(Options[name], parameters);
                optimizer.Steps = before.Steps;
                foreach (var (key, value) in before.State)
                {
                    optimizer.State[key].copy_(value);
                }
            }

            Step(model, batch, parameters, optimizer);
        }

        return parameters.Values.data<float>().ToArray();
    }

    private static SequenceModel Model(ulong seed = 1) => SequenceModels.Create(Examples.Options["modern decoder, learned"], Examples.Vocabulary, seed);

    private static void Step(SequenceModel model, Sextant.Data.Batch batch, FlatParameters parameters, Optimizer? optimizer)
    {
        using var scope = NewDisposeScope();
        parameters.ZeroGradient();
        SequenceLoss.Mean(model, batch, 0).backward();
        optimizer?.Step(1e-2);
    }
}
