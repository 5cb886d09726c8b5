using Sextant.Data.Labelled;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

public sealed class EncoderIdentityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Name_and_places_take_no_part()
    {
        var here = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder), ToyEncoderRecipes.Labelled(folder));
        var there = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder, "elsewhere"), ToyEncoderRecipes.Labelled(folder, "copy.csv")) with { Name = "other" };
        folder.Write("elsewhere/README.md", "what lies beside");

        Assert.NotEqual(here.Model.Path, there.Model.Path);
        Assert.Equal(Of(here), Of(there));
        string one = folder.Write("a.csv", "row,part\n0,train\n"), two = folder.Write("b.csv", "row,part\n0,train\n"), other = folder.Write("c.csv", "row,part\n0,test\n");
        Assert.Equal(Of(Split(one)), Of(Split(two)));
        Assert.NotEqual(Of(Split(one)), Of(Split(other)));

        FinetuningRecipe Split(string path) => here with { Data = here.Data with { Split = new LabelledSplitOptions.ByFile { Path = path } } };
    }

    [Fact]
    public void Other_weights_vocabulary_config_or_data_are_another_run()
    {
        var recipe = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder), ToyEncoderRecipes.Labelled(folder));
        string before = Of(recipe);
        HashSet<string> seen = [before];
        foreach (string file in new[] { "body/model.safetensors", "body/vocab.txt", "body/tokenizer_config.json", "body/config.json", "labelled.csv" })
        {
            string path = folder.Combine(file);
            byte[] bytes = File.ReadAllBytes(path);
            byte[] changed = [.. bytes];
            changed[^2] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.True(seen.Add(Of(recipe)), file);
            File.WriteAllBytes(path, bytes);
        }

        Assert.Equal(before, Of(recipe));
    }

    [Fact]
    public void Every_value_of_a_finetuning_takes_part()
    {
        var recipe = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder), ToyEncoderRecipes.Labelled(folder));
        string tests = folder.Write("tests.csv", "text,label\na cat,yes\n");
        FinetuningRecipe[] others =
        [
            recipe with { Seed = 4 },
            recipe with { MaximumLength = 11 },
            recipe with { Freeze = new FrozenParts.Embeddings() },
            recipe with { Freeze = new FrozenParts.FirstLayers { Count = 1 } },
            recipe with { Freeze = new FrozenParts.Body() },
            recipe with { Freeze = new FrozenParts.Body { TrainPooler = true } },
            recipe with { Adapters = new AdapterOptions() },
            recipe with { Adapters = new AdapterOptions { Rank = 3 } },
            recipe with { ClassWeights = ClassWeights.Balanced },
            recipe with { Keep = KeptWeights.Last },
            recipe with { Model = new EncoderSource.Random { Path = recipe.Model.Path } },
            recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 7 } } },
            recipe with { Data = recipe.Data with { Split = new LabelledSplitOptions.Stratified { TrainShare = 0.6, TestShare = 0.2, Seed = 2 } } },
            recipe with { Data = recipe.Data with { Inner = new InnerSplit() } },
            recipe with { Data = (LabelledOptions.File)recipe.Data with { TestPath = tests } },
        ];
        Assert.Equal(others.Length + 1, others.Append(recipe).Select(Of).Distinct().Count());
    }

    [Fact]
    public void Every_value_of_a_pretraining_takes_part_and_its_name_and_the_place_of_its_text_do_not()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        string one = folder.Write("one.txt", "some text\n"), copy = folder.Write("copy.txt", "some text\n"), other = folder.Write("other.txt", "some texts\n");
        PretrainingRecipe[] others =
        [
            recipe with { Seed = 9 },
            recipe with { VocabularySize = 91 },
            recipe with { MaskedShare = 0.2 },
            recipe with { MaximumLength = 19 },
            recipe with { Model = recipe.Model with { Dropout = 0.2 } },
            recipe with { Data = new PretrainingText.General { Sentences = 300, ValidationShare = 0.1 } },
            recipe with { Data = new PretrainingText.Arithmetic { Sentences = 300, ValidationShare = 0.1, Seed = 2 } },
            recipe with { VocabularyText = [recipe.Data] },
            Text(one),
            Text(other),
            recipe with { VocabularyText = [new PretrainingText.File { Path = one }] },
            recipe with { VocabularyText = [new PretrainingText.File { Path = other }] },
        ];
        Assert.Equal(others.Length + 1, others.Append(recipe).Select(EncoderIdentity.Of).Distinct().Count());
        Assert.Equal(EncoderIdentity.Of(recipe), EncoderIdentity.Of(recipe with { Name = "other" }));
        Assert.Equal(EncoderIdentity.Of(Text(one)), EncoderIdentity.Of(Text(copy)));

        PretrainingRecipe Text(string path) => recipe with { Data = new PretrainingText.File { Path = path } };
    }

    /// <summary>Fails where a generator makes other sentences: their runs are other runs, and what was measured with the old ones is to be said again.</summary>
    [Fact]
    public void What_generated_text_says_takes_part_and_is_what_it_was()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        PretrainingText[] texts = [recipe.Data, new PretrainingText.General { Sentences = 300, ValidationShare = 0.1 }, new PretrainingText.General { Sentences = 300, ValidationShare = 0.1, HasNumbers = true }];

        string identities = string.Join(' ', texts.Select(text => EncoderIdentity.ContentOf((PretrainingText.Generated)text)[..16]));

        Assert.Equal("64ec81a91f71328a 8fa267eb371aa84f bf488956f112c147", identities);
        Assert.NotEqual(EncoderIdentity.ContentOf((PretrainingText.Generated)recipe.Data), EncoderIdentity.ContentOf(new PretrainingText.Arithmetic { Sentences = 300, Seed = 2 }));
        Assert.NotEqual(RunIdentity.HashOf(EncoderRecipes.ToJson(recipe with { Name = "" })), EncoderIdentity.Of(recipe));
    }

    [Fact]
    public void A_split_whose_pairs_go_unsaid_takes_part_by_content()
    {
        var split = LabelledData.Load(new LabelledOptions.Arithmetic()).Split;
        int[] rows = [.. split.Train.Concat(split.Validation).Concat(split.Test).Select(text => text.Row)];
        var recipe = ToyEncoderRecipes.Pretraining();

        Assert.Equal(Of("one.csv", tested: 0), Of("two.csv", tested: 0));
        Assert.NotEqual(Of("one.csv", tested: 0), Of("three.csv", tested: 1));

        string Of(string name, int tested)
        {
            string path = folder.Write(name, "row,part\n" + string.Concat(rows.Select(row => $"{row - 1},{(row == 10 + tested ? "test" : row == 20 ? "validation" : "train")}\n")));
            return EncoderIdentity.Of(recipe with { Data = new PretrainingText.Arithmetic { Sentences = 300, Unsaid = new LabelledSplitOptions.ByFile { Path = path } } });
        }
    }

    [Fact]
    public void The_identity_of_data_is_that_of_its_content_whatever_the_seed_of_the_split()
    {
        var data = ToyEncoderRecipes.Finetuning(folder).Data;
        var copy = (LabelledOptions.File)data with { Path = ToyEncoderRecipes.Labelled(folder, "copy.csv"), Split = new LabelledSplitOptions.Stratified { TrainShare = 0.6, TestShare = 0.2, Seed = 5 } };
        Assert.Equal(EncoderIdentity.OfData(data), EncoderIdentity.OfData(copy));
        File.AppendAllText(copy.Path, "a stone,none\n");
        Assert.NotEqual(EncoderIdentity.OfData(data), EncoderIdentity.OfData(copy));
    }

    private static string Of(FinetuningRecipe recipe) => EncoderIdentity.Of(recipe, recipe.Model.Path);
}
