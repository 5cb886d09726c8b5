using Sextant.Models;
using Sextant.Reports;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class RecipeDifferencesTests
{
    [Fact]
    public void Names_and_seeds_are_no_difference() =>
        Assert.Empty(RecipeDifferences.Beyond([Made.Run(16, seed: 1).Recipe, Made.Run(16, seed: 2).Recipe]));

    [Fact]
    public void What_is_compared_is_no_difference() =>
        Assert.Empty(RecipeDifferences.Beyond([Made.Run(16).Recipe, Made.Run(32).Recipe], "model.hidden"));

    [Fact]
    public void Anything_else_is_named_with_its_values()
    {
        var deeper = Made.Run(32, change: recipe => recipe with
        {
            Model = new ModelOptions.CourseEncoderDecoder { Hidden = 32, Layers = 3 },
            Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 80 } },
        });

        var differences = RecipeDifferences.Beyond([Made.Run(16).Recipe, deeper.Recipe], "model.hidden");

        Assert.Equal(["model.layers (1, 3)", "training.horizon.count (40, 80)"], differences.Select(difference => difference.ToString()));
    }

    [Fact]
    public void A_part_that_one_recipe_lacks_is_a_difference()
    {
        var clipped = Made.Run(16, change: recipe => recipe with { Training = recipe.Training with { ClipNorm = 1 } });

        var difference = Assert.Single(RecipeDifferences.Beyond([Made.Run(16).Recipe, clipped.Recipe]));

        Assert.Equal("training.clipNorm (none, 1)", difference.ToString());
    }
}
