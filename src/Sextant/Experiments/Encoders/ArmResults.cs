using System.Text.Json;
using System.Text.Json.Serialization;
using Sextant.Finetuning;

namespace Sextant.Experiments.Encoders;

/// <summary>Arms side by side: arms.json, and what `compare` and `study run` print of them.</summary>
/// <param name="Name">Of the study, or of what was compared.</param>
/// <param name="On">Which texts.</param>
/// <param name="Texts">How many.</param>
/// <param name="MajorityAccuracy">The share that always saying the most frequent class gets right, 0..1.</param>
/// <param name="Classes">Their names.</param>
/// <param name="Arms">In order.</param>
/// <param name="Comparisons">Pairs of arms.</param>
public sealed record ArmResults(string Name, ArmPart On, int Texts, double MajorityAccuracy, IReadOnlyList<string> Classes, IReadOnlyList<ArmResult> Arms, IReadOnlyList<ArmComparison> Comparisons)
{
    /// <summary>The arms some of whose weights were kept by the lowest loss on the very texts that are compared.</summary>
    public IReadOnlyList<string> ChosenOnTheseTexts { get; init; } = [];

    /// <summary>Where a folder holds arms side by side.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, "arms.json");

    /// <summary>Reads arms.json.</summary>
    /// <exception cref="UserError">It is not there or damaged.</exception>
    public static ArmResults Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ArmResults>(File.ReadAllText(path), RecipeJson.Options) is { Arms.Count: > 0 } results ? results : throw new JsonException();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserError($"{path} cannot be read as arms side by side; write it again with `sextant study run STUDY` or `sextant compare RUN... --out {Path.GetDirectoryName(path)}`.", e);
        }
    }

    /// <summary>The texts that runs are best compared on: those that test where every run has some, which took no part in choosing weights, and else those that validate.</summary>
    /// <exception cref="UserError">A run is not done.</exception>
    public static ArmPart PartOf(IEnumerable<string> runs) => runs.All(run => ArmRun.Done(new RunFolder(run)).Test is not null) ? ArmPart.Test : ArmPart.Validation;

    /// <summary>Reads the runs of each arm.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="on">Which texts.</param>
    /// <param name="arms">Name and run folders, a seed each, the same seeds in the same order for all arms.</param>
    /// <param name="pairs">Names of arms to compare; empty for every arm against the first.</param>
    /// <exception cref="UserError">A run is not done, or the runs are not of the same texts.</exception>
    public static ArmResults Of(string name, ArmPart on, IReadOnlyList<(string Name, IReadOnlyList<string> Runs)> arms, IReadOnlyList<IReadOnlyList<string>> pairs)
    {
        var read = arms.Select(arm => (arm.Name, Runs: arm.Runs.Select(run => ArmRun.Read(run, on)).ToList())).ToList();
        var first = read[0].Runs[0];
        foreach (var (run, arm) in read.SelectMany(arm => arm.Runs.Select(run => (run, arm.Name))))
        {
            if (!run.Result.Classes.SequenceEqual(first.Result.Classes))
            {
                throw new UserError($"{run.Folder} ({arm}) tells apart {string.Join(", ", run.Result.Classes)} and {first.Folder} {string.Join(", ", first.Result.Classes)}, so that they cannot be compared; give them the same data and labels in the same order.");
            }

            if (run.Majority != first.Majority)
            {
                throw new UserError($"{run.Folder} ({arm}) trained on texts of which most are {run.Majority}, and {first.Folder} on texts of which most are {first.Majority}, so that they cannot be compared; give them the same data and split.");
            }

            if (!run.Predictions.Select(p => (p.Row, p.Text, p.Pair, p.Label)).SequenceEqual(first.Predictions.Select(p => (p.Row, p.Text, p.Pair, p.Label))))
            {
                throw new UserError($"{run.Folder} ({arm}) and {first.Folder} are not of the same {on.ToString().ToLowerInvariant()} texts, so that they cannot be compared; give them the same data and split.");
            }
        }

        double[] majority = [.. first.Predictions.Select(p => p.Label == first.Majority ? 1.0 : 0)];
        var right = read.ToDictionary(arm => arm.Name, arm => (IReadOnlyList<bool[]>)[.. arm.Runs.Select(run => run.Predictions.Select(p => p.IsRight).ToArray())]);
        var compared = pairs.Count > 0
            ? pairs.Select(pair => (First: pair[0], Second: pair[1]))
            : read.Skip(1).Where(arm => arm.Runs.Count == read[0].Runs.Count).Select(arm => (First: read[0].Name, Second: arm.Name));
        return new ArmResults(
            name,
            on,
            first.Predictions.Count,
            majority.Average(),
            first.Result.Classes,
            [.. read.Select(arm => ArmResult.Of(arm.Name, arm.Runs, majority))],
            ArmComparison.AfterHolm(compared.Select(pair => ArmComparison.WithP((pair.First, right[pair.First]), (pair.Second, right[pair.Second])))))
        {
            ChosenOnTheseTexts = on == ArmPart.Test ? [] : [.. read.Where(arm => arm.Runs.Any(run => run.KeepsLowest)).Select(arm => arm.Name)],
        };
    }
}

/// <summary>An arm over its seeds.</summary>
public sealed record ArmResult
{
    public required string Name { get; init; }

    public required SeedMean Accuracy { get; init; }

    /// <summary>Accuracy less that of always saying the most frequent class, on the same texts.</summary>
    public required SeedMean OverMajority { get; init; }

    /// <summary>Mean over seeds.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean over seeds of each class's recall; null for a class without texts.</summary>
    public required IReadOnlyList<double?> Recall { get; init; }

    /// <summary>Median over seeds of a step's seconds, evaluations and files apart; null where a run does not say.</summary>
    public required double? SecondsPerStep { get; init; }

    /// <summary>Median over seeds of the seconds of training, a frozen body's one pass included.</summary>
    public required double Seconds { get; init; }

    public required long TrainableParameters { get; init; }

    public required long Parameters { get; init; }

    /// <summary>The run folders, a seed each.</summary>
    public required IReadOnlyList<string> Runs { get; init; }

    /// <summary>Whether the interval of what it is better than the most frequent class by leaves zero out.</summary>
    [JsonPropertyOrder(1)]
    public bool IsAboveMajority => OverMajority.Interval?.Low > 0;

    internal static ArmResult Of(string name, IReadOnlyList<ArmRun> runs, double[] majority)
    {
        double[][] right = [.. runs.Select(run => run.Predictions.Select(p => p.IsRight ? 1.0 : 0).ToArray())];
        double[] steps = [.. runs.Select(run => run.Result.SecondsPerStep).OfType<double>()];
        return new ArmResult
        {
            Name = name,
            Accuracy = SeedMean.Of(right),
            OverMajority = SeedMean.OfDifferences([.. right.Select(row => row.Zip(majority, (r, m) => r - m).ToArray())]).Mean,
            MacroF1 = runs.Average(run => run.Measures.MacroF1),
            Recall = [.. runs[0].Measures.Classes.Select((c, i) => c.Support == 0 ? (double?)null : runs.Average(run => run.Measures.Classes[i].Recall!.Value))],
            SecondsPerStep = steps.Length == runs.Count ? Median(steps) : null,
            Seconds = Median([.. runs.Select(run => run.Result.Seconds + run.Result.BodySeconds)]),
            TrainableParameters = runs[0].Result.TrainableParameters,
            Parameters = runs[0].Result.Parameters,
            Runs = [.. runs.Select(run => run.Folder)],
        };
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>A fine-tuning that is done, with what it said of the texts that arms are compared on.</summary>
internal sealed record ArmRun(string Folder, FinetuningResult Result, ClassificationMeasures Measures, IReadOnlyList<Prediction> Predictions)
{
    /// <summary>The name of the class that the majority's accuracy is of.</summary>
    public string Majority => Result.Classes[Measures.Majority];

    /// <summary>Whether its weights are those of the lowest loss on the texts that validate.</summary>
    public bool KeepsLowest => EncoderRecipes.KeepsLowest(new RunFolder(Folder));

    public static FinetuningResult Done(RunFolder folder) =>
        FinetuningRun.Read(folder) ?? throw new UserError($"The fine-tuning in {folder.Root} is not done; let `sextant finetune` finish it first.");

    public static ArmRun Read(string path, ArmPart on)
    {
        var folder = new RunFolder(path);
        var result = Done(folder);
        string part = on.ToString().ToLowerInvariant();
        var measures = (on == ArmPart.Test ? result.Test : result.Validation) ?? throw new UserError($"The fine-tuning in {folder.Root} has no {part} texts; give its data a split that has some.");
        Prediction[] predictions = [.. PredictionFile.Read(PredictionFile.PathIn(folder)).Where(p => p.Part == part)];
        return predictions.Length == measures.Count
            ? new ArmRun(folder.Root, result, measures, predictions)
            : throw new UserError($"{PredictionFile.PathIn(folder)} holds {predictions.Length} {part} texts, and {measures.Count} were measured; delete the run folder and train again.");
    }
}
