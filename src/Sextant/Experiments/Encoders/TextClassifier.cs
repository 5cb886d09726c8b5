using System.Globalization;
using Sextant.Data.Labelled;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Pretrained.Hub;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Experiments.Encoders;

/// <summary>A classifier that was fine-tuned, here or elsewhere, ready to say the classes of new texts.</summary>
public sealed class TextClassifier : IDisposable
{
    private readonly EncoderClassifier model;
    private readonly EncoderTokenizer tokenizer;
    private readonly torch.Device device;

    private TextClassifier(EncoderClassifier model, EncoderTokenizer tokenizer, torch.Device device, IReadOnlyList<string> classes, int maximumLength, LabelledColumns? columns)
    {
        (this.model, this.tokenizer, this.device) = (model, tokenizer, device);
        (Classes, MaximumLength, Columns) = (classes, maximumLength, columns);
    }

    /// <summary>Names of the classes, in the order of their probabilities.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The most tokens of a text, special ones included: what a run was trained with, else all that the model takes. What is longer is cut.</summary>
    public int MaximumLength { get; }

    /// <summary>The columns of the file that a run was trained on; null where it was trained on none, or is no run.</summary>
    public LabelledColumns? Columns { get; }

    /// <summary>The kept model of a fine-tuning, or a published classifier.</summary>
    /// <param name="runOrModel">The folder of a fine-tuning run, the folder of a model, or the name of one that was pulled.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="settings">Where pulled models are; null for what the environment says.</param>
    /// <exception cref="UserError">There is no such model, it is no classifier, or the run is not done.</exception>
    public static TextClassifier Load(string runOrModel, torch.Device device, HubSettings? settings = null)
    {
        var folder = new RunFolder(runOrModel);
        var recipe = folder.Exists ? RecipeOf(folder) : null;
        string model = recipe is null ? ModelFolders.Find(runOrModel, settings: settings) : folder.BestFolder;
        if (recipe is not null)
        {
            torch.set_num_threads(recipe.Training.Threads);
        }

        return Load(model, device, recipe);
    }

    /// <summary>What it says of texts, in the order given; texts of like length go through the model together.</summary>
    /// <param name="texts">Each with its second text, or null for none. A text of white space alone gets no class.</param>
    /// <param name="stop">Looked at before each batch.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<ClassifiedText> Classify(IReadOnlyList<(string Text, string? Pair)> texts, CancellationToken stop = default)
    {
        int[] there = [.. Enumerable.Range(0, texts.Count).Where(i => !string.IsNullOrWhiteSpace(texts[i].Text) && (texts[i].Pair is null || !string.IsNullOrWhiteSpace(texts[i].Pair)))];
        EncodedText[] encoded = [.. there.Select(i => tokenizer.Encode(texts[i].Text, texts[i].Pair, MaximumLength))];
        double[][] probabilities = Classification.Probabilities(model, new EncoderTexts(encoded, model.Options.PaddingId), device, stop);
        var found = new ClassifiedText[texts.Count];
        foreach (var (k, i) in there.Index())
        {
            var (text, pair) = texts[i];
            found[i] = new ClassifiedText(text, pair, Classes[ClassificationMeasures.MostLikely(probabilities[k])], probabilities[k], UnseenParts.Unknowns(text, pair, encoded[k], tokenizer), UnseenParts.CutOff(text, pair, encoded[k]));
        }

        return [.. found.Select((text, i) => text ?? new ClassifiedText(texts[i].Text, texts[i].Pair, null, [], "", ""))];
    }

    public void Dispose() => model.Dispose();

    private static FinetuningRecipe RecipeOf(RunFolder folder)
    {
        switch (folder.ReadKind())
        {
            case RunKind.Pretraining:
                throw new UserError($"{folder.Root} is a pretrained encoder that fills in hidden tokens, not a classifier; fine-tune it first with `sextant finetune RECIPE --set model.path={folder.Root}`.");
            case RunKind.Contrastive:
                throw new UserError($"{folder.Root} is a CLIP, not a classifier of texts; use `sextant match` with it, or give the folder of a fine-tuning.");
            case RunKind.Sequence:
                throw new UserError($"{folder.Root} is a run of `sextant train`, not a classifier; use `sextant translate {folder.Root}` or `sextant generate {folder.Root}`, or give the folder of a fine-tuning.");
        }

        if (FinetuningRun.Read(folder) is null)
        {
            throw new UserError($"The fine-tuning in {folder.Root} is not done; let `sextant finetune {folder.RecipePath} --out {folder.Root}` finish it first.");
        }

        folder.CheckBest();
        return EncoderRecipes.LoadFinetuning(folder.RecipePath);
    }

    private static TextClassifier Load(string folder, torch.Device device, FinetuningRecipe? recipe)
    {
        var tokenizer = EncoderTokenizer.Load(folder);
        var model = PretrainedEncoders.Classifier(folder);
        try
        {
            TokenizerMatch.Check(tokenizer, model, folder);
            model.to(device);
            model.eval();
            return new TextClassifier(model, tokenizer, device, Named(EncoderConfig.Read(folder).Labels, model.Classes), recipe?.MaximumLength ?? model.Options.MaximumLength, (recipe?.Data as LabelledOptions.File)?.Columns);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What the config calls the classes, or what other tools call them where it does not.</summary>
    private static IReadOnlyList<string> Named(IReadOnlyList<string> labels, int classes) =>
        labels.Count == classes && labels.Distinct().Count() == classes ? labels : [.. Enumerable.Range(0, classes).Select(i => string.Create(CultureInfo.InvariantCulture, $"LABEL_{i}"))];
}

/// <summary>What a classifier says of a text.</summary>
/// <param name="Text">As given.</param>
/// <param name="Pair">Its second text; null where there is none.</param>
/// <param name="Label">The name of the likeliest class; null where there is no text to classify.</param>
/// <param name="Probabilities">Of the classes, in their order, 0..1; empty where there is no text.</param>
/// <param name="Unknown">Pieces that have no token of their own, in words; empty where all have.</param>
/// <param name="CutOff">What was beyond the maximum length, in words; empty where nothing was.</param>
public sealed record ClassifiedText(string Text, string? Pair, string? Label, IReadOnlyList<double> Probabilities, string Unknown, string CutOff)
{
    /// <summary>Of the likeliest class; null where there is no text.</summary>
    public double? Probability => Probabilities.Count == 0 ? null : Probabilities.Max();

    /// <summary>What the encoder did not see as it stands, in words; empty where it saw everything.</summary>
    public string Unseen => UnseenParts.Joined(Unknown, CutOff);
}
