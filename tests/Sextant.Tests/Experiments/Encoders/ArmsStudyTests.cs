using Sextant.Data.Labelled;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

public sealed class ArmsStudyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_study_that_is_shipped_can_be_carried_out()
    {
        string path = Repository.File("studies", "verbal-arithmetic.json");
        Assert.True(ArmsStudy.Is(path));

        var study = ArmsStudy.Load(path);

        Assert.Equal(["matched", "unmatched"], study.Design.Bodies.Keys);
        Assert.Equal([1UL, 2, 3, 4, 5], study.Design.Seeds);
        Assert.True(study.Design.Arms.Count >= 10);
        var jobs = study.Pretrainings(folder.Path);
        Assert.Equal(2 * 5, jobs.Count);
        Assert.Equal(jobs.Count, jobs.Select(job => job.Identity).Distinct().Count());
        Assert.All(jobs, job => Assert.Equal(job.Identity, EncoderIdentity.Of(EncoderRecipes.LoadPretraining(job.RecipePath))));
    }

    [Fact]
    public void Changes_reach_every_finetuning_and_arms_differ_in_what_they_set()
    {
        string path = Study("\"a\": { \"recipe\": \"tune.json\" }, \"b c\": { \"recipe\": \"tune.json\", \"set\": { \"freeze.kind\": \"body\" } }", "");
        var jobs = ArmsStudy.Load(path, ["maximumLength=9"]).Finetunings(folder.Combine("out"));

        Assert.Equal(["a-s1", "b-c-s1", "a-s2", "b-c-s2"], jobs.Select(job => job.Name));
        var recipes = jobs.Select(job => EncoderRecipes.LoadFinetuning(job.RecipePath)).ToList();
        Assert.All(recipes, recipe => Assert.Equal(9, recipe.MaximumLength));
        Assert.Equal([1UL, 1, 2, 2], recipes.Select(recipe => recipe.Seed));
        Assert.Equal(["a", "b c", "a", "b c"], recipes.Select(recipe => recipe.Name));
        Assert.Equal([false, true, false, true], recipes.Select(recipe => recipe.Freeze is FrozenParts.Body));
        Assert.Equal(ArmsStudy.RunOf(folder.Combine("out"), "b c", 2), jobs[3].RunFolder);
    }

    [Theory]
    [InlineData("\"a\": { \"recipe\": \"tune.json\", \"body\": \"nobody\" }", "", "arms.a.body: there is no body 'nobody'")]
    [InlineData("\"a b\": { \"recipe\": \"tune.json\" }, \"A-B\": { \"recipe\": \"tune.json\" }", "", "'a-b' comes twice")]
    [InlineData("\"!\": { \"recipe\": \"tune.json\" }", "", "comes twice or is empty")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }, \"a\": { \"recipe\": \"tune.json\" }", "", "twice")]
    [InlineData("", "", "arms: are missing")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"compare\": [[\"a\", \"b\"]]", "compare: [a, b] does not name two arms")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"compare\": [[\"a\", \"a\"]]", "compare: [a, a] does not name two arms")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"compare\": [[\"a\"]]", "compare: [a] does not name two arms")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"compare\": [[\"a\", null]]", "compare")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"seeds\": [1, 1]", "seeds: give at least one, each once")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"seeds\": []", "seeds: give at least one, each once")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\", \"set\": { \"freze.kind\": \"body\" } }", "", "freze")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\", \"set\": { \"maximumLength\": 2 } }", "", "maximumLength")]
    [InlineData("\"a\": { \"recipe\": \"none.json\" }", "", "none.json")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"bodies\": { \"x y\": { \"recipe\": \"pre.json\" }, \"x-y\": { \"recipe\": \"pre.json\" } }", "bodies: ")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"bodies\": { \"x\": { \"recipe\": \"pre.json\", \"body\": \"x\" } }", "bodies.x.body: ")]
    [InlineData("\"a\": { \"recipe\": \"tune.json\" }", ", \"on\": \"train\"", "on: ")]
    public void What_is_wrong_with_a_study_is_said_with_its_path(string arms, string more, string says)
    {
        string message = Assert.Throws<UserError>(() => ArmsStudy.Load(Study(arms, more))).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Runs_are_grouped_by_recipe_apart_from_the_seed_and_compared()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, "body") with { Name = "probe" };
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 1 } } };
        foreach (ulong seed in new ulong[] { 10, 2 })
        {
            FinetuningRun.Train(recipe with { Seed = seed }, new RunFolder(folder.Combine("runs", $"x{seed}")), new RunSurroundings());
            FinetuningRun.Train(recipe with { Seed = seed, MaximumLength = 8 }, new RunFolder(folder.Combine("runs", $"y{seed}")), new RunSurroundings());
        }

        var arms = ArmGroups.Find([folder.Combine("runs")])!;

        Assert.Equal(["probe (1)", "probe (2)"], arms.Select(arm => arm.Name));
        Assert.Equal([["x2", "x10"], ["y2", "y10"]], arms.Select(arm => arm.Runs.Select(run => Path.GetFileName(run))));
        var results = ArmResults.Of("these", ArmPart.Test, arms, []);
        Assert.Equal(("probe (1)", "probe (2)"), (results.Comparisons[0].First, results.Comparisons[0].Second));
        Assert.Equal(2, results.Arms[0].Accuracy.PerSeed.Count);
        Assert.Equal(results.Arms[0].Accuracy.Value - results.MajorityAccuracy, results.Arms[0].OverMajority.Value, 1e-12);

        string predictions = folder.Combine("runs", "x2", "predictions.csv"), whole = File.ReadAllText(predictions);
        File.WriteAllLines(predictions, File.ReadAllLines(predictions).SkipLast(1));
        Assert.Contains("were measured", Assert.Throws<UserError>(() => ArmResults.Of("these", ArmPart.Test, arms, [])).Message, StringComparison.Ordinal);
        File.WriteAllText(predictions, whole);

        Directory.Delete(folder.Combine("runs", "y10"), recursive: true);
        Assert.Contains("the same seeds", Assert.Throws<UserError>(() => ArmGroups.Find([folder.Combine("runs")])).Message, StringComparison.Ordinal);
        Assert.Null(ArmGroups.Find([folder.Combine("body")]));
        FinetuningRun.Train(recipe with { Seed = 10, MaximumLength = 8, Data = recipe.Data with { Split = new LabelledSplitOptions.Stratified { TrainShare = 0.5, TestShare = 0.3 } } }, new RunFolder(folder.Combine("runs", "y10")), new RunSurroundings());
        Assert.Contains("not of the same test texts", Assert.Throws<UserError>(() => ArmResults.Of("these", ArmPart.Test, [("a", [folder.Combine("runs", "x10")]), ("b", [folder.Combine("runs", "y10")])], [])).Message, StringComparison.Ordinal);
    }

    private string Study(string arms, string more)
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder);
        folder.Write("tune.json", EncoderRecipes.ToJson(recipe).ToJsonString());
        folder.Write("pre.json", EncoderRecipes.ToJson(ToyEncoderRecipes.Pretraining()).ToJsonString());
        string seeds = more.Contains("seeds", StringComparison.Ordinal) ? "" : "\"seeds\": [1, 2], ";
        return folder.Write("study.json", $"{{ \"name\": \"made\", {seeds}\"arms\": {{ {arms} }}{more} }}");
    }
}
