using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tokenization;
using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

public sealed class PretrainingRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_padding_token_of_the_models_own_is_a_problem()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        Assert.Empty(recipe.Problems());
        Assert.Contains("model.paddingId: 3 is not 0", Assert.Single((recipe with { Model = recipe.Model with { PaddingId = 3 } }).Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_toy_learns_to_fill_in_and_leaves_a_model_with_its_vocabulary_that_a_finetuning_takes()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 120 } } };
        RunFolder run = new(folder.Combine("run"));

        var result = PretrainingRun.Train(recipe, run, new RunSurroundings());

        var metrics = run.ReadMetrics();
        Assert.Equal(12, metrics.Count);
        Assert.True(result.ValidationLoss!.LowestPerToken < metrics[0].ValidationLoss - 0.3, $"{metrics[0].ValidationLoss} to {result.ValidationLoss.LowestPerToken}");
        Assert.True(result.ValidationLoss.LowestPerToken < Math.Log(result.VocabularySize) - 0.5, $"{result.ValidationLoss.LowestPerToken} of {result.VocabularySize}, {result.Accuracy}");
        Assert.InRange(result.Accuracy!.Value, 0.1, 1);
        Assert.Equal((RunStatus.Done, 120L), (result.Status, result.Steps));
        using var model = PretrainedEncoders.MaskedLanguageModel(run.BestFolder);
        Assert.Equal(result.VocabularySize, model.VocabularySize);
        Assert.Equal(result.VocabularySize, EncoderTokenizer.Load(run.BestFolder).VocabularySize);
        Assert.Equal(run.BestFolder, ModelFolders.Find(run.Root));

        var finetuning = ToyEncoderRecipes.Finetuning(run.Root, ToyEncoderRecipes.Labelled(folder));
        Assert.Equal(RunStatus.Done, FinetuningRun.Train(finetuning with { Training = finetuning.Training with { Horizon = new Horizon.Steps { Count = 2 } } }, new RunFolder(folder.Combine("tuned")), new RunSurroundings()).Status);
    }

    [Fact]
    public void Texts_of_a_users_own_train_and_one_vocabulary_of_several_texts_is_that_of_all()
    {
        string path = folder.Write("text.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"the {(i % 3 == 0 ? "cat" : "dog")} number {i} sat down\n")));
        var recipe = ToyEncoderRecipes.Pretraining() with
        {
            Data = new PretrainingText.File { Path = path, ValidationShare = 0.2 },
            VocabularyText = [new PretrainingText.File { Path = path }, new PretrainingText.File { Path = folder.Write("other.txt", "zebra zebra zebra\n") }],
        };
        RunFolder run = new(folder.Combine("run"));
        PretrainingRun.Train(recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 3 } } }, run, new RunSurroundings());
        Assert.Contains("z", File.ReadAllLines(Path.Combine(run.BestFolder, "vocab.txt")));
    }

    [Fact]
    public void Text_of_which_nothing_would_validate_is_refused()
    {
        string path = folder.Write("text.txt", string.Concat(Enumerable.Repeat("the same line\n", 50)));
        var recipe = ToyEncoderRecipes.Pretraining() with { Data = new PretrainingText.File { Path = path } };
        Assert.Contains("would validate", Assert.Throws<UserError>(() => PretrainingRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.02, 2)]
    [InlineData(0.1, 10)]
    [InlineData(0.4, 40)]
    [InlineData(0.6, 60)]
    [InlineData(0.9, 90)]
    public void The_share_that_validates_is_the_one_that_is_asked_for_and_cut_texts_are_said(double share, int validate)
    {
        string path = folder.Write("text.txt", string.Concat(Enumerable.Range(0, 100).Select(i => $"text number {i} of a few\n")));
        var recipe = ToyEncoderRecipes.Pretraining() with { Data = new PretrainingText.File { Path = path, ValidationShare = share }, MaximumLength = 5 };
        var said = new List<string>();

        PretrainingRun.Train(recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 1 }, Schedule = new ScheduleOptions.Constant() } }, new RunFolder(folder.Combine("run")), new RunSurroundings { Notice = said.Add });

        Assert.Contains(said, s => s.StartsWith($"{100 - validate} texts train, {validate} validate;", StringComparison.Ordinal));
        Assert.Contains($"{100 - validate} of the {100 - validate} texts that train are longer than maximumLength 5 and were cut.", said);
        Assert.Contains($"{validate} of the {validate} texts that validate are longer than maximumLength 5 and were cut.", said);
    }

    [Fact]
    public void Problems_of_a_recipe_are_said_with_their_path()
    {
        var recipe = ToyEncoderRecipes.Pretraining();
        Assert.Empty(recipe.Problems());
        var wrong = recipe with
        {
            Data = new PretrainingText.General { Sentences = 99, ValidationShare = 1 },
            VocabularyText = [new PretrainingText.General(), new PretrainingText.File { Path = "" }],
            VocabularySize = 49,
            Model = new EncoderOptions.Roberta { Hidden = 16, Layers = 1, Heads = 3, FeedForward = 8, Positions = 24 },
            MaximumLength = 23,
            MaskedShare = 0,
            Training = recipe.Training with { NoiseScale = new NoiseScaleOptions() },
        };
        string[] paths = [.. wrong.Problems().Select(problem => problem.Split(':')[0])];
        Assert.Equal(["data.validationShare", "data.sentences", "vocabularyText[1].path", "model.heads", "vocabularySize", "model.kind", "maximumLength", "maskedShare", "training.noiseScale"], paths);
    }
}
