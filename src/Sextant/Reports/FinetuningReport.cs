using System.Globalization;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Reports;

/// <summary>A fine-tuning as a page and pictures: how much is right, which classes are mistaken, and every mistake.</summary>
public sealed record FinetuningReport
{
    private const int MostMistakes = 200, LongestText = 240, MostNamed = 6;

    public required Page Page { get; init; }

    /// <summary>The page's pictures, by the names of their files.</summary>
    public required IReadOnlyDictionary<string, Picture> Pictures { get; init; }

    /// <summary>Reads a run that is done.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="commands">Commands that repeat it.</param>
    /// <exception cref="UserError">No fine-tuning is there, it is not done, or a file of it is damaged.</exception>
    public static FinetuningReport Read(RunFolder folder, IReadOnlyList<string> commands)
    {
        var result = FinetuningRun.Read(folder) is { Validation: not null } done
            ? done
            : throw new UserError($"The fine-tuning in {folder.Root} is not done; let `sextant finetune {folder.RecipePath} --out {folder.Root}` finish it first.");
        return Of(result, EncoderRecipes.LoadFinetuning(folder.RecipePath), folder.ReadMetrics(), PredictionFile.Read(PredictionFile.PathIn(folder)), commands);
    }

    /// <param name="result">Of a run that is done.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="evaluations">On the way.</param>
    /// <param name="predictions">What the kept weights say.</param>
    /// <param name="commands">Commands that repeat it.</param>
    public static FinetuningReport Of(FinetuningResult result, FinetuningRecipe recipe, IReadOnlyList<Evaluation> evaluations, IReadOnlyList<Prediction> predictions, IReadOnlyList<string> commands)
    {
        var parts = Parts(result).ToList();
        var confusion = ConfusionPicture.Of(result);
        var (loss, accuracy) = (Loss(evaluations, recipe), Accuracy(evaluations, result));
        return new FinetuningReport
        {
            Pictures = new Dictionary<string, Picture> { [ConfusionPicture.Name] = confusion, ["loss-by-epoch"] = loss, ["accuracy-by-epoch"] = accuracy },
            Page = new Page
            {
                Title = $"Fine-tuning: {recipe.Name}",
                Lead = [.. parts.SelectMany(Sentences)],
                Sections =
                [
                    new Section("The classes", [.. Caveats(recipe, result), .. parts.Select(part => Classes(part.Part, part.Measures)), new Block.Figure(confusion)]),
                    new Section("Along the training", [new Block.Paragraph(Training(recipe, result)), new Block.Figure(loss), new Block.Figure(accuracy)]),
                    .. Section.Unless("The mistakes", Mistakes(predictions, [.. result.Classes])),
                    .. Section.Unless("How to repeat it", commands.Count > 0 ? [new Block.Commands(commands)] : []),
                ],
            },
        };
    }

    /// <summary>Writes report.html and each picture as PNG and SVG into a folder; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => ReportFolder.Write(folder, Page, Pictures.Select(picture => (picture.Key, picture.Value)));

    private static IEnumerable<(string Part, ClassificationMeasures Measures)> Parts(FinetuningResult result)
    {
        yield return ("validation", result.Validation!);
        if (result.Test is { } test)
        {
            yield return ("test", test);
        }
    }

    private static IEnumerable<string> Sentences((string Part, ClassificationMeasures Measures) of)
    {
        var measures = of.Measures;
        string shown = measures.IsAboveMajority ? "" : ", and no better than that is shown";
        string majority = $"always saying the most frequent class ({measures.Classes[measures.Majority].Name}) gets {Numbers.Share(measures.MajorityAccuracy)}{shown}";
        yield return $"{Numbers.Share(measures.Accuracy)} of {Numbers.Whole(measures.Count)} {of.Part} texts are classified right{Between(measures.AccuracyInterval, "%")}; {majority} (difference {Points(measures.Accuracy - measures.MajorityAccuracy)} points{Between(measures.OverMajorityInterval, "points", ", ", "")}). Macro F1 is {F(measures.MacroF1)}.";
        ClassMeasures[] there = [.. measures.Classes.Where(c => c.Support > 0).OrderByDescending(c => c.F1)];
        if (there.Length > 1)
        {
            yield return $"Best is {Named(there[0])}, worst {Named(there[^1])}.";
        }

        string[] never = [.. there.Where(c => c.Said == 0).Select(c => c.Name)];
        if (never.Length > 0)
        {
            yield return $"Never said of a {of.Part} text: {string.Join(", ", never.Take(MostNamed))}{(never.Length > MostNamed ? $" and {never.Length - MostNamed} more classes" : "")}.";
        }
    }

    /// <summary>An interval of shares in hundredths; nothing where there is none.</summary>
    public static string Between(Interval? interval, string unit, string before = " (", string after = ")") =>
        interval is { Low: double low, High: double high } ? $"{before}95 % interval {Points(low)} to {Points(high)} {unit}{after}" : "";

    public static string Points(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    private static string Named(ClassMeasures c) => $"{c.Name} (F1 {F(c.F1)}; {Numbers.Whole(c.Right)} of its {Numbers.Whole(c.Support)} texts right)";

    private static IEnumerable<Block> Caveats(FinetuningRecipe recipe, FinetuningResult result)
    {
        yield return new Block.Caveat("Intervals are of these very weights over other texts of the same kind; another seed gives other weights.");
        if (recipe.Keep == KeptWeights.Lowest)
        {
            yield return new Block.Caveat("The kept weights are those of the lowest loss on the validation texts, so that what is said of these flatters them a little." + (result.Test is null ? "" : " The test texts took no part in the choice."));
        }

        foreach (var (part, measures) in Parts(result).Where(part => part.Measures.Classes.Any(c => c.Support is > 0 and < 20)))
        {
            var rare = measures.Classes.Where(c => c.Support is > 0 and < 20).Select(c => $"{c.Name} ({c.Support})").ToList();
            yield return new Block.Caveat($"Few {part} texts of {string.Join(", ", rare.Take(MostNamed))}{(rare.Count > MostNamed ? $" and {rare.Count - MostNamed} more classes" : "")}: shares of so few say little.");
        }
    }

    private static Block.Table Classes(string part, ClassificationMeasures measures) => new()
    {
        Columns = [new Column($"Class ({part})"), new Column("Texts", null, true), new Column("Said", "texts", true), new Column("Right", "texts", true), new Column("Precision", "%", true), new Column("Recall", "%", true), new Column("F1", null, true)],
        Rows = [.. measures.Classes.Select(c => (IReadOnlyList<string>)[c.Name, Numbers.Whole(c.Support), Numbers.Whole(c.Said), Numbers.Whole(c.Right), Percent(c.Precision), Percent(c.Recall), F(c.F1)])],
        Caption = "Precision: of the texts said to be of the class, those that are. Recall: of the texts of the class, those said to be. F1: their harmonic mean.",
    };

    private static string Training(FinetuningRecipe recipe, FinetuningResult result)
    {
        string frozen = recipe.Freeze switch
        {
            FrozenParts.Body { TrainPooler: true } => "the body frozen, its pooler not",
            FrozenParts.Body => "the body frozen",
            FrozenParts.Embeddings => "the embeddings frozen",
            FrozenParts.FirstLayers { Count: 1 } => "the embeddings and the first layer frozen",
            FrozenParts.FirstLayers first => $"the embeddings and the first {first.Count} layers frozen",
            _ => recipe.Adapters is null ? "nothing frozen" : "the body with adapters",
        };
        string origin = recipe.Model is EncoderSource.Random ? $"All weights were drawn anew for the shape of {recipe.Model.Path}" : $"The encoder is {recipe.Model.Path}";
        string body = result.BodySeconds > 0 ? $", and {Numbers.Duration(result.BodySeconds)} for the frozen body, once" : "";
        return $"{origin}; {Numbers.Whole(result.TrainableParameters)} of {Numbers.Whole(result.Parameters)} parameters were trained ({frozen}), for {Numbers.Whole(result.Steps)} steps or {Numbers.Short(result.Epochs)} epochs, in {Numbers.Duration(result.Seconds)}{(result.SecondsPerStep is double step ? $" ({Numbers.Significant(1000 * step)} ms a step)" : "")}{body}.";
    }

    private static Chart Loss(IReadOnlyList<Evaluation> evaluations, FinetuningRecipe recipe)
    {
        var lowest = evaluations.MinBy(e => e.ValidationLoss);
        bool rises = lowest is not null && evaluations[^1].ValidationLoss > 1.02 * lowest.ValidationLoss;
        return new Chart
        {
            Title = "Loss by epoch",
            Subtitle = lowest is null ? null : $"The validation loss is lowest after {Epochs(lowest.Epoch)}: {Numbers.Loss(lowest.ValidationLoss)} nats a text{(rises ? $"; then it rises to {Numbers.Loss(evaluations[^1].ValidationLoss)}" : "")}.",
            Caption = $"Training loss: mean since the evaluation before{(recipe.Training.LabelSmoothing > 0 ? ", with smoothed labels" : "")}{(recipe.ClassWeights == ClassWeights.Balanced ? ", every class weighing the same" : "")}. Validation loss: mean over the texts that do not train{(recipe.ClassWeights == ClassWeights.Balanced ? ", weighed in the same way" : "")}.",
            X = new Axis("Epoch"),
            Y = new Axis("Loss", "nats a text"),
            Series =
            [
                new Series { Name = "validation", Points = [.. evaluations.Select(e => new ChartPoint(e.Epoch, e.ValidationLoss))] },
                new Series { Name = "training", Points = [.. evaluations.Select(e => new ChartPoint(e.Epoch, e.TrainLoss))] },
            ],
            References = recipe.Keep == KeptWeights.Lowest && lowest is not null ? [new ReferenceLine.Vertical(lowest.Epoch, "kept")] : [],
        };
    }

    private static Chart Accuracy(IReadOnlyList<Evaluation> evaluations, FinetuningResult result) => new()
    {
        Title = "Accuracy by epoch",
        Subtitle = $"The kept weights get {Numbers.Share(result.Validation!.Accuracy)} of the validation texts right.",
        Caption = "The level line is always saying the most frequent class of the texts that train.",
        X = new Axis("Epoch"),
        Y = new Axis("Accuracy", "% of validation texts"),
        Series = [new Series { Name = "validation", Points = [.. evaluations.Where(e => e.Accuracy is not null).Select(e => new ChartPoint(e.Epoch, 100 * e.Accuracy!.Value))] }],
        References = [new ReferenceLine.Horizontal(100 * result.Validation.MajorityAccuracy, "most frequent class")],
    };

    private static IEnumerable<Block> Mistakes(IReadOnlyList<Prediction> predictions, List<string> classes)
    {
        Prediction[] wrong = [.. predictions.Where(p => !p.IsRight).OrderByDescending(p => p.Probabilities.Max())];
        if (wrong.Length == 0)
        {
            yield break;
        }

        bool someUnseen = wrong.Any(p => p.Unseen.Length > 0);
        yield return new Block.Table
        {
            Columns = [new Column("Row"), new Column("Text"), new Column("Right"), new Column("Said"), new Column("Probability", "of what was said", true), new Column("Probability", "of what is right", true), .. someUnseen ? [new Column("Not seen by the encoder")] : Array.Empty<Column>()],
            Rows = [.. wrong.Take(MostMistakes).Select(p => (IReadOnlyList<string>)
            [
                $"{p.Part} {p.Row}", Shortened(p.Pair is null ? p.Text : $"{p.Text} / {p.Pair}"), p.Label, p.Predicted, F(p.Probabilities.Max()), F(classes.IndexOf(p.Label) is >= 0 and int right ? p.Probabilities[right] : null), .. someUnseen ? [p.Unseen] : Array.Empty<string>(),
            ])],
            Caption = $"{(wrong.Length > MostMistakes ? $"The {MostMistakes} surest of {wrong.Length} mistakes" : $"All {wrong.Length} mistakes")}, the surest first; rows of the data from 1. Every text with all its probabilities is in predictions.csv.",
        };
    }

    private static string Shortened(string text) => text.Length > LongestText ? text[..LongestText] + "…" : text;

    private static string Epochs(double epochs) => epochs == 1 ? "1 epoch" : $"{Numbers.Short(epochs)} epochs";

    private static string F(double? value) => value is double number ? number.ToString("F3", CultureInfo.InvariantCulture) : "–";

    private static string Percent(double? share) => share is double value ? (100 * value).ToString("F1", CultureInfo.InvariantCulture) : "–";
}
