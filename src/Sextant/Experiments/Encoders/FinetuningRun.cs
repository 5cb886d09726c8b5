using System.Diagnostics;
using System.Globalization;
using Sextant.Data;
using Sextant.Data.Labelled;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tokenization;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments.Encoders;

/// <summary>
/// Carries out a fine-tuning in a run folder: recipe.json, metrics.jsonl, checkpoint/, best/ (the kept model, in the layout of Hugging Face), predictions.csv,
/// result.json.
/// </summary>
public sealed class FinetuningRun
{
    private readonly FinetuningRecipe recipe;
    private readonly string modelFolder;
    private readonly RunFolder folder;
    private readonly RunSurroundings surroundings;

    private FinetuningRun(FinetuningRecipe recipe, string modelFolder, RunFolder folder, RunSurroundings surroundings)
    {
        (this.recipe, this.modelFolder, this.folder, this.surroundings) = (recipe, modelFolder, folder, surroundings);
    }

    /// <summary>Trains from the last checkpoint, if there is one, to the end; a run that is done is only read.</summary>
    /// <exception cref="UserError">The recipe, its model, its data or the folder is not usable, or training diverged.</exception>
    public static FinetuningResult Train(FinetuningRecipe recipe, RunFolder folder, RunSurroundings surroundings)
    {
        string modelFolder = EncoderRecipes.FindModel(recipe.Model.Path);
        string identity = EncoderIdentity.Of(recipe, modelFolder);
        return RunOnce.Carry(folder, EncoderRecipes.ToJson(recipe), identity, surroundings, () => Read(folder), () => new FinetuningRun(recipe, modelFolder, folder, surroundings).Train(identity));
    }

    /// <summary>The result of a fine-tuning that is done; null where it is not.</summary>
    public static FinetuningResult? Read(RunFolder folder) => folder.ReadResult<FinetuningResult>() is { } result ? result with { RunFolder = folder.Root } : null;

    private FinetuningResult Train(string identity)
    {
        torch.set_num_threads(recipe.Training.Threads);
        var tokenizer = EncoderTokenizer.Load(modelFolder);
        var data = LabelledData.Load(recipe.Data);
        var (model, match) = Model(data.Classes.Count);
        using var owned = model;
        CheckTokenizer(tokenizer, model);
        Freezing.Apply(model, recipe.Freeze, recipe.Adapters is not null);
        model.to(surroundings.Device);
        var train = Texts(data.Split.Train, data, tokenizer, model.Options.PaddingId);
        var validation = Texts(data.Split.Validation, data, tokenizer, model.Options.PaddingId);
        folder.Claim(EncoderRecipes.ToJson(recipe), identity, () => EncoderIdentity.OfData(recipe.Data)); // not before the data is known to be good
        var test = data.Split.Test.Count == 0 ? null : Texts(data.Split.Test, data, tokenizer, model.Options.PaddingId);
        Say(data, match, [("train", train), ("validate", validation), .. test is null ? Array.Empty<(string, EncodedTexts)>() : [("test", test)]]);

        var clock = Stopwatch.StartNew();
        bool isCached = recipe.Freeze is FrozenParts.Body, isPooled = recipe.Freeze is FrozenParts.Body { TrainPooler: false } && model.HasPooler;
        model.eval();
        using var trainFeatures = isCached ? Classification.Features(model, train.Texts, isPooled, surroundings.Device, surroundings.Stop) : null;
        using var validationFeatures = isCached ? Classification.Features(model, validation.Texts, isPooled, surroundings.Device, surroundings.Stop) : null;
        double bodySeconds = isCached ? clock.Elapsed.TotalSeconds : 0;
        double bodyFlops = isCached ? new[] { train, validation }.Sum(texts => Classification.FeatureFlops(model, texts.Texts, isPooled)) : 0;
        using var batches = Source(train, trainFeatures, lengths => BatchOrder.Of(recipe.Training.Batch, lengths, recipe.Seed));
        using var validationBatches = Source(validation, validationFeatures, lengths => BatchOrder.FixedBuckets(lengths, recipe.Training.ValidationBatch));
        using var weights = ClassWeightsOf(train.Classes, model.Classes);
        torch.Tensor Logits(Batch batch) => !isCached ? model.Logits(batch) : isPooled ? model.Classify(batch.Input) : model.LogitsOf(batch.Input);

        using var training = new ModuleTraining(recipe.Training, recipe.Seed, model, folder, surroundings);
        var (end, state) = training.Run(
            batches,
            batch => Loss(Logits(batch), batch, weights),
            () => EncoderLoss.Validate(model, validationBatches, Logits, weights).ByToken(), // batches of equal lengths mean nothing by themselves
            shape => StepFlops.Of(model, recipe.Freeze, recipe.Adapters is not null, shape));
        var result = Result(end, state, batches.BatchesInEpoch, data, model, match, training);
        result = result with { BodySeconds = bodySeconds, Flops = result.Flops + bodyFlops };
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        training.TakeKept(recipe.Keep);
        try
        {
            result = Measure(result, model, data, tokenizer, validation, test, train.Majority);
        }
        catch (OperationCanceledException)
        {
            return result with { Status = RunStatus.Interrupted };
        }

        folder.WriteModel(best =>
        {
            PretrainedEncoders.Write(model, best, data.Classes.Names);
            tokenizer.Save(best);
        });
        folder.WriteResult(result);
        folder.DeleteLowest();
        return result;
    }

    private (EncoderClassifier Model, WeightMatch? Match) Model(int classes) => recipe.Model is EncoderSource.Pretrained pretrained
        ? PretrainedEncoders.NewClassifier(modelFolder, classes, recipe.Seed, recipe.Adapters, new ExpectedWeights(pretrained.MayMiss, pretrained.MayLeave), pretrained.File)
        : (PretrainedEncoders.RandomClassifier(modelFolder, classes, recipe.Seed, recipe.Adapters), null);

    private void CheckTokenizer(EncoderTokenizer tokenizer, EncoderClassifier model)
    {
        TokenizerMatch.Check(tokenizer, model, modelFolder);
        if (recipe.MaximumLength > model.Options.MaximumLength)
        {
            throw new UserError($"maximumLength: {recipe.MaximumLength} is more than the {model.Options.MaximumLength} positions of the model in {modelFolder}; set maximumLength={model.Options.MaximumLength} or less.");
        }
    }

    private EncodedTexts Texts(IReadOnlyList<LabelledText> texts, LabelledData data, EncoderTokenizer tokenizer, int paddingId)
    {
        EncodedText[] encoded = [.. texts.Select(text => tokenizer.Encode(text.Text, text.Pair, recipe.MaximumLength))];
        return new EncodedTexts(texts, new EncoderTexts(encoded, paddingId), [.. texts.Select(text => data.Classes.IndexOf(text.Label))]);
    }

    private BatchSource Source(EncodedTexts texts, torch.Tensor? features, Func<IReadOnlyList<Lengths>, BatchOrder> order)
    {
        Collation collation = features is null ? new LabelledCollation(texts.Texts, texts.Classes) : new FeatureCollation(features, texts.Classes, texts.Texts.Lengths);
        return new BatchSource(order(collation.Lengths), collation, surroundings.Device);
    }

    /// <summary>[classes] float32 on the device; null where every text weighs the same.</summary>
    private torch.Tensor? ClassWeightsOf(IReadOnlyList<int> train, int classes)
    {
        if (recipe.ClassWeights == ClassWeights.Equal)
        {
            return null;
        }

        float[] weights = [.. Enumerable.Range(0, classes).Select(c => (float)train.Count / classes / Math.Max(1, train.Count(t => t == c)))];
        return torch.tensor(weights, device: surroundings.Device);
    }

    /// <summary>Mean over the batch's texts of each one's nats times the weight of its class.</summary>
    private torch.Tensor Loss(torch.Tensor logits, Batch batch, torch.Tensor? weights)
    {
        double smoothing = recipe.Training.LabelSmoothing;
        if (weights is null)
        {
            return torch.nn.functional.cross_entropy(logits, batch.Expected, label_smoothing: smoothing);
        }

        using var sum = torch.nn.functional.cross_entropy(logits, batch.Expected, weight: weights, reduction: torch.nn.Reduction.Sum, label_smoothing: smoothing);
        return sum / batch.Shape.Examples; // torch's own mean divides by the weights that a batch happens to hold
    }

    private FinetuningResult Measure(FinetuningResult result, EncoderClassifier model, LabelledData data, EncoderTokenizer tokenizer, EncodedTexts validation, EncodedTexts? test, int majority)
    {
        var predictions = new List<Prediction>();
        result = result with { Validation = Of("validation", validation), Test = test is null ? null : Of("test", test) };
        folder.Guarded(() => PredictionFile.Write(PredictionFile.PathIn(folder), data.Classes.Names, predictions));
        return result;

        ClassificationMeasures Of(string part, EncodedTexts texts)
        {
            double[][] probabilities = Classification.Probabilities(model, texts.Texts, surroundings.Device, surroundings.Stop);
            predictions.AddRange(texts.Given.Select((text, i) => new Prediction(
                part, text.Row, text.Text, text.Pair, data.Classes.Names[texts.Classes[i]], data.Classes.Names[ClassificationMeasures.MostLikely(probabilities[i])], probabilities[i], UnseenParts.Of(text.Text, text.Pair, texts.Texts[i], tokenizer))));
            return ClassificationMeasures.Of(data.Classes.Names, probabilities, texts.Classes, majority);
        }
    }

    private FinetuningResult Result(TrainingEnd end, TrainingState state, int batchesInEpoch, LabelledData data, EncoderClassifier model, WeightMatch? match, ModuleTraining training) => new()
    {
        Status = RunStatuses.Of(end),
        RunFolder = folder.Root,
        ValidationLoss = LowestLoss.Of(state),
        Classes = data.Classes.Names,
        TrainableParameters = training.TrainableParameters,
        Parameters = model.parameters().Sum(p => p.numel()),
        Weights = match,
        Flops = state.Flops,
        Tokens = state.Tokens,
        Seconds = state.Seconds,
        SecondsPerStep = training.SecondsPerStep,
        Steps = state.Step,
        Epochs = state.Epoch + ((double)state.BatchInEpoch / batchesInEpoch),
    };

    private void Say(LabelledData data, WeightMatch? match, IReadOnlyList<(string Does, EncodedTexts Texts)> parts)
    {
        var split = data.Split;
        surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"{data.Origin}: {split.Train.Count} texts train, {split.Validation.Count} validate{(split.Test.Count > 0 ? $", {split.Test.Count} test" : "")}; {data.Classes.Count} classes ({string.Join(", ", data.Classes.Names.Take(8))}{(data.Classes.Count > 8 ? ", ..." : "")}){(data.LeftOut.Count > 0 ? $"; {data.LeftOut.Count} {(data.LeftOut.Count == 1 ? "row" : "rows")} left out: row {data.LeftOut[0].Row.Row}{(data.LeftOut[0].Origin == data.Origin ? "" : $" of {data.LeftOut[0].Origin}")} {data.LeftOut[0].Row.Reason}{(data.LeftOut.Count > 1 ? ", ..." : "")}" : "")}."));
        foreach (string notice in data.Split.Notices().Concat(parts.Select(part => part.Texts.CutNotice(recipe.MaximumLength, part.Does)).OfType<string>()))
        {
            surroundings.Notice(notice);
        }

        if (match is { IsComplete: false })
        {
            surroundings.Notice($"{modelFolder}: {match.Words}.");
        }
        else if (match is null)
        {
            surroundings.Notice($"All weights are drawn: nothing of {modelFolder} is used but its shape and its tokeniser.");
        }
    }

    /// <summary>Texts with what the encoder takes of them.</summary>
    private sealed record EncodedTexts(IReadOnlyList<LabelledText> Given, EncoderTexts Texts, IReadOnlyList<int> Classes)
    {
        public string? CutNotice(int maximum, string does) => UnseenParts.CutNotice([.. Given.Select((_, i) => Texts[i])], i => (Given[i].Text, Given[i].Pair), maximum, does);

        /// <summary>The most frequent class, the first of equals.</summary>
        public int Majority => Classes.GroupBy(c => c).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
    }
}
