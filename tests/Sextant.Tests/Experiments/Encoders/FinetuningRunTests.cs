using Sextant.Data;
using Sextant.Data.Labelled;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tests.Models;
using Sextant.Tests.Pretrained;
using Sextant.Tokenization;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

public sealed class FinetuningRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("whole")]
    [InlineData("lora")]
    [InlineData("pooler")]
    public void A_toy_learns_and_its_result_files_and_model_agree(string way)
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, way);
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Epochs { Count = 20 }, Evaluate = new EvaluationInterval.Epochs { Count = 5 }, Optimizer = new OptimizerOptions.AdamW { LearningRate = 2e-2 } }, Keep = KeptWeights.Last };
        RunFolder run = new(folder.Combine("run"));

        var result = FinetuningRun.Train(recipe, run, new RunSurroundings());

        Assert.Equal(RunStatus.Done, result.Status);
        Assert.True(result.Test!.Accuracy > result.Test.MajorityAccuracy + 0.2, $"{result.Test.Accuracy} of {result.Test.MajorityAccuracy}");
        Assert.True(result.Validation!.Loss < Math.Log(3) / 2, $"{result.Validation.Loss}");
        Assert.Equal(["bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias"], result.Weights!.Missing);

        var predictions = PredictionFile.Read(PredictionFile.PathIn(run));
        Assert.Equal((result.Validation.Count, result.Test.Count), (predictions.Count(p => p.Part == "validation"), predictions.Count(p => p.Part == "test")));
        Assert.Equal(result.Test.Accuracy, predictions.Where(p => p.Part == "test").Average(p => p.IsRight ? 1.0 : 0), 1e-12);
        using var model = PretrainedEncoders.Classifier(run.BestFolder);
        model.eval();
        var tokenizer = EncoderTokenizer.Load(run.BestFolder);
        EncoderTexts texts = new([.. predictions.Select(p => tokenizer.Encode(p.Text, p.Pair, 12))], 0);
        double[][] probabilities = Classification.Probabilities(model, texts, torch.CPU, TestContext.Current.CancellationToken);
        Assert.All(predictions.Zip(probabilities), p => Assert.True(p.First.Probabilities.Zip(p.Second).All(x => Math.Abs(x.First - x.Second) < 1e-5)));
        Assert.Equal(result.Classes, EncoderConfig.Read(run.BestFolder).Labels);
    }

    [Fact]
    public void A_padding_token_that_is_not_the_tokenisers_is_refused_in_training_and_in_use()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder);
        FinetuningRun.Train(recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 1 } } }, new RunFolder(folder.Combine("run")), new RunSurroundings());
        foreach (string model in new[] { recipe.Model.Path, folder.Combine("run", "best") })
        {
            string config = Path.Combine(model, "config.json"), text = File.ReadAllText(config);
            Assert.Contains("\"pad_token_id\": 0", text, StringComparison.Ordinal);
            File.WriteAllText(config, text.Replace("\"pad_token_id\": 0", "\"pad_token_id\": 3", StringComparison.Ordinal));
        }

        foreach (var use in new Action[] { () => FinetuningRun.Train(recipe, new RunFolder(folder.Combine("other")), new RunSurroundings()), () => TextClassifier.Load(folder.Combine("run", "best"), torch.CPU).Dispose() })
        {
            Assert.Contains("the tokeniser fills up with [PAD], token 0, and config.json has pad_token_id 3", Assert.Throws<UserError>(use).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void With_adapters_the_body_keeps_its_bits_but_for_what_they_add_to_queries_and_values()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, "lora");
        var result = FinetuningRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings());
        using var before = PretrainedEncoders.Pooled(recipe.Model.Path, mayLackPooler: true);
        using var after = PretrainedEncoders.Pooled(folder.Combine("run", "best"));

        Assert.Equal(
            ["bert.encoder.layer.0.attention.self.query.weight", "bert.encoder.layer.0.attention.self.value.weight", "bert.encoder.layer.1.attention.self.query.weight", "bert.encoder.layer.1.attention.self.value.weight"],
            MadeEncoder.Differing(before, after).Where(name => !name.Contains("pooler", StringComparison.Ordinal)));
        Assert.Equal((2 * 2 * 2 * 2 * 16) + (16 * 16) + 16 + (3 * 16) + 3, result.TrainableParameters);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_frozen_body_computed_once_trains_as_one_that_is_computed_at_every_step(bool trainsPooler)
    {
        string labelled = ToyEncoderRecipes.Labelled(folder);
        var recipe = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder, dropout: 0), labelled) with
        {
            Freeze = new FrozenParts.Body { TrainPooler = trainsPooler },
            Keep = KeptWeights.Last,
            Training = new TrainingOptions { Optimizer = new OptimizerOptions.Sgd { LearningRate = 0.1 }, Batch = new BatchOptions.Examples { Size = 8 }, Horizon = new Horizon.Epochs { Count = 4 }, ClipNorm = 1 },
        };
        RunFolder run = new(folder.Combine("run"));
        FinetuningRun.Train(recipe, run, new RunSurroundings());

        var data = LabelledData.Load(recipe.Data);
        var tokenizer = EncoderTokenizer.Load(recipe.Model.Path);
        using var model = PretrainedEncoders.NewClassifier(recipe.Model.Path, 3, recipe.Seed, expected: new ExpectedWeights(["bert.pooler."], [])).Model;
        Freezing.Apply(model, recipe.Freeze, hasAdapters: false);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(recipe.Training.Optimizer, parameters);
        using var train = Batches(data.Split.Train, lengths => BatchOrder.Of(recipe.Training.Batch, lengths, recipe.Seed));
        using var validation = Batches(data.Split.Validation, lengths => BatchOrder.FixedBuckets(lengths, recipe.Training.ValidationBatch));
        var expected = new List<(double Train, double Validation)>();
        for (int epoch = 0; epoch < 4; epoch++)
        {
            double sum = 0;
            for (int i = 0; i < train.BatchesInEpoch; i++)
            {
                using var scope = torch.NewDisposeScope();
                var batch = train.Get(epoch, i);
                parameters.ZeroGradient();
                var loss = torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected);
                loss.backward();
                parameters.ClipNorm(1).Dispose();
                optimizer.Step(0.1);
                sum += loss.item<float>();
                train.Release(batch);
            }

            expected.Add((sum / train.BatchesInEpoch, EncoderLoss.Validate(model, validation, model.Logits).ValidationLossPerToken));
        }

        var found = run.ReadMetrics();
        Assert.Equal(4, found.Count);
        Assert.All(found.Zip(expected), p =>
        {
            Assert.Equal(p.Second.Train, p.First.TrainLoss, 1e-6);
            Assert.Equal(p.Second.Validation, p.First.ValidationLoss, 1e-6);
        });
        using var kept = PretrainedEncoders.Classifier(run.BestFolder);
        using var outer = torch.NewDisposeScope();
        Assert.All(EncoderWeights.Of(model).Zip(EncoderWeights.Of(kept)), p => Examples.Near(p.First.Value, p.Second.Value, 1e-6));

        BatchSource Batches(IReadOnlyList<LabelledText> texts, Func<IReadOnlyList<Lengths>, BatchOrder> order)
        {
            var collation = new LabelledCollation(new EncoderTexts([.. texts.Select(t => tokenizer.Encode(t.Text, t.Pair, recipe.MaximumLength))], 0), [.. texts.Select(t => data.Classes.IndexOf(t.Label))]);
            return new BatchSource(order(collation.Lengths), collation, torch.CPU);
        }
    }

    [Theory]
    [InlineData(ClassWeights.Equal)]
    [InlineData(ClassWeights.Balanced)]
    public void Texts_weigh_as_the_weights_of_their_classes_say(ClassWeights weights)
    {
        var recipe = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder, dropout: 0), ToyEncoderRecipes.Labelled(folder)) with
        {
            ClassWeights = weights,
            Training = new TrainingOptions { Optimizer = new OptimizerOptions.Sgd { LearningRate = 0.01 }, Batch = new BatchOptions.Examples { Size = 1000 }, Horizon = new Horizon.Steps { Count = 1 }, ValidationBatch = 4 },
        };
        RunFolder run = new(folder.Combine("run"));
        var result = FinetuningRun.Train(recipe, run, new RunSurroundings());

        var data = LabelledData.Load(recipe.Data);
        var tokenizer = EncoderTokenizer.Load(recipe.Model.Path);
        using var model = PretrainedEncoders.NewClassifier(recipe.Model.Path, 3, recipe.Seed, expected: new ExpectedWeights(["bert.pooler."], [])).Model;
        int[] classes = [.. data.Split.Train.Select(t => data.Classes.IndexOf(t.Label))];
        double[][] probabilities = Classification.Probabilities(model, new EncoderTexts([.. data.Split.Train.Select(t => tokenizer.Encode(t.Text, maximum: recipe.MaximumLength))], 0), torch.CPU, TestContext.Current.CancellationToken);
        // torch: sum of weight x nats over sum of weights; a class weighs texts / (classes x its texts).
        double[] weight = [.. classes.Select(c => weights == ClassWeights.Equal ? 1 : classes.Length / 3.0 / classes.Count(other => other == c))];
        double expected = classes.Select((c, i) => -weight[i] * Math.Log(probabilities[i][c])).Sum() / weight.Sum();

        var evaluated = Assert.Single(run.ReadMetrics());
        Assert.Equal(expected, evaluated.TrainLoss, 1e-5);
        var predictions = PredictionFile.Read(PredictionFile.PathIn(run)).Where(p => p.Part == "validation").ToList();
        double[] ofValidation = [.. predictions.Select(p => weights == ClassWeights.Equal ? 1 : classes.Length / 3.0 / classes.Count(c => data.Classes.Names[c] == p.Label))];
        double selecting = predictions.Select((p, i) => -ofValidation[i] * Math.Log(p.Probabilities[result.Classes.ToList().IndexOf(p.Label)])).Sum() / ofValidation.Sum();
        Assert.Equal(selecting, evaluated.ValidationLoss, 1e-4);
        Assert.Equal(weights == ClassWeights.Equal, Math.Abs(result.Validation!.Loss - evaluated.ValidationLoss) < 1e-4);
    }

    /// <summary>In small batches every class counts the same as in one: the mean over an epoch's batches of equal size is the weighted mean over all texts.</summary>
    [Fact]
    public void Weights_of_classes_do_not_depend_on_what_a_batch_happens_to_hold()
    {
        var recipe = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder, dropout: 0), ToyEncoderRecipes.Labelled(folder)) with
        {
            ClassWeights = ClassWeights.Balanced,
            Training = new TrainingOptions { Optimizer = new OptimizerOptions.Sgd { LearningRate = 1e-9 }, Batch = new BatchOptions.Examples { Size = 1000 }, Horizon = new Horizon.Epochs { Count = 1 } },
        };
        int train = LabelledData.Load(recipe.Data).Split.Train.Count, size = Enumerable.Range(2, 8).First(n => train % n == 0);

        double[] losses = [.. new[] { 1000, size }.Select(n =>
        {
            RunFolder run = new(folder.Combine($"run{n}"));
            FinetuningRun.Train(recipe with { Training = recipe.Training with { Batch = new BatchOptions.Examples { Size = n } } }, run, new RunSurroundings());
            return Assert.Single(run.ReadMetrics()).TrainLoss;
        })];

        Assert.Equal(losses[0], losses[1], 1e-5);
    }

    [Fact]
    public void A_frozen_bodys_one_pass_is_in_the_flops_and_not_in_the_loops()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, "body");
        RunFolder run = new(folder.Combine("run"));
        var result = FinetuningRun.Train(recipe, run, new RunSurroundings());
        var data = LabelledData.Load(recipe.Data);
        var tokenizer = EncoderTokenizer.Load(recipe.Model.Path);
        using var model = PretrainedEncoders.NewClassifier(recipe.Model.Path, 3, recipe.Seed, expected: new ExpectedWeights(["bert.pooler."], [])).Model;
        double body = new[] { data.Split.Train, data.Split.Validation }.Sum(texts =>
        {
            var lengths = texts.Select(t => tokenizer.Encode(t.Text, t.Pair, recipe.MaximumLength).Ids.Length).ToList(); // few enough for one batch
            BatchShape shape = new(lengths.Count, 0, lengths.Max(), lengths.Count, lengths.Sum());
            return model.ForwardFlops(shape) - model.HeadFlops(lengths.Count, isPooled: true);
        });

        Assert.Equal(body, result.Flops - run.ReadMetrics()[^1].Flops, 1e-3);
        Assert.True(body > 0);
    }

    [Fact]
    public void Texts_that_are_cut_stand_in_several_parts_or_are_of_a_class_that_never_trains_are_said()
    {
        string labelled = folder.Write("split.csv", "text,label,split\nthe cat is good and warm,yes,train\na dog,no,train\nthe cat is good and warm,yes,validation\nthe ship is rude and cold,no,validation\ndog,none,test\na dog,no,test\nthe dog is bad once more,no,test\n");
        var recipe = ToyEncoderRecipes.Finetuning(ToyEncoderRecipes.Body(folder), labelled);
        recipe = recipe with { MaximumLength = 6, Data = recipe.Data with { Split = new LabelledSplitOptions.ByColumn() }, Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 1 } } };
        var said = new List<string>();

        FinetuningRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings { Notice = said.Add });

        Assert.Contains("1 of the 2 texts that train are longer than maximumLength 6 and were cut.", said);
        Assert.Contains("2 of the 2 texts that validate are longer than maximumLength 6 and were cut.", said);
        Assert.Contains("1 of the 3 texts that test are longer than maximumLength 6 and were cut.", said);
        Assert.Contains(said, s => s.StartsWith("2 texts that validate or test stand in another part too (row 1 of train as row 3 of validation, row 2 of train as row 6 of test)", StringComparison.Ordinal));
        Assert.Contains(said, s => s.StartsWith("No text trains of labels that validate or test: 'none' (1);", StringComparison.Ordinal));
    }

    [Fact]
    public void Drawn_weights_use_nothing_of_the_folder_but_its_shape_and_tokeniser()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder);
        string other = ToyEncoderRecipes.Body(folder, "other", seed: 9);
        File.Delete(Path.Combine(other, "model.safetensors"));
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 3 } } };
        RunFolder one = new(folder.Combine("one")), two = new(folder.Combine("two"));

        var result = FinetuningRun.Train(recipe with { Model = new EncoderSource.Random { Path = recipe.Model.Path } }, one, new RunSurroundings());
        FinetuningRun.Train(recipe with { Model = new EncoderSource.Random { Path = other } }, two, new RunSurroundings());

        Assert.Null(result.Weights);
        Assert.Equal(File.ReadAllBytes(one.BestWeightsPath), File.ReadAllBytes(two.BestWeightsPath));
    }

    [Fact]
    public void What_the_recipe_and_the_model_do_not_agree_on_is_refused_before_a_folder_is_claimed()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder);
        RunFolder run = new(folder.Combine("run"));
        Assert.Contains("maximumLength: 17 is more than the 16 positions", Refused(recipe with { MaximumLength = 17 }), StringComparison.Ordinal);
        Assert.Contains("bert.pooler.dense.weight", Refused(recipe with { Model = new EncoderSource.Pretrained { Path = recipe.Model.Path } }), StringComparison.Ordinal);
        Assert.Contains("freeze.count", Refused(recipe with { Freeze = new FrozenParts.FirstLayers { Count = 3 } }), StringComparison.Ordinal);
        Assert.False(run.Exists);
        File.AppendAllText(Path.Combine(recipe.Model.Path, "vocab.txt"), string.Concat(Enumerable.Range(0, 200).Select(i => $"more{i}\n")));
        Assert.Contains("the tokeniser has", Refused(recipe), StringComparison.Ordinal);

        string Refused(FinetuningRecipe wrong) => Assert.Throws<UserError>(() => FinetuningRun.Train(wrong, run, new RunSurroundings())).Message;
    }

    [Fact]
    public void Another_recipe_is_refused_in_a_folder_that_is_taken_and_what_is_done_is_only_read()
    {
        var recipe = ToyEncoderRecipes.Finetuning(folder, "body");
        RunFolder run = new(folder.Combine("run"));
        var first = FinetuningRun.Train(recipe, run, new RunSurroundings());
        var written = File.GetLastWriteTimeUtc(run.ResultPath);

        Assert.Contains("seed is 3 there and 4 here", Assert.Throws<UserError>(() => FinetuningRun.Train(recipe with { Seed = 4 }, run, new RunSurroundings())).Message, StringComparison.Ordinal);
        var again = FinetuningRun.Train(recipe with { Name = "renamed" }, run, new RunSurroundings());

        Assert.Equal(first.Test!.Loss, again.Test!.Loss);
        Assert.Equal(written, File.GetLastWriteTimeUtc(run.ResultPath));
    }

    [Theory]
    [InlineData("adapters: ", "body")]
    [InlineData("maximumLength: 2 ", "short")]
    [InlineData("training.noiseScale: ", "noise")]
    [InlineData("model.path: is missing", "path")]
    [InlineData("freeze.count: 0 ", "layers")]
    [InlineData("adapters.rank: 0 ", "rank")]
    public void Problems_of_a_recipe_are_said_with_their_path(string says, string what)
    {
        var recipe = ToyEncoderRecipes.Finetuning("body", "labelled.csv");
        Assert.Empty(recipe.Problems());
        var wrong = what switch
        {
            "body" => recipe with { Adapters = new AdapterOptions(), Freeze = new FrozenParts.Body() },
            "short" => recipe with { MaximumLength = 2 },
            "noise" => recipe with { Training = recipe.Training with { NoiseScale = new NoiseScaleOptions() } },
            "path" => recipe with { Model = new EncoderSource.Random { Path = "" } },
            "layers" => recipe with { Freeze = new FrozenParts.FirstLayers { Count = 0 } },
            _ => recipe with { Adapters = new AdapterOptions { Rank = 0 } },
        };
        Assert.StartsWith(says, Assert.Single(wrong.Problems()), StringComparison.Ordinal);
    }
}
