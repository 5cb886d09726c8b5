using System.Globalization;
using Sextant.Data;
using Sextant.Data.Drawn;
using Sextant.Data.Pictures;
using Sextant.Experiments.Encoders;
using Sextant.Matching;
using Sextant.Matching.Contrastive;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments.Clip;

/// <summary>
/// Carries out a contrastive training in a run folder: recipe.json, metrics.jsonl, checkpoint/, best/ (the kept model with its tokeniser and its preparation of pictures, in the layout of Hugging Face),
/// result.json.
/// </summary>
public sealed class ContrastiveRun
{
    private readonly ContrastiveRecipe recipe;
    private readonly RunFolder folder;
    private readonly RunSurroundings surroundings;

    private ContrastiveRun(ContrastiveRecipe recipe, RunFolder folder, RunSurroundings surroundings) => (this.recipe, this.folder, this.surroundings) = (recipe, folder, surroundings);

    /// <summary>Trains from the last checkpoint, if there is one, to the end; a run that is done is only read.</summary>
    /// <exception cref="UserError">The recipe, its model, its data or the folder is not usable, or training diverged.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the first step.</exception>
    public static ContrastiveResult Train(ContrastiveRecipe recipe, RunFolder folder, RunSurroundings surroundings)
    {
        string identity = ClipIdentity.Of(recipe);
        return RunOnce.Carry(folder, ClipRecipes.ToJson(recipe), identity, surroundings, () => Read(folder), () => new ContrastiveRun(recipe, folder, surroundings).Train(identity));
    }

    /// <summary>The result of a contrastive training that is done; null where it is not.</summary>
    public static ContrastiveResult? Read(RunFolder folder) => folder.ReadResult<ContrastiveResult>() is { } result ? result with { RunFolder = folder.Root } : null;

    private ContrastiveResult Train(string identity)
    {
        torch.set_num_threads(recipe.Training.Threads);
        string? source = recipe.Model is ClipSource.Pretrained pretrained ? EncoderRecipes.FindModel(pretrained.Path) : null;
        var preparation = source is null ? PicturePreparation.Clip(((ClipSource.Drawn)recipe.Model).Clip.Picture.Size) : PicturePreparation.Read(source);
        var data = CaptionedData.Load(recipe, preparation, surroundings.Stop);
        using var known = recipe.Known is null ? null : KnownMeasure.Of(recipe.Known, preparation, surroundings.Notice, surroundings.Stop);
        var tokenizer = source is null ? ClipTokenizer.Train(data.Texts, ((ClipSource.Drawn)recipe.Model).VocabularySize) : TrainedTokenizer.Of(source); // the same captions give the same tokens, so that a run that goes on needs no file of them
        using var model = Model(source, tokenizer, preparation);
        TowerFreezing.Apply(model, recipe.Freeze, recipe.Contrastive.TrainsScale);
        model.to(surroundings.Device);
        folder.Claim(ClipRecipes.ToJson(recipe), identity, () => ClipIdentity.OfData(recipe)); // not before the data and the known task are known to be good
        Say(data, tokenizer, model.Options.Text.Positions);

        var features = new ModelFeatures(model, recipe.Freeze, tokenizer, surroundings.Stop);
        bool isCached = recipe.Freeze.FreezesPictures();
        if (isCached)
        {
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"The picture tower stays as it is: what it makes of {data.Train.Count + data.Validation.Count + (known?.Count ?? 0):N0} pictures is computed first."));
            known?.Freeze(features);
        }

        using var trainRows = isCached ? features.Frozen(data.Train.Pixels, data.Train.Count) : null;
        using var validationRows = isCached ? features.Frozen(data.Validation.Pixels, data.Validation.Count) : null;
        PictureRows Rows(CaptionedPart part, torch.Tensor? cached) => cached is null ? part.Pixels : new FeatureRows(cached);
        using var batches = Source(data.Train, Rows(data.Train, trainRows), lengths => Order(lengths.Count));
        using var validationBatches = Source(data.Validation, Rows(data.Validation, validationRows), lengths => BatchOrder.FixedBuckets(lengths, recipe.Training.ValidationBatch));
        BatchSource Source(CaptionedPart part, PictureRows rows, Func<IReadOnlyList<Lengths>, BatchOrder> order) =>
            part.Batches(order, rows, tokenizer, model.Options.Text.Positions, recipe.Contrastive.SharesEqualCaptions, surroundings.Device);

        var step = new ContrastiveStep(model, recipe.Freeze, recipe.Contrastive);
        using var training = new ModuleTraining(recipe.Training, recipe.Seed, model, folder, surroundings);
        using var start = source is null ? null : training.Values.clone();
        var (end, state) = training.Run(
            batches,
            step.Loss,
            () => ContrastiveLoss.Validate(model, validationBatches, step.Logits).ByToken(), // a last batch of fewer pairs weighs less
            shape => TowerFreezing.StepFlops(model, recipe.Freeze, shape.Examples, data.Train.Each, shape.TargetLength, isChunked: recipe.Contrastive.Chunk < shape.Examples, isCached),
            step.Differentiate);
        double frozenFlops = isCached ? model.PictureFlops(data.Train.Count + data.Validation.Count) : 0;
        var result = Result(end, state, batches.BatchesInEpoch, data, model, training, frozenFlops);
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        training.TakeKept(recipe.Keep);
        step.Limit();
        try
        {
            using var weights = new Weights(training.Values, start);
            result = Measured(result, weights, known, data, preparation, features, Rows(data.Validation, validationRows));
        }
        catch (OperationCanceledException)
        {
            return result with { Status = RunStatus.Interrupted };
        }

        using (var scale = model.Scale())
        {
            result = result with { Scale = scale.item<float>() };
        }

        folder.WriteModel(best =>
        {
            PretrainedClip.Write(model, best);
            tokenizer.Save(best);
            preparation.Write(best);
        });
        folder.WriteResult(result);
        folder.DeleteLowest();
        return result;
    }

    /// <summary>Batches drawn anew every epoch, of drawn data from some epoch on in groups of neighbours.</summary>
    private BatchOrder Order(int count)
    {
        int size = ((BatchOptions.Examples)recipe.Training.Batch).Size;
        return recipe.Data is ContrastiveData.Drawn { Neighbours: { } neighbours }
            ? BatchOrder.Groups(count, size, neighbours.Group, neighbours.FromEpoch, recipe.Seed)
            : BatchOrder.Examples(count, size, recipe.Seed);
    }

    private ClipModel Model(string? source, EncoderTokenizer tokenizer, PicturePreparation preparation)
    {
        var model = source is null
            ? PretrainedClip.New(((ClipSource.Drawn)recipe.Model).Clip, tokenizer.VocabularySize, recipe.Seed)
            : PretrainedClip.Read(source, ((ClipSource.Pretrained)recipe.Model).File);
        try
        {
            if (source is not null)
            {
                TrainedTokenizer.Check(tokenizer, preparation, model, source);
            }

            if (recipe.Contrastive.Scale is double scale)
            {
                using var noGradient = torch.no_grad();
                using var scope = torch.NewDisposeScope();
                using Scalar logarithm = Math.Log(scale);
                model.logitScale.fill_(logarithm);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Mixes where it is asked for, leaves the kept weights in place and measures them.</summary>
    private ContrastiveResult Measured(ContrastiveResult result, Weights weights, KnownMeasure? known, CaptionedData data, PicturePreparation preparation, ModelFeatures features, PictureRows rows)
    {
        var retrieval = new ValidationRetrieval(data.Validation, rows);
        Standing At(double alpha)
        {
            weights.Mix(alpha);
            var measures = retrieval.Measure(features);
            return new Standing(alpha, known?.Measure(features), measures.PicturesByCaption.Recalls[0], measures.CaptionsByPicture.Recalls[0]);
        }

        if (weights.HasStart)
        {
            int sets = 2 + (recipe.Ensemble?.Alphas.Count(alpha => alpha is > 0 and < 1) ?? 0);
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"Measuring {sets} sets of weights: before, trained{(sets > 2 ? $" and {sets - 2} mixtures" : "")}, each with {data.Validation.Count:N0} pictures that validate{(known is null ? "" : $" and {known.Count:N0} of the known task")}."));
            var (before, trained) = (At(0), At(1));
            result = result with { Before = before, Trained = trained };
            if (recipe.Ensemble is { } ensemble)
            {
                List<Standing> mixtures = [.. ensemble.Alphas.Select(alpha => alpha == 0 ? before : alpha == 1 ? trained : At(alpha))];
                double Worth(Standing mixture) => ensemble.Rule == EnsembleRule.New ? mixture.New : ((mixture.Known?.Share ?? 0) + mixture.New) / 2;
                double best = mixtures.Max(Worth);
                result = result with { Mixtures = mixtures, Alpha = mixtures.Where(mixture => Worth(mixture) == best).Min(mixture => mixture.Alpha) };
            }

            weights.Mix(result.Alpha ?? 1);
        }

        result = result with { Validation = retrieval.Measure(features) };
        if (recipe.Data is ContrastiveData.Drawn drawn)
        {
            ScenePool pool = new(drawn.Seed, drawn.HeldOutShare);
            result = result with { Drawn = DrawnMeasures.Of(pool, scenes => features.Pictures(CaptionedData.Drawn(scenes, preparation, surroundings.Stop), scenes.Count), features.Texts, recipe.Measures) };
        }

        return result;
    }

    private ContrastiveResult Result(TrainingEnd end, TrainingState state, int batchesInEpoch, CaptionedData data, ClipModel model, ModuleTraining training, double frozenFlops) => new()
    {
        Status = RunStatuses.Of(end),
        RunFolder = folder.Root,
        ValidationLoss = LowestLoss.Of(state),
        TrainPictures = data.Train.Count,
        ValidationPictures = data.Validation.Count,
        LeftOutPictures = data.LeftOut.Count,
        VocabularySize = model.VocabularySize,
        TrainableParameters = training.TrainableParameters,
        Parameters = model.parameters().Sum(p => p.numel()),
        Flops = state.Flops + frozenFlops,
        Pairs = state.Tokens,
        Seconds = state.Seconds,
        SecondsPerStep = training.SecondsPerStep,
        Steps = state.Step,
        Epochs = state.Epoch + ((double)state.BatchInEpoch / batchesInEpoch),
    };

    private void Say(CaptionedData data, EncoderTokenizer tokenizer, int positions)
    {
        surroundings.Notice(data.Words());
        int cut = Enumerable.Range(0, data.Train.Count).Count(row => tokenizer.Encode(data.Train.Caption(0, row, 0)).Ids.Length > positions);
        if (cut > 0)
        {
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"{cut:N0} of the {data.Train.Count:N0} captions that train first are longer than the {positions} positions of the text tower, and lose their ends."));
        }

        int size = ((BatchOptions.Examples)recipe.Training.Batch).Size, last = data.Train.Count % size;
        if (data.Train.Count < size)
        {
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"training.batch.size {size:N0} is more than the {data.Train.Count:N0} pictures that train: every epoch is one step with all of them. A smaller batch makes more steps."));
        }

        if (data.Train.Count > size && last > 0 && last <= size / 8)
        {
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"The last batch of every epoch holds {last} of {data.Train.Count:N0} pairs{(last == 1 ? ", and one alone teaches nothing" : "")}; another training.batch.size than {size} divides them better."));
        }

        if (!data.Train.Pixels.IsKept)
        {
            surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"The pictures would take more than {PicturePixels.MostBytes >> 20:N0} MB and are made again for every batch."));
        }
    }
}
