using Sextant.Cli;
using Sextant.Data;
using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class DemoStudyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    public void Every_size_of_the_ladder_can_be_read_at_every_compute(double scale)
    {
        var study = DemoStudy.Ladder(scale);
        var analysis = Assert.IsType<AnalysisOptions.Curves>(study.Analysis);

        var forecast = StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.All(forecast.Runs, run => Assert.All(analysis.Targets, target => Assert.InRange(target, run.FirstFlopsByConvention[analysis.Convention]!.Value, run.FlopsByConvention[analysis.Convention]!.Value)));
        Assert.DoesNotContain(forecast.Warnings, warning => warning.Contains("learning rate falls", StringComparison.Ordinal) || warning.Contains("validated", StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_differ_in_size_rate_and_evaluations_alone_and_every_recipe_is_sound()
    {
        var recipes = DemoStudy.Ladder().Runs.Select(run => run.Recipe).ToList();

        Assert.All(recipes.Append(DemoStudy.Beside()), recipe => Assert.Empty(recipe.Problems()));
        var alike = recipes.Select(recipe => recipe with
        {
            Name = "",
            Model = recipes[0].Model,
            Training = recipe.Training with { Evaluate = recipes[0].Training.Evaluate, Optimizer = recipes[0].Training.Optimizer },
        });
        Assert.Single(alike.Distinct());
    }

    [Fact]
    public void The_run_beside_the_ladder_is_one_of_its_sizes_on_the_other_words()
    {
        var beside = DemoStudy.Beside();
        var ladder = DemoStudy.Ladder().Runs.Single(run => run.Recipe.Model == beside.Model).Recipe;

        Assert.Equal(ladder, beside with { Name = ladder.Name, Data = ladder.Data });
        Assert.Equal(WordList.Small, ((DataOptions.PigLatin)beside.Data).Words);
    }
}
