using Sextant.Data;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;
using Sextant.Models;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments;

public sealed class RecipeFileTests
{
    private const string Small = """
        {
          // comments are allowed
          "name": "small",
          "data": { "kind": "pigLatin" },
          "tokenizer": { "kind": "course" },
          "model": { "kind": "courseDecoder", "hidden": 16, "layers": 2 },
          "training": { "optimizer": { "kind": "adam", "learningRate": 5e-4 }, "horizon": { "kind": "flops", "count": 1e18 } },
        }
        """;

    [Fact]
    public void A_recipe_is_read_with_comments_and_large_numbers()
    {
        using TemporaryFolder folder = new();
        var recipe = RecipeFile.Load(folder.Write("r.json", Small));

        Assert.Equal(1e18, Assert.IsType<Horizon.Flops>(recipe.Training.Horizon).Count);
    }

    [Fact]
    public void What_is_written_is_read_back_as_the_same_recipe()
    {
        using TemporaryFolder folder = new();
        var recipe = RecipeFile.Load(folder.Write("r.json", Small));
        RecipeFile.Write(recipe, folder.Combine("again.json"));

        Assert.Equal(RunIdentity.Of(recipe), RunIdentity.Of(RecipeFile.Load(folder.Combine("again.json"))));
    }

    [Theory]
    [InlineData("seed=7", "seed", "7")]
    [InlineData("model.hidden=1e2", "hidden", "100")]
    [InlineData("training.patience=3", "patience", "3")]
    [InlineData("training.horizon={\"kind\":\"steps\",\"count\":10}", "horizon", "steps")]
    [InlineData("training.horizon.kind=tokens", "horizon", "tokens")]
    [InlineData("training.schedule.kind=warmupCosine", "schedule", "warmupCosine")]
    [InlineData("data.qu=letter", "qu", "letter")]
    [InlineData("name=mine", "name", "mine")]
    public void One_value_is_changed(string change, string key, string expected)
    {
        using TemporaryFolder folder = new();
        var recipe = RecipeFile.Load(folder.Write("r.json", Small), [change]);

        string json = RecipeFile.ToJson(recipe).ToJsonString();
        Assert.Contains($"\"{key}\":", json, StringComparison.Ordinal);
        Assert.Contains(expected, json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_is_off_leaves_the_identity_of_older_runs_as_it_was()
    {
        var recipe = RecipeFile.Load(Repository.File("recipes", "modern", "decoder-only.json"), ["training.horizon={\"kind\":\"steps\",\"count\":1}"]);

        Assert.Equal("b9b2e6f54e38bf86e6a15d045b410dece838153fbdbd6e6da18744ebb1d0cb56", RunIdentity.Of(recipe)); // of a run made before there was maximalUpdateFrom
    }

    [Fact]
    public void Maximal_update_asks_for_Adam()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("r.json", Small);
        string[] changes = ["model.kind=modernDecoder", "model.heads=2", "model.feedForward=24", "model.maximalUpdateFrom={\"hidden\":8,\"heads\":2,\"feedForward\":12}"];

        Assert.Equal(new BaseShape { Hidden = 8, Heads = 2, FeedForward = 12 }, ((ModelOptions.Modern)RecipeFile.Load(path, changes).Model).MaximalUpdateFrom);
        var error = Assert.Throws<UserError>(() => RecipeFile.Load(path, [.. changes, "training.optimizer.kind=sgd"]));
        Assert.EndsWith("model.maximalUpdateFrom: its rules are those for Adam, and training.optimizer.kind is another; choose adam or adamW, or leave it out.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.batchsize=3", "training has no 'batchsize'")]
    [InlineData("model.hidden.more=3", "nothing lies below it")]
    [InlineData("seed", "path=value")]
    [InlineData("seed=abc", "\"abc\" is not a whole number")]
    [InlineData("seed=-1", "is not a whole number of at least 0")]
    [InlineData("model.hidden=1.5", "is not a whole number")]
    [InlineData("model.kind=resnet", "is not one of courseEncoderDecoder")]
    [InlineData("data.qu=maybe", "is not one of block, letter")]
    [InlineData("training.optimizer.learningRate=-1", "must be more than 0")]
    [InlineData("model.hidden=0", "model.hidden")]
    public void A_wrong_change_is_one_sentence_that_names_it(string change, string expected)
    {
        using TemporaryFolder folder = new();
        var error = Assert.Throws<UserError>(() => RecipeFile.Load(folder.Write("r.json", Small), [change]));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("\"hidden\": 16", "\"hidden\": \"wide\"", "model.hidden: \"wide\" is not a whole number")]
    [InlineData("\"hidden\": 16", "\"hiden\": 16", "model.hiden is no key")]
    [InlineData("\"hidden\": 16,", "", "model.hidden is missing")]
    [InlineData("\"kind\": \"courseDecoder\",", "", "model.kind is missing; it is one of")]
    [InlineData("\"courseDecoder\"", "\"clip\"", "model.kind: \"clip\" is not one of")]
    [InlineData("\"name\": \"small\",", "\"name\": \"small\", \"grid\": {},", "is a study")]
    [InlineData("\"name\": \"small\",", "\"name\": \"small\"", "is not JSON: line")]
    [InlineData("{ \"kind\": \"course\" }", "null", "tokenizer is missing its value")]
    [InlineData("{ \"kind\": \"course\" }", "[1]", "tokenizer: [1] is not an object")]
    public void A_wrong_recipe_is_one_sentence_that_says_where(string old, string with, string expected)
    {
        using TemporaryFolder folder = new();
        var error = Assert.Throws<UserError>(() => RecipeFile.Load(folder.Write("r.json", Small.Replace(old, with, StringComparison.Ordinal))));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Data_and_split_take_the_place_of_the_recipes_own()
    {
        using TemporaryFolder folder = new();
        string recipe = folder.Write("r.json", Small), pairs = ToyRecipes.Pairs(folder), split = folder.Write("split.tsv", "split\tsource\ttarget\n");

        var both = Assert.IsType<DataOptions.Pairs>(RecipeFile.Load(recipe, data: pairs, split: split).Data);
        Assert.Equal(pairs, both.Path);
        Assert.Equal(split, Assert.IsType<SplitOptions.ByFile>(both.Split).Path);
        var alone = Assert.IsType<DataOptions.Pairs>(RecipeFile.Load(recipe, split: split).Data);
        Assert.Null(alone.Path);
        Assert.True(alone.LowerCase);
    }

    [Fact]
    public void Every_shipped_recipe_is_read_and_has_no_problem()
    {
        var recipes = Repository.Files(".json", Repository.File("recipes")).ToLookup(path => EncoderRecipes.KindOf(JsonFile.Read(path, "recipe", "")));

        Assert.Equal(4, recipes.Count);
        Assert.All(recipes[null], path => Assert.Empty(RecipeFile.Load(path).Problems()));
        Assert.All(recipes[typeof(FinetuningRecipe)], path => Assert.Empty(EncoderRecipes.LoadFinetuning(path).Problems()));
        Assert.All(recipes[typeof(PretrainingRecipe)], path => Assert.Empty(EncoderRecipes.LoadPretraining(path).Problems()));
        Assert.All(recipes[typeof(ContrastiveRecipe)], path => Assert.Empty(ClipRecipes.Load(path).Problems()));
    }

    [Theory]
    [InlineData("h32-small", 49_374)]
    [InlineData("h32-large", 37_758)]
    [InlineData("h64-small", 143_070)]
    [InlineData("h64-large", 143_070)]
    [InlineData("decoder-only", 271_902)]
    public void A_course_recipe_has_the_courses_number_of_parameters(string name, long parameters)
    {
        var recipe = RecipeFile.Load(Repository.File("recipes", "course", name + ".json"));
        using var model = SequenceModels.Create(recipe.Model, 30, recipe.Seed);

        Assert.Equal(parameters, model.parameters().Sum(p => p.numel()));
    }
}
