using Sextant.Data;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Tests.Cli;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class StudyFileTests
{
    [Fact]
    public void A_grid_and_seeds_span_every_combination_under_names_that_say_what_varies()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 16], \"training.optimizer.learningRate\": [1e-3, 8e-3] }, \"seeds\": [1, 2]"));

        Assert.Equal(["h8-lr0.001-s1", "h8-lr0.001-s2", "h8-lr0.008-s1", "h8-lr0.008-s2", "h16-lr0.001-s1", "h16-lr0.001-s2", "h16-lr0.008-s1", "h16-lr0.008-s2"], study.Runs.Select(run => run.Name));
        var last = study.Runs[^1].Recipe;
        Assert.Equal((16, 8e-3, 2UL), (last.Model.Hidden, last.Training.Optimizer.LearningRate, last.Seed));
        Assert.Equal(8, study.Runs.DistinctBy(run => run.Identity).Count());
    }

    [Fact]
    public void Values_that_move_together_are_one_axis_and_what_follows_from_another_is_not_in_the_name()
    {
        using TemporaryFolder folder = new();
        var study = StudyFile.Load(ToyStudies.Write(folder, """
            "changes": [{ "model.hidden": 8, "training.optimizer.learningRate": 8e-3 }, { "model.hidden": 16, "training.optimizer.learningRate": 4e-3 }], "seeds": [5]
            """));

        Assert.Equal(["h8", "h16"], study.Runs.Select(run => run.Name));
        Assert.Equal([8e-3, 4e-3], study.Runs.Select(run => run.Recipe.Training.Optimizer.LearningRate));
        Assert.All(study.Runs, run => Assert.Equal(5UL, run.Recipe.Seed));
    }

    [Fact]
    public void Two_names_of_one_run_are_one_run()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder, "\"grid\": { \"model.hidden\": [8, 16, 8.0] }");

        var runs = StudyFile.Load(study).Runs;
        Assert.Equal(["h8", "h16"], runs.Select(run => run.Name));
        Assert.Single(runs[0].OtherNames);
        Assert.Single(StudyFile.Load(study, ["model.hidden=32"]).Runs);
    }

    [Fact]
    public void Recipes_may_stand_in_the_study_and_the_command_line_has_the_last_word_on_each()
    {
        using TemporaryFolder folder = new();
        ToyStudies.Write(folder);
        string inline = RecipeFile.ToJson(ToyRecipes.Course("pairs.tsv")).ToJsonString();
        string path = folder.Write("two.json", $$"""{ "name": "two", "recipes": ["recipe.json", {{inline}}], "grid": { "seed": [1, 2] }, "analysis": { "kind": "compare" } }""");

        var study = StudyFile.Load(path, ["training.horizon={\"kind\":\"steps\",\"count\":4}"], data: folder.Write("other.tsv", "cat\tatcay\ndog\togday\n"));

        Assert.Equal(["toy-modern-s1", "toy-modern-s2", "toy-course-s1", "toy-course-s2"], study.Runs.Select(run => run.Name));
        Assert.All(study.Runs, run => Assert.Equal(new Horizon.Steps { Count = 4 }, run.Recipe.Training.Horizon));
        Assert.All(study.Runs, run => Assert.Equal(folder.Combine("other.tsv"), Assert.IsType<DataOptions.Pairs>(run.Recipe.Data).Path));
        Assert.IsType<AnalysisOptions.Compare>(study.Analysis);
    }

    [Theory]
    [InlineData("\"grid\": { \"model.hiden\": [8] }", "grid model.hiden=8: model has no 'hiden'")]
    [InlineData("\"grid\": { \"model.hidden\": [\"wide\"] }", "grid model.hidden=\"wide\": model.hidden: \"wide\" is not a whole number")]
    [InlineData("\"grid\": { \"model.hidden\": [0, -1] }", "recipe.json with grid model.hidden=0: model.hidden: 0 is not positive")]
    [InlineData("\"grid\": { \"model.hidden\": [0, -1] }", "model.hidden=-1: model.hidden: -1 is not positive")]
    [InlineData("\"grid\": { \"model.hidden\": 8 }", "grid.model.hidden: 8 is not a list")]
    [InlineData("\"grid\": { \"model.hidden\": [] }", "grid.model.hidden: is empty")]
    [InlineData("\"grid\": { \"seed\": [1] }, \"seeds\": [1]", "seeds: the seed stands in the grid")]
    [InlineData("\"grid\": { \"seed\": [1] }, \"changes\": [{ \"seed\": 1 }]", "changes: seed stands in the grid as well")]
    [InlineData("\"seeds\": [1, -1]", "seeds[1]: -1 is not a whole number of at least 0")]
    [InlineData("\"changes\": [8]", "changes[0]: 8 is not an object")]
    [InlineData("\"gird\": {}", "gird is no key of a study; known are name, recipes, grid, changes, seeds, shareTrunk, learningRate, analysis")]
    [InlineData("\"analysis\": { \"kind\": \"curve\" }", "analysis.kind: \"curve\" is not one of none, compare, curves, isoflop, parametric")]
    [InlineData("\"analysis\": { \"kind\": \"curves\" }", "analysis.targets is missing")]
    [InlineData("\"analysis\": { \"kind\": \"curves\", \"targets\": [1, -1] }", "analysis.targets: -1 must be more than 0")]
    [InlineData("\"analysis\": { \"kind\": \"isoflop\", \"convention\": \"mine\" }", "analysis.convention: \"mine\" is not one of course")]
    [InlineData("\"analysis\": { \"kind\": \"curves\", \"targets\": [1], \"smoother\": { \"kind\": \"polynomial\", \"degree\": 0 } }", "analysis.smoother.degree: 0 must be")]
    public void A_wrong_study_is_one_sentence_that_says_where(string rest, string expected)
    {
        using TemporaryFolder folder = new();
        var error = Assert.Throws<UserError>(() => StudyFile.Load(ToyStudies.Write(folder, rest)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_study_is_not_trained_and_a_recipe_not_swept_and_each_is_told_the_right_command()
    {
        using TemporaryFolder folder = new();
        string study = ToyStudies.Write(folder);

        Assert.Contains($"is a study, not a recipe; use `sextant study run {study}`", InProcess.Run("train", study).Errors, StringComparison.Ordinal);
        Assert.Contains("is a recipe, not a study; use `sextant train", InProcess.Run("study", "show", folder.Combine("recipe.json")).Errors, StringComparison.Ordinal);
        Assert.Contains("There is no study", InProcess.Run("study", "show", folder.Combine("none.json")).Errors, StringComparison.Ordinal);
        Assert.Contains("There is no recipe", InProcess.Run("study", "show", folder.Write("s.json", "{ \"name\": \"s\", \"recipes\": [\"none.json\"] }")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_shipped_study_is_read_and_named_like_its_file()
    {
        string[] studies = [.. Repository.Files(".json", Repository.File("studies"))];

        Assert.NotEmpty(studies);
        Assert.All(studies, path => Assert.Equal(Path.GetFileNameWithoutExtension(path), ArmsStudy.Is(path) ? ArmsStudy.Load(path).Design.Name : StudyFile.Load(path).Name));
    }
}
