using System.Globalization;
using Sextant.Data;
using Sextant.Data.Arithmetic;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments.Encoders;

/// <summary>
/// Carries out a pretraining in a run folder: recipe.json, metrics.jsonl, checkpoint/, best/ (the model of the lowest validation loss with its vocabulary, in the layout of
/// Hugging Face), result.json.
/// </summary>
public sealed class PretrainingRun
{
    private const double BackwardAndForward = 3;

    private readonly PretrainingRecipe recipe;
    private readonly RunFolder folder;
    private readonly RunSurroundings surroundings;

    private PretrainingRun(PretrainingRecipe recipe, RunFolder folder, RunSurroundings surroundings)
    {
        (this.recipe, this.folder, this.surroundings) = (recipe, folder, surroundings);
    }

    /// <summary>Trains from the last checkpoint, if there is one, to the end; a run that is done is only read.</summary>
    /// <exception cref="UserError">The recipe, its text or the folder is not usable, or training diverged.</exception>
    public static PretrainingResult Train(PretrainingRecipe recipe, RunFolder folder, RunSurroundings surroundings)
    {
        string identity = EncoderIdentity.Of(recipe);
        return RunOnce.Carry(
            folder,
            EncoderRecipes.ToJson(recipe),
            identity,
            surroundings,
            () => Read(folder),
            () => new PretrainingRun(recipe, folder, surroundings).Train(identity));
    }

    /// <summary>The result of a pretraining that is done; null where it is not.</summary>
    public static PretrainingResult? Read(RunFolder folder) => folder.ReadResult<PretrainingResult>() is { } result ? result with { RunFolder = folder.Root } : null;

    private PretrainingResult Train(string identity)
    {
        torch.set_num_threads(recipe.Training.Threads);
        var (train, validation) = Divided([.. Read(recipe.Data)]);
        var tokenizer = WordPieceTokenizer.Train(recipe.VocabularyText?.SelectMany(Read) ?? train, recipe.VocabularySize); // the same texts give the same pieces, so that a run that goes on needs no file of them
        using var model = PretrainedEncoders.New(recipe.Model, tokenizer.VocabularySize, recipe.Seed);
        model.to(surroundings.Device);
        folder.Claim(EncoderRecipes.ToJson(recipe), identity, () => identity);
        using var batches = Source("train", train, tokenizer, recipe.Seed, lengths => BatchOrder.Of(recipe.Training.Batch, lengths, recipe.Seed));
        using var validationBatches = Source("validate", validation, tokenizer, recipe.Seed + 1, lengths => BatchOrder.FixedBuckets(lengths, recipe.Training.ValidationBatch));
        surroundings.Notice(string.Create(CultureInfo.InvariantCulture, $"{train.Count:N0} texts train, {validation.Count:N0} validate; {tokenizer.VocabularySize} word pieces; {batches.BatchesInEpoch} batches an epoch, {batches.TokensInEpoch:N0} tokens, {batches.Padding(0):P1} padding."));
        using var training = new ModuleTraining(recipe.Training, recipe.Seed, model, folder, surroundings);
        var (end, state) = training.Run(
            batches,
            batch => torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected, label_smoothing: recipe.Training.LabelSmoothing),
            () => EncoderLoss.Validate(model, validationBatches, model.Logits).ByToken(), // batches of equal lengths mean nothing by themselves
            shape => BackwardAndForward * model.ForwardFlops(shape));
        var result = Result(end, state, batches.BatchesInEpoch, model);
        if (end == TrainingEnd.Interrupted)
        {
            return result;
        }

        training.TakeKept(KeptWeights.Lowest);
        result = result with { Accuracy = state.Lowest?.Accuracy };
        folder.WriteModel(best =>
        {
            PretrainedEncoders.Write(model, best);
            tokenizer.Save(best);
        });
        folder.WriteResult(result);
        folder.DeleteLowest();
        return result;
    }

    /// <summary>The texts in their order.</summary>
    internal static IEnumerable<string> Read(PretrainingText text) => text switch
    {
        PretrainingText.Arithmetic numbers => ArithmeticText.Sentences(numbers.Seed, numbers.Sentences, numbers.UnsaidPairs()),
        PretrainingText.General general => GeneralText.Sentences(general.Seed, general.Sentences, general.HasNumbers),
        PretrainingText.File file => TextFiles.Find(file.Path).SelectMany(path => TextFiles.Chunks(path, 0, new FileInfo(path).Length)).SelectMany(Lines),
        _ => throw new NotSupportedException(text.GetType().Name),
    };

    private static IEnumerable<string> Lines(string chunk) => chunk.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The share validates, spread evenly (of a share of 1/n every n-th text); a text that trains is never among them, however often it comes.</summary>
    private (IReadOnlyList<string> Train, IReadOnlyList<string> Validation) Divided(string[] texts)
    {
        string[] train = [.. texts.Where((_, i) => !Validates(i))];
        var seen = train.ToHashSet(StringComparer.Ordinal);
        string[] validation = [.. texts.Where((text, i) => Validates(i) && !seen.Contains(text))];
        return train.Length > 0 && validation.Length > 0
            ? (train, validation)
            : throw new UserError(texts.Length == 0 ? "data: there is no text in it; give a file with a text a line." : $"data: of {texts.Length} texts {train.Length} would train and {validation.Length}, which do not train too, would validate; give more text or another data.validationShare.");

        bool Validates(int i) => Whole(i + 1) > Whole(i);

        double Whole(int count) => Math.Floor((count * recipe.Data.ValidationShare) + 1e-9); // 50 of 0.02 are a hair below or above 1
    }

    private BatchSource Source(string does, IReadOnlyList<string> texts, WordPieceTokenizer tokenizer, ulong seed, Func<IReadOnlyList<Lengths>, BatchOrder> order)
    {
        EncodedText[] all = [.. texts.Select(text => tokenizer.Encode(text, maximum: recipe.MaximumLength))];
        if (UnseenParts.CutNotice(all, i => (texts[i], null), recipe.MaximumLength, does) is { } notice)
        {
            surroundings.Notice(notice);
        }

        EncodedText[] encoded = [.. all.Where(text => text.Ids.Any(id => !tokenizer.SpecialIds.Contains(id)))];
        var vocabulary = new MaskingVocabulary(tokenizer.MaskId!.Value, tokenizer.SpecialIds, [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => !tokenizer.SpecialIds.Contains(id))]);
        var collation = new MaskedCollation(new EncoderTexts(encoded, recipe.Model.PaddingId), vocabulary, recipe.MaskedShare, seed);
        return new BatchSource(order(collation.Lengths), collation, surroundings.Device);
    }

    private PretrainingResult Result(TrainingEnd end, TrainingState state, int batchesInEpoch, MaskedLanguageModel model) => new()
    {
        Status = RunStatuses.Of(end),
        RunFolder = folder.Root,
        ValidationLoss = LowestLoss.Of(state),
        VocabularySize = model.VocabularySize,
        Parameters = model.parameters().Sum(p => p.numel()),
        Flops = state.Flops,
        Tokens = state.Tokens,
        Seconds = state.Seconds,
        Steps = state.Step,
        Epochs = state.Epoch + ((double)state.BatchInEpoch / batchesInEpoch),
    };
}
