using System.Text.Json;
using System.Text.Json.Nodes;
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

        Assert.Equal(["matched", "unsaid", "unmatched"], study.Design.Bodies.Keys);
        Assert.Equal([1UL, 2, 3, 4, 5], study.Design.Seeds);
        Assert.True(study.Design.Arms.Count >= 10);
        var jobs = study.Pretrainings(folder.Path);
        Assert.Equal(3 * 5, jobs.Count);
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

        Assert.Equal(["probe (maximumLength=12)", "probe (maximumLength=8)"], arms.Select(arm => arm.Name));
        Assert.Equal([["x2", "x10"], ["y2", "y10"]], arms.Select(arm => arm.Runs.Select(run => Path.GetFileName(run))));
        var results = ArmResults.Of("these", ArmPart.Test, arms, []);
        Assert.Equal(("probe (maximumLength=12)", "probe (maximumLength=8)"), (results.Comparisons[0].First, results.Comparisons[0].Second));
        Assert.Equal(2, results.Arms[0].Accuracy.PerSeed.Count);
        Assert.Equal(results.Arms[0].Accuracy.Value - results.MajorityAccuracy, results.Arms[0].OverMajority.Value, 1e-12);

        Assert.Equal(results.Comparisons[0].IsShown, results.Comparisons[0].ShownAfterHolm); // of one comparison both are the same
        Assert.Equal(ArmPart.Test, ArmResults.PartOf(arms.SelectMany(arm => arm.Runs)));
        Assert.Empty(results.ChosenOnTheseTexts);
        Assert.Equal(["probe (maximumLength=12)", "probe (maximumLength=8)"], ArmResults.Of("these", ArmPart.Validation, arms, []).ChosenOnTheseTexts);

        string written = folder.Write("arms.json", JsonSerializer.Serialize(results, RecipeJson.Options)), again = JsonSerializer.Serialize(ArmResults.Read(written), RecipeJson.Options);
        Assert.Equal(File.ReadAllText(written), again);
        Assert.Contains("\"shownAfterHolm\"", again, StringComparison.Ordinal);
        folder.Write("arms.json", "{ \"name\": 3 }");
        Assert.Contains("cannot be read as arms", Assert.Throws<UserError>(() => ArmResults.Read(written)).Message, StringComparison.Ordinal);

        string predictions = folder.Combine("runs", "x2", "predictions.csv"), whole = File.ReadAllText(predictions);
        File.WriteAllLines(predictions, File.ReadAllLines(predictions).SkipLast(1));
        Assert.Contains("were measured", Assert.Throws<UserError>(() => ArmResults.Of("these", ArmPart.Test, arms, [])).Message, StringComparison.Ordinal);
        File.WriteAllText(predictions, whole);

        Directory.Delete(folder.Combine("runs", "y10"), recursive: true);
        string? told = null;
        Assert.Equal([["x2"], ["y2"]], ArmGroups.Find([folder.Combine("runs")], notice => told = notice)!.Select(arm => arm.Runs.Select(run => Path.GetFileName(run))));
        Assert.Equal("Only the seeds that all have are compared: 2.", told);
        Assert.Contains("is no run and holds none", Assert.Throws<UserError>(() => ArmGroups.Find([folder.Combine("runs"), folder.Combine("none")])).Message, StringComparison.Ordinal);
        Assert.Contains("no seed in common", Assert.Throws<UserError>(() => ArmGroups.Find([folder.Combine("runs", "x10"), folder.Combine("runs", "y2")])).Message, StringComparison.Ordinal);
        Assert.Null(ArmGroups.Find([folder.Combine("body")]));
        FinetuningRun.Train(recipe with { Seed = 10, MaximumLength = 8, Data = recipe.Data with { Split = new LabelledSplitOptions.Stratified { TrainShare = 0.5, TestShare = 0.3 } } }, new RunFolder(folder.Combine("runs", "y10")), new RunSurroundings());
        Assert.Contains("not of the same test texts", Assert.Throws<UserError>(() => ArmResults.Of("these", ArmPart.Test, [("a", [folder.Combine("runs", "x10")]), ("b", [folder.Combine("runs", "y10")])], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_of_other_pairs_classes_or_majorities_are_not_compared()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, "body");
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 1 } } };
        string one = folder.Combine("one"), other = folder.Combine("other");
        FinetuningRun.Train(recipe, new RunFolder(one), new RunSurroundings());
        FinetuningRun.Train(recipe with { Seed = 4 }, new RunFolder(other), new RunSurroundings());
        string result = Path.Combine(other, "result.json"), predictions = Path.Combine(other, "predictions.csv"), was = File.ReadAllText(result);
        _ = Compared();

        var json = JsonNode.Parse(was)!;
        json["classes"] = new JsonArray("yes", "no", "none");
        File.WriteAllText(result, json.ToJsonString());
        Assert.Contains("in the same order", Assert.Throws<UserError>(Compared).Message, StringComparison.Ordinal);

        json = JsonNode.Parse(was)!;
        json["test"]!["majority"] = ((int)json["test"]!["majority"]! + 1) % 3;
        File.WriteAllText(result, json.ToJsonString());
        Assert.Contains("of which most are", Assert.Throws<UserError>(Compared).Message, StringComparison.Ordinal);

        File.WriteAllText(result, was);
        string[] classes = ["no", "none", "yes"];
        PredictionFile.Write(predictions, classes, [.. PredictionFile.Read(predictions).Select(p => p with { Pair = "with a pair" })]);
        Assert.Contains("not of the same test texts", Assert.Throws<UserError>(Compared).Message, StringComparison.Ordinal);

        object Compared() => ArmResults.Of("these", ArmPart.Test, [("a", [one]), ("b", [other])], []);
    }

    [Fact]
    public void Data_in_place_of_a_recipes_takes_none_of_the_files_that_belonged_to_it()
    {
        var recipe = ToyEncoderRecipes.Finetuning("body", "old.csv");
        var file = (LabelledOptions.File)recipe.Data with { TestPath = "old-test.csv", Inner = new InnerSplit { Seed = 7 } };
        string data = folder.Write("new.csv", "text,label\n"), split = folder.Write("split.csv", "row,part\n");
        foreach (var (given, kept) in new (LabelledSplitOptions, LabelledSplitOptions)[]
        {
            (new LabelledSplitOptions.ByFile { Path = "old-split.csv" }, new LabelledSplitOptions.Stratified()),
            (new LabelledSplitOptions.SeparateFiles { ValidationPath = "old-validation.csv" }, new LabelledSplitOptions.Stratified()),
            (new LabelledSplitOptions.ByColumn { Name = "part" }, new LabelledSplitOptions.ByColumn { Name = "part" }),
        })
        {
            string path = folder.Write("tune.json", EncoderRecipes.ToJson(recipe with { Data = file with { Split = given } }).ToJsonString());
            Assert.Equal(file with { Path = data, TestPath = null, Split = kept }, EncoderRecipes.LoadFinetuning(path, data: data).Data);
            Assert.Equal(file with { Path = data, TestPath = null, Split = new LabelledSplitOptions.ByFile { Path = split } }, EncoderRecipes.LoadFinetuning(path, data: data, split: split).Data);
        }

        var arithmetic = recipe with { Data = new LabelledOptions.Arithmetic { Inner = new InnerSplit { Seed = 7 } } };
        Assert.Equal(7UL, EncoderRecipes.LoadFinetuning(folder.Write("tune.json", EncoderRecipes.ToJson(arithmetic).ToJsonString()), data: data).Data.Inner!.Seed);
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
