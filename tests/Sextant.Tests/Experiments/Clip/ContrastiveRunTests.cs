using Sextant.Data;
using Sextant.Data.Drawn;
using Sextant.Data.Pictures;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;
using Sextant.Matching.Contrastive;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using Sextant.Tests.Experiments.Encoders;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Experiments.Clip;

public sealed class ContrastiveRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_toy_learns_which_caption_belongs_to_which_picture_and_leaves_a_CLIP_with_its_tokeniser_and_preparation()
    {
        var recipe = ToyClipRecipes.Drawn();
        recipe = recipe with
        {
            Data = new ContrastiveData.Drawn { Count = 384, ValidationCount = 64 },
            Contrastive = new ContrastiveOptions(),
            Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 250 }, Evaluate = new EvaluationInterval.Steps { Count = 50 }, Batch = new BatchOptions.Examples { Size = 32 }, ValidationBatch = 32, AveragingDecay = null, Optimizer = new OptimizerOptions.AdamW { LearningRate = 5e-3 } },
        };
        RunFolder run = new(folder.Combine("run"));

        var result = ContrastiveRun.Train(recipe, run, new RunSurroundings());

        Assert.Equal((RunStatus.Done, 250L, 8000.0), (result.Status, result.Steps, result.Pairs));
        Assert.True(result.ValidationLoss!.LowestPerToken < Math.Log(32) - 0.1, $"{result.ValidationLoss.LowestPerToken} of {Math.Log(32)}");
        Assert.Equal((384, 64, 0), (result.TrainPictures, result.ValidationPictures, result.LeftOutPictures));
        Assert.Equal(2, result.Drawn!.FullCaptions.HeldOut.Count);
        Assert.Equal(40, result.Drawn.Naming.Seen.Count + result.Drawn.Naming.HeldOut.Count);
        Assert.Null(result.Before);
        using var model = PretrainedClip.Read(run.BestFolder);
        Assert.IsType<ClipTokenizer>(EncoderTokenizer.Load(run.BestFolder));
        Assert.Equal(result.VocabularySize, model.VocabularySize);
        Assert.Equal(24, PicturePreparation.Read(run.BestFolder).Size);
        Assert.Equal(run.BestFolder, ModelFolders.Find(run.Root));
        Assert.Equal(RunKind.Contrastive, RunSummary.Read(run).Kind);

        var (written, said) = (File.GetLastWriteTimeUtc(run.ResultPath), new List<string>());
        Assert.Equal(result.ValidationLoss, ContrastiveRun.Train(recipe, run, new RunSurroundings { Notice = said.Add }).ValidationLoss);
        Assert.Contains("is done already", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(run.ResultPath));
    }

    [Theory]
    [InlineData(9, 14, 31)]
    [InlineData(4, 21, 12)]
    public void Interrupted_anywhere_it_ends_with_the_bits_of_one_that_was_not(params int[] readings)
    {
        var recipe = ToyClipRecipes.Drawn();
        var whole = ToyClipRecipes.Trained(recipe, folder, "whole");
        RunFolder parts = new(folder.Combine("parts"));
        Interrupted(recipe, parts, readings);
        ContrastiveRun.Train(recipe, parts, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, parts);
    }

    [Theory]
    [InlineData(FrozenTowers.Nothing)]
    [InlineData(FrozenTowers.PictureTower)]
    public void A_finetuning_interrupted_anywhere_ends_with_the_bits_of_one_that_was_not(FrozenTowers frozen)
    {
        string model = ToyClipRecipes.Trained(ToyClipRecipes.Drawn(), folder, "model").Root;
        var recipe = ToyClipRecipes.Finetuning(model, ToyClipRecipes.Pictures(folder)) with
        {
            Data = new ContrastiveData.Pictures { Path = folder.Combine("own/captions.csv"), ValidationShare = 0.25, Cropping = frozen.FreezesPictures() ? null : new PictureCropping() },
            Freeze = frozen,
            Known = new KnownTask.Drawn { Count = 30 },
            Ensemble = new EnsembleOptions(),
        };
        var whole = ToyClipRecipes.Trained(recipe, folder, "whole");
        RunFolder parts = new(folder.Combine("parts"));
        Interrupted(recipe, parts, 9, 14, 31);
        ContrastiveRun.Train(recipe, parts, new RunSurroundings());

        ToyEncoderRecipes.AssertSame(whole, parts);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var recipe = ToyClipRecipes.Drawn();
        var one = ToyClipRecipes.Trained(recipe, folder, "one");
        var same = ToyClipRecipes.Trained(recipe, folder, "same");
        var other = ToyClipRecipes.Trained(recipe with { Seed = 4 }, folder, "other");

        ToyEncoderRecipes.AssertSame(one, same);
        Assert.NotEqual(File.ReadAllBytes(one.BestWeightsPath), File.ReadAllBytes(other.BestWeightsPath));
    }

    [Theory]
    [InlineData(FrozenTowers.PictureTower)]
    [InlineData(FrozenTowers.TextTower)]
    [InlineData(FrozenTowers.BothButProjections)]
    public void What_is_frozen_does_not_move_and_the_rest_does(FrozenTowers frozen)
    {
        string start = ToyClipRecipes.Trained(ToyClipRecipes.Drawn(), folder, "model").BestFolder;
        var recipe = ToyClipRecipes.Finetuning(start, ToyClipRecipes.Pictures(folder)) with { Freeze = frozen, Contrastive = new ContrastiveOptions { Chunk = 7, TrainsScale = false } };
        var run = ToyClipRecipes.Trained(recipe, folder, "run");

        using var before = PretrainedClip.Read(start);
        using var after = PretrainedClip.Read(run.BestFolder);
        var moved = before.named_parameters().Zip(after.named_parameters()).Where(pair => !Same(pair.First.parameter, pair.Second.parameter)).Select(pair => pair.First.name).ToList();
        string[] heads = ["pictureProjection.weight", "textProjection.weight"];
        string[] trained = [.. before.named_parameters().Select(p => p.name).Where(name => frozen switch
        {
            FrozenTowers.PictureTower => name.StartsWith("text", StringComparison.Ordinal),
            FrozenTowers.TextTower => name.StartsWith("picture", StringComparison.Ordinal),
            _ => heads.Contains(name),
        })];
        Assert.Subset(trained.ToHashSet(), moved.ToHashSet());
        Assert.True(moved.Count > trained.Length / 2, string.Join(' ', moved)); // some biases have no gradient
    }

    /// <summary>A frozen picture tower's features are computed once: the training is the same as if they were computed anew.</summary>
    [Fact]
    public void Features_computed_once_are_those_of_every_step()
    {
        string start = ToyClipRecipes.Trained(ToyClipRecipes.Drawn(), folder, "model").BestFolder;
        using var model = PretrainedClip.Read(start);
        TowerFreezing.Apply(model, FrozenTowers.PictureTower, trainsScale: true);
        var recipe = ToyClipRecipes.Drawn() with { Model = new ClipSource.Pretrained { Path = start } };
        var data = CaptionedData.Load(recipe, PicturePreparation.Read(start), CancellationToken.None);
        var tokenizer = EncoderTokenizer.Load(start);
        using var frozen = new ModelFeatures(model, FrozenTowers.PictureTower, tokenizer, CancellationToken.None).Frozen(data.Train.Pixels, data.Train.Count);
        using BatchSource pixels = Batches(data.Train.Pixels), features = Batches(new FeatureRows(frozen));
        var step = new ContrastiveStep(model, FrozenTowers.PictureTower, new ContrastiveOptions());
        using var scope = torch.NewDisposeScope();

        Assert.Equal(Loss(pixels), Loss(features), 1e-5);

        BatchSource Batches(PictureRows rows) => data.Train.Batches(lengths => BatchOrder.Examples(lengths.Count, 16, 1), rows, tokenizer, 16, sharesEqual: true, torch.CPU);

        double Loss(BatchSource batches)
        {
            var batch = batches.Get(0, 1);
            double loss = step.Loss(batch).item<float>();
            batches.Release(batch);
            return loss;
        }
    }

    [Fact]
    public void Mixtures_at_0_and_1_are_the_start_and_what_was_trained_and_the_kept_one_does_best_by_the_rule()
    {
        string start = ToyClipRecipes.Trained(ToyClipRecipes.Drawn(), folder, "model").BestFolder;
        var recipe = ToyClipRecipes.Finetuning(start, ToyClipRecipes.Pictures(folder)) with { Known = new KnownTask.Drawn { Count = 60 } };
        var plain = ToyClipRecipes.Trained(recipe, folder, "plain");
        var zero = ToyClipRecipes.Trained(recipe with { Ensemble = new EnsembleOptions { Alphas = [0] } }, folder, "zero");
        var one = ToyClipRecipes.Trained(recipe with { Ensemble = new EnsembleOptions { Alphas = [1] } }, folder, "one");
        var many = ContrastiveRun.Read(ToyClipRecipes.Trained(recipe with { Ensemble = new EnsembleOptions() }, folder, "many"))!;

        Assert.Equal(File.ReadAllBytes(Path.Combine(start, "model.safetensors")), File.ReadAllBytes(zero.BestWeightsPath));
        Assert.Equal(File.ReadAllBytes(plain.BestWeightsPath), File.ReadAllBytes(one.BestWeightsPath));
        AssertMean(start, plain.BestFolder, ToyClipRecipes.Trained(recipe with { Ensemble = new EnsembleOptions { Alphas = [0.5] } }, folder, "half").BestFolder);
        Assert.Equal(11, many.Mixtures!.Count);
        Assert.Equal(many.Before, many.Mixtures[0]);
        Assert.Equal(many.Trained, many.Mixtures[^1]);
        double Worth(Standing mixture) => (mixture.Known!.Share!.Value + mixture.New) / 2;
        double best = many.Mixtures.Max(Worth);
        Assert.Equal(many.Mixtures.First(mixture => Worth(mixture) == best).Alpha, many.Alpha);
        Assert.Equal(many.Mixtures.Single(mixture => mixture.Alpha == many.Alpha).PicturesByCaption, many.Validation!.PicturesByCaption.Recalls[0]);
    }

    [Fact]
    public void A_users_own_pictures_are_divided_by_content_and_those_of_no_use_are_named()
    {
        string table = ToyClipRecipes.Pictures(folder);
        File.Copy(folder.Combine("own/1.png"), folder.Combine("own/again.png"));
        File.AppendAllText(table, "again.png,the same\n");
        var said = new List<string>();
        var recipe = ToyClipRecipes.Drawn() with { Data = new ContrastiveData.Pictures { Path = table, ValidationShare = 0.25 } };
        recipe = recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = 2 } } };

        var result = ContrastiveRun.Train(recipe, new RunFolder(folder.Combine("run")), new RunSurroundings { Notice = said.Add });

        Assert.Equal((41, 1), (result.TrainPictures + result.ValidationPictures, result.LeftOutPictures));
        Assert.InRange(result.ValidationPictures, 9, 12);
        Assert.Contains(said, notice => notice.Contains("1 left out", StringComparison.Ordinal) && notice.Contains("broken.png", StringComparison.Ordinal));
        foreach (ulong seed in Enumerable.Range(1, 8).Select(i => (ulong)i))
        {
            var data = CaptionedData.Load(recipe with { Seed = seed }, PicturePreparation.Clip(24), CancellationToken.None);
            string[][] parts = [.. new[] { data.Train, data.Validation }.Select(part => Enumerable.Range(0, part.Count).SelectMany(part.Captions).ToArray())];
            var all = PictureFolder.Captioned(table);
            string twin = all.Single(picture => Path.GetFileName(picture.Path) == "1.png").Captions[0];
            Assert.Contains(parts, part => part.Contains("the same") && part.Contains(twin));
        }
    }

    [Fact]
    public void Captions_are_drawn_anew_every_epoch_and_pixels_too_where_parts_are_trained_on()
    {
        var recipe = ToyClipRecipes.Drawn();
        var drawn = CaptionedData.Load(recipe, PicturePreparation.Clip(24), CancellationToken.None).Train;
        Assert.Contains(Enumerable.Range(0, 20), row => drawn.Caption(0, row, 0) != drawn.Caption(1, row, 0));
        Assert.Equal(drawn.Caption(3, 5, 1), drawn.Caption(3, 5, 1));
        Assert.Equal(2, drawn.Each);
        Assert.Contains(Enumerable.Range(0, 20), row => drawn.Caption(0, row, 0) != drawn.Caption(0, row, 1));

        recipe = recipe with { Data = new ContrastiveData.Pictures { Path = ToyClipRecipes.Pictures(folder), ValidationShare = 0.25, Cropping = new PictureCropping { LeastArea = 0.5 } } };
        var own = CaptionedData.Load(recipe, PicturePreparation.Clip(24), CancellationToken.None);
        using torch.Tensor first = own.Train.Pixels.Get(0, [0, 1], torch.CPU), again = own.Train.Pixels.Get(0, [0, 1], torch.CPU), next = own.Train.Pixels.Get(1, [0, 1], torch.CPU);
        Assert.True(Same(first, again));
        Assert.False(Same(first, next));
        using torch.Tensor one = own.Validation.Pixels.Get(0, [0], torch.CPU), other = own.Validation.Pixels.Get(1, [0], torch.CPU);
        Assert.True(Same(one, other));
    }

    [Fact]
    public void Pictures_beyond_the_limit_are_made_again_for_every_batch_to_the_same_pixels()
    {
        var scenes = Enumerable.Range(0, 6).Select(i => new ScenePool(1, 0).Training(i)).ToList();
        int made = 0;
        RgbPicture Make(int i)
        {
            Interlocked.Increment(ref made);
            return SceneDrawing.Draw(scenes[i], 32);
        }

        var preparation = PicturePreparation.Clip(24);
        var kept = PicturePixels.Of([0, 1, 2, 3, 4, 5], Make, preparation, null, 1, _ => { }, CancellationToken.None);
        var anew = PicturePixels.Of([0, 1, 2, 3, 4, 5], Make, preparation, null, 1, _ => { }, CancellationToken.None, mostBytes: 5000);
        Assert.Equal((true, false, 12), (kept.IsKept, anew.IsKept, made));
        using torch.Tensor first = kept.Get(0, [4, 1], torch.CPU), second = anew.Get(0, [4, 1], torch.CPU);
        Assert.True(Same(first, second));
        Assert.Equal(14, made);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_leaves_no_tensor_behind(bool isLocked)
    {
        var recipe = ToyClipRecipes.Drawn();
        if (isLocked)
        {
            recipe = recipe with { Model = new ClipSource.Pretrained { Path = ToyClipRecipes.Trained(recipe, folder, "model").Root }, Freeze = FrozenTowers.PictureTower, Known = new KnownTask.Drawn { Count = 20 }, Ensemble = new EnsembleOptions { Alphas = [0, 0.5, 1] } };
        }

        Left(1); // what is made once and kept
        Assert.Equal((0, 0), (Left(3), Left(15)));

        long Left(int steps)
        {
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            ToyClipRecipes.Trained(recipe with { Training = recipe.Training with { Horizon = new Horizon.Steps { Count = steps } } }, folder, $"left-{steps}", new RunSurroundings { CheckpointInterval = TimeSpan.Zero });
            return DisposeScopeManager.Statistics.ThreadTotalLiveCount - before;
        }
    }

    /// <summary>The loop, with its chunks, steps as it does on whole batches.</summary>
    [Fact]
    public void Chunks_train_to_the_weights_of_whole_batches()
    {
        var recipe = ToyClipRecipes.Drawn();
        recipe = recipe with { Model = new ClipSource.Drawn { Clip = ToyClipRecipes.Towers() with { Picture = ToyClipRecipes.Towers().Picture with { AttentionDropout = 0 } }, VocabularySize = 560 }, Training = recipe.Training with { Optimizer = new OptimizerOptions.Sgd { LearningRate = 0.1 }, Horizon = new Horizon.Steps { Count = 3 } } };
        double[] losses = [.. new int?[] { null, 5 }.Select(chunk => ContrastiveRun.Read(ToyClipRecipes.Trained(recipe with { Contrastive = new ContrastiveOptions { Chunk = chunk } }, folder, $"chunk-{chunk}"))!.ValidationLoss!.Lowest)];
        Assert.Equal(losses[0], losses[1], 1e-5);
    }

    [Fact]
    public void A_batch_that_fits_into_one_chunk_costs_no_second_pass()
    {
        var recipe = ToyClipRecipes.Drawn();
        recipe = recipe with { Data = new ContrastiveData.Drawn { Count = 20, ValidationCount = 10 }, Training = recipe.Training with { Batch = new BatchOptions.Examples { Size = 64 }, Horizon = new Horizon.Steps { Count = 2 } } };
        double[] flops = [.. new int?[] { null, 32, 8 }.Select(chunk => ContrastiveRun.Read(ToyClipRecipes.Trained(recipe with { Contrastive = new ContrastiveOptions { Chunk = chunk } }, folder, $"chunk-{chunk}"))!.Flops)];
        Assert.Equal(flops[0], flops[1]);
        Assert.InRange(flops[2] / flops[0], 1.2, 4.0 / 3);
    }

    [Fact]
    public void A_picture_that_is_gone_when_it_is_read_again_is_named()
    {
        string table = ToyClipRecipes.Pictures(folder, 6);
        var all = PictureFolder.Captioned(table);
        var pixels = PicturePixels.Of([0, 1, 2], i => PictureDecoder.Read(all[i].Path), PicturePreparation.Clip(24), null, 1, _ => { }, CancellationToken.None, mostBytes: 0);
        File.Delete(all[1].Path);
        Assert.Contains("1.png", Assert.Throws<UserError>(() => pixels.Get(0, [0, 1, 2], torch.CPU)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_factor_on_cosines_starts_where_it_is_told_and_never_exceeds_its_maximum()
    {
        var recipe = ToyClipRecipes.Drawn();
        var still = ContrastiveRun.Read(ToyClipRecipes.Trained(recipe with { Contrastive = new ContrastiveOptions { Scale = 20, TrainsScale = false } }, folder, "still"))!;
        var held = ContrastiveRun.Read(ToyClipRecipes.Trained(recipe with { Contrastive = new ContrastiveOptions { MaximumScale = 10 } }, folder, "held"))!;
        Assert.Equal(20, still.Scale!.Value, 1e-4);
        Assert.InRange(held.Scale!.Value, 5, 10.0001);
    }

    [Fact]
    public void Problems_of_a_recipe_are_said_with_their_path()
    {
        var recipe = ToyClipRecipes.Drawn();
        Assert.Empty(recipe.Problems());
        var wrong = recipe with
        {
            Data = new ContrastiveData.Drawn { Count = 1, HeldOutShare = 0.6 },
            Model = new ClipSource.Drawn { Clip = ToyClipRecipes.Towers() with { Projection = 0 }, VocabularySize = 513 },
            Contrastive = new ContrastiveOptions { Chunk = 0, Scale = 200 },
            Freeze = FrozenTowers.PictureTower,
            Ensemble = new EnsembleOptions { Alphas = [2] },
            Training = recipe.Training with { Batch = new BatchOptions.TokenBudget(), LabelSmoothing = 0.1 },
        };
        Assert.Equal(
            ["data.count", "data.heldOutShare", "model.clip.projection", "model.vocabularySize", "contrastive.chunk", "contrastive.scale", "ensemble.alphas", "training.batch", "training.labelSmoothing", "freeze", "ensemble", "ensemble.rule"],
            wrong.Problems().Select(problem => problem.Split(':')[0]));
        recipe = recipe with { Training = recipe.Training with { Batch = new BatchOptions.Examples { Size = 18 } } };
        Assert.StartsWith("data.neighbours.group: 4 does not divide training.batch.size 18", Assert.Single(recipe.Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Shipped_recipes_are_read_and_know_their_command()
    {
        string Path(string name) => Repository.File("recipes", "clip", name);
        Assert.Equal(48, Assert.IsType<ClipSource.Drawn>(ClipRecipes.Load(Path("small.json")).Model).Clip.Picture.Size);
        var own = ClipRecipes.Load(Path("own-pictures.json"), ["training.batch.size=8", "data.cropping=false"], folder.Path);
        Assert.Equal(folder.Path, Assert.IsType<ContrastiveData.Pictures>(own.Data).Path);
        Assert.Null(((ContrastiveData.Pictures)own.Data).Cropping);
        Assert.Equal(FrozenTowers.PictureTower, ClipRecipes.Load(Path("locked.json")).Freeze);
        Assert.Equal(FrozenTowers.Nothing, ClipRecipes.Load(Path("whole.json")).Freeze);
        Assert.Contains("sextant pretrain", Assert.Throws<UserError>(() => RecipeFile.Load(Path("small.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("sextant finetune", Assert.Throws<UserError>(() => EncoderRecipes.LoadPretraining(Path("locked.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_place_of_pictures_and_the_name_take_no_part_in_the_identity_and_their_captions_do()
    {
        var recipe = ToyClipRecipes.Drawn() with { Data = new ContrastiveData.Pictures { Path = ToyClipRecipes.Pictures(folder, 6) } };
        string there = ToyClipRecipes.Pictures(folder, 6, "there");
        var moved = recipe with { Name = "other", Data = new ContrastiveData.Pictures { Path = there } };
        Assert.Equal(ClipIdentity.Of(recipe), ClipIdentity.Of(moved));
        File.AppendAllText(there, "0.png,something else\n");
        Assert.NotEqual(ClipIdentity.Of(recipe), ClipIdentity.Of(moved));
        File.WriteAllText(there, "picture,caption\n0.png,one\n0.png,two\n");
        string two = ClipIdentity.Of(moved);
        File.WriteAllText(there, "picture,caption\n0.png,\"one\ntwo\"\n");
        Assert.NotEqual(two, ClipIdentity.Of(moved));
        Assert.NotEqual(ClipIdentity.Of(ToyClipRecipes.Drawn()), ClipIdentity.Of(ToyClipRecipes.Drawn() with { Seed = 9 }));
    }

    /// <summary>Every weight, the logarithm of the factor on cosines among them, lies in the middle; nearly all have moved.</summary>
    private static void AssertMean(string start, string trained, string half)
    {
        using var scope = torch.NewDisposeScope();
        using ClipModel a = PretrainedClip.Read(start), b = PretrainedClip.Read(trained), mean = PretrainedClip.Read(half);
        int moved = 0;
        foreach (var ((name, one), other, found) in a.named_parameters().Zip(b.parameters(), mean.parameters()))
        {
            using Scalar middle = 0.5;
            Assert.True(torch.allclose(one.add(other).mul(middle), found, 1e-6, 1e-7), name);
            moved += Same(one, other) ? 0 : 1;
        }

        Assert.True(moved > 0.8 * a.parameters().Count());
        Assert.NotEqual(a.logitScale.item<float>(), b.logitScale.item<float>());
    }

    /// <summary>A later version may draw a thing otherwise: that is other data, whatever of it has changed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void Drawn_pictures_that_come_out_otherwise_are_other_data(int seed)
    {
        var data = new ContrastiveData.Drawn { Seed = (ulong)seed };
        string identity = ClipIdentity.OfDrawn(data);
        void Differs(Func<DrawnScene, bool> isChanged, object what) => Assert.True(identity != ClipIdentity.OfDrawn(data, (scene, size) => isChanged(scene) ? Changed(SceneDrawing.Draw(scene, size)) : SceneDrawing.Draw(scene, size)), $"{what}");

        Assert.Equal(identity, ClipIdentity.OfDrawn(data));
        Assert.All(Enum.GetValues<ThingKind>(), kind => Differs(scene => scene.Kind == kind, kind));
        Assert.All(Enum.GetValues<NamedColour>(), colour => Differs(scene => scene.Colour == colour, colour));
        Assert.All(Enum.GetValues<ThingSize>(), size => Differs(scene => scene.Size == size, size));
        Assert.All(Enum.GetValues<Place>(), place => Differs(scene => scene.Place == place, place));
        Assert.All(Enum.GetValues<Background>(), background => Differs(scene => scene.Background == background, background));
        Assert.All(Enumerable.Range(1, DrawnScene.MostThings), count => Differs(scene => scene.Count == count, count));

        static RgbPicture Changed(RgbPicture picture)
        {
            picture.Rgb[^1] ^= 1;
            return picture;
        }
    }

    private static bool Same(torch.Tensor one, torch.Tensor other)
    {
        using var scope = torch.NewDisposeScope();
        return one.detach().reshape(-1).data<float>().SequenceEqual(other.detach().reshape(-1).data<float>());
    }

    private static void Interrupted(ContrastiveRecipe recipe, RunFolder folder, params int[] readings)
    {
        foreach (var (i, count) in readings.Index())
        {
            using CancellationTokenSource stop = new();
            var surroundings = new RunSurroundings { Clock = new InterruptingClock(count, stop), Stop = stop.Token, CheckpointInterval = i == 1 ? TimeSpan.Zero : TimeSpan.MaxValue };
            Assert.Equal(RunStatus.Interrupted, ContrastiveRun.Train(recipe, folder, surroundings).Status);
            Assert.False(File.Exists(folder.ResultPath));
        }
    }
}
