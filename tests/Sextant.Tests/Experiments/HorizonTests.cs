using Sextant.Experiments;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>
/// Where training stops: after the step with which the horizon is reached. The toy data are 24 pairs of equal-sized words, in
/// batches of 4: 6 steps an epoch.
/// </summary>
public sealed class HorizonTests
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 30).Select(i => $"b{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}")];

    [Theory]
    [InlineData("steps", 10, 10)]
    [InlineData("epochs", 2, 12)]
    [InlineData("epochs", 1.5, 9)]
    [InlineData("tokens", 100, 3)] // a pair is 3 + 5 + 2 tokens, so a step is 40
    [InlineData("tokens", 120, 3)]
    [InlineData("tokens", 121, 4)]
    public void Training_stops_with_the_step_that_reaches_the_horizon(string kind, double count, long steps) =>
        Assert.Equal(steps, Train(kind, count).Steps);

    [Fact]
    public void Flops_and_tokens_per_parameter_count_what_the_result_reports()
    {
        var one = Train("steps", 1);

        Assert.Equal(40, one.Tokens);
        Assert.Equal(4, Train("flops", 3.5 * one.Flops).Steps);
        Assert.Equal(3, Train("tokensPerParameter", 2.5 * one.Tokens / one.Parameters.Trainable).Steps);
    }

    [Fact]
    public void Patience_counts_evaluations_without_a_new_lowest()
    {
        // No learning at all: the first evaluation stays the lowest, and three more end it.
        var result = Train("epochs", 50, recipe => recipe with
        {
            Training = recipe.Training with { Patience = 3, Optimizer = new OptimizerOptions.Sgd { LearningRate = 1e-30, Momentum = 0 } },
        });

        Assert.Equal(RunStatus.StoppedEarly, result.Status);
        Assert.Equal(4 * 6, result.Steps);
    }

    [Theory]
    [InlineData(LossKind.PerBatch)]
    [InlineData(LossKind.PerToken)]
    public void A_loss_aimed_at_ends_training_at_the_evaluation_that_reaches_it(LossKind kind)
    {
        static Recipe Fast(Recipe recipe, TargetLoss? stop) => recipe with { Training = recipe.Training with { Optimizer = new OptimizerOptions.Adam { LearningRate = 1e-2 }, StopAt = stop } };
        var whole = Train("epochs", 12, recipe => Fast(recipe, null));
        double lowest = kind == LossKind.PerToken ? whole.ValidationLoss!.LowestPerToken : whole.ValidationLoss!.Lowest;

        RunResult At(double loss) => Train("epochs", 12, recipe => Fast(recipe, new TargetLoss { Loss = loss, Kind = kind }));

        var early = At(1.2 * lowest);
        Assert.Equal((RunStatus.TargetReached, true), (early.Status, early.Steps < whole.Steps));
        Assert.Equal(0, early.Steps % 6);
        Assert.Equal((RunStatus.Done, whole.Steps), (At(lowest / 2).Status, At(lowest / 2).Steps));
    }

    private static RunResult Train(string kind, double count, Func<Recipe, Recipe>? change = null)
    {
        using TemporaryFolder folder = new();
        string pairs = folder.Write("pairs.tsv", string.Concat(Words.Select(w => $"{w}\t{w[1..]}bay\n")));
        var recipe = ToyRecipes.Course(pairs);
        recipe = recipe with
        {
            Training = recipe.Training with
            {
                Horizon = kind switch
                {
                    "steps" => new Horizon.Steps { Count = count },
                    "epochs" => new Horizon.Epochs { Count = count },
                    "tokens" => new Horizon.Tokens { Count = count },
                    "flops" => new Horizon.Flops { Count = count },
                    _ => new Horizon.TokensPerParameter { Count = count },
                },
            },
        };
        return SequenceRun.Train(change?.Invoke(recipe) ?? recipe, new RunFolder(folder.Combine("run")), new RunSurroundings());
    }
}
