using Sextant.Data;

namespace Sextant.Reports;

/// <summary>Runs side by side: what `sextant compare` shows.</summary>
public sealed record Comparison
{
    /// <summary>The finding, in the first sentences.</summary>
    public required IReadOnlyList<string> Lead { get; init; }

    /// <summary>What stands in the way of believing it, in sentences; empty where nothing does.</summary>
    public required IReadOnlyList<string> Caveats { get; init; }

    /// <summary>A row for each run, in the order given.</summary>
    public required IReadOnlyList<ComparisonRow> Rows { get; init; }

    /// <summary>The rows to mark: of each set measured on the same examples, the runs of the recipe of lowest median.</summary>
    public required IReadOnlyList<int> Best { get; init; }

    /// <summary>Runs that are the same but for their seeds, together.</summary>
    public required IReadOnlyList<RunGroup> Groups { get; init; }

    /// <summary>The charts, each under the name of its files.</summary>
    public required IReadOnlyList<NamedChart> Charts { get; init; }

    /// <summary>The test sentence as each run translates it.</summary>
    public required IReadOnlyList<ComparedTranslation> TestSentence { get; init; }

    /// <summary>A loss at the end this many times the lowest is worth a word.</summary>
    private const double Overfit = 1.25;

    private const int NamedOverfits = 3;

    /// <exception cref="ArgumentException">There is no run.</exception>
    public static Comparison Of(IReadOnlyList<ComparedRun> runs)
    {
        if (runs.Count == 0)
        {
            throw new ArgumentException("There is no finished run to compare.", nameof(runs));
        }

        var groups = RunGroup.Of(runs);
        var byHidden = SizePicture.ByHidden(groups);
        var byData = SizePicture.ByData(groups);
        return new Comparison
        {
            Lead = LeadOf(groups),
            Caveats = CaveatsOf(groups, byHidden, byData),
            Rows = [.. runs.Select(ComparisonRow.Of)],
            Best = [.. Marked(runs, groups)],
            Groups = groups,
            Charts =
            [
                new NamedChart("loss-by-epoch", CurvePicture.ByEpoch(groups)),
                new NamedChart("loss-by-flops", CurvePicture.ByFlops(groups)),
                .. byHidden is null ? [] : new[] { new NamedChart("loss-by-hidden-size", byHidden.Chart) },
                .. byData is null ? [] : new[] { new NamedChart("loss-by-data-size", byData.Chart) },
            ],
            TestSentence = [.. runs.SelectMany(run => run.TestSentence.Select(translation => new ComparedTranslation(run.Name, translation.Source, translation.Output)))],
        };
    }

    /// <summary>The best of each set whose losses can be ranked: measured on the same examples, in the same tokens.</summary>
    private static IReadOnlyList<string> LeadOf(IReadOnlyList<RunGroup> groups)
    {
        var sets = Comparable(groups);
        return sets.Count == 1
            ? LeadOn(groups, "")
            : [.. sets.SelectMany((set, i) => LeadOn(set, $"On {(set[0].Recipe.Data is DataOptions.PigLatin ? "the " : "")}{set[0].DataName}{(sets.Count(other => other[0].DataName == set[0].DataName) > 1 ? $" (other examples or tokens, {i + 1})" : "")}: "))];
    }

    /// <summary>The groups whose losses are measured on the same examples, in the same tokens and batches.</summary>
    private static List<IReadOnlyList<RunGroup>> Comparable(IReadOnlyList<RunGroup> groups) =>
        [.. groups.GroupBy(group => (group.MeasuredOn, SizePicture.Key(group, ["tokenizer", "training.validationBatch"]))).Select(set => (IReadOnlyList<RunGroup>)[.. set])];

    /// <summary>The rows of the best group of each set that has more than one.</summary>
    private static IEnumerable<int> Marked(IReadOnlyList<ComparedRun> runs, IReadOnlyList<RunGroup> groups)
    {
        var best = Comparable(groups).Where(set => set.Count > 1).SelectMany(set => set.MinBy(group => group.Median)!.Runs).ToHashSet();
        return runs.Index().Where(run => best.Contains(run.Item)).Select(run => run.Index);
    }

    private static IReadOnlyList<string> LeadOn(IReadOnlyList<RunGroup> groups, string where)
    {
        var ranked = groups.OrderBy(group => group.Median).ToList();
        var best = ranked[0];
        double epoch = best.Runs.MinBy(run => run.Losses.Lowest)!.Losses.LowestEpoch;
        string first = best.Runs.Count == 1
            ? $"{where}{best.Name} reached the lowest validation loss: {Numbers.Loss(best.Median)} nats a token (mean over batches), after {Epochs(epoch)}."
            : $"{where}{best.Name} reached the lowest validation loss: {Numbers.Loss(best.Median)} nats a token (mean over batches; median of {best.Runs.Count} runs, {Numbers.Loss(best.Lowest)} to {Numbers.Loss(best.Highest)}).";
        if (ranked.Count == 1)
        {
            return [first];
        }

        var next = ranked[1];
        bool overlap = next.Lowest <= best.Highest && (best.Runs.Count > 1 || next.Runs.Count > 1);
        string second = $"Next is {next.Name} with {Numbers.Loss(next.Median)}"
            + (overlap ? ", but the two overlap from seed to seed: these runs do not tell them apart."
                : best.Runs.Count > 1 && next.Runs.Count > 1 ? "; the two do not overlap from seed to seed."
                : $"; with one seed {(best.Runs.Count == next.Runs.Count ? "each" : "of one of them")}, how much of the gap is chance is not known.");
        return [first, second, $"They differ in {Listed(RecipeDifferences.Beyond([best.Recipe, next.Recipe]))}."];
    }

    private static string Epochs(double epochs) => epochs == 1 ? "1 epoch" : $"{Numbers.Short(epochs)} epochs";

    private static List<string> CaveatsOf(IReadOnlyList<RunGroup> groups, SizePicture? byHidden, SizePicture? byData)
    {
        var caveats = new List<string>();
        var differences = RecipeDifferences.Beyond(groups.Select(group => group.Recipe));
        if (byHidden is { Confounds.Count: > 0 })
        {
            caveats.Add($"Not only the hidden size differs, so its effect is mixed with that of: {Listed(byHidden.Confounds)}.");
        }

        if (byData is { Confounds.Count: > 0 })
        {
            caveats.Add($"Not only the data differs, so the effect of its size is mixed with that of: {Listed(byData.Confounds)}.");
        }

        if (byHidden is null && byData is null && differences.Count > 1 && groups.Count > 2)
        {
            caveats.Add($"These runs differ in {differences.Count} things at once, so none of them alone explains the result: {Listed(differences)}.");
        }

        foreach (var run in groups.SelectMany(group => group.Runs).Where(run => run.Evaluations.Count > 0 && run.Evaluations[^1].ValidationLoss > Overfit * run.Losses.Lowest).Take(NamedOverfits))
        {
            caveats.Add($"{run.Name} trained past its best: its validation loss rose from {Numbers.Loss(run.Losses.Lowest)} at epoch {Numbers.Short(run.Losses.LowestEpoch)} to {Numbers.Loss(run.Evaluations[^1].ValidationLoss)} at its end.");
        }

        if (differences.Any(difference => difference.Path.StartsWith("tokenizer", StringComparison.Ordinal)))
        {
            caveats.Add("The recipes' tokenisers differ: a nat a token may not be the same measure in each.");
        }

        if (differences.Any(difference => difference.Path == "training.validationBatch"))
        {
            caveats.Add("The validation batches differ in size, which changes the mean over batches; compare the loss per token.");
        }

        if (groups.Select(group => group.MeasuredOn).Distinct().Count() > 1 && !differences.Any(difference => difference.Path.StartsWith("data", StringComparison.Ordinal)))
        {
            caveats.Add("The runs are measured on different validation examples (another data.split.seed, or a file that has changed), so their losses are not ranked.");
        }

        if (differences.Any(difference => difference.Path.StartsWith("data", StringComparison.Ordinal)))
        {
            caveats.Add("The data or their split differ: losses on different data are not measured on the same examples.");
        }

        return caveats;
    }

    private static string Listed(IEnumerable<RecipeDifference> differences) => string.Join(", ", differences);
}

/// <summary>A run's line in the table.</summary>
public sealed record ComparisonRow
{
    public required string Name { get; init; }

    public required string RunFolder { get; init; }

    /// <summary>Trainable.</summary>
    public required double Parameters { get; init; }

    /// <summary>Training FLOPs.</summary>
    public required double Flops { get; init; }

    /// <summary>Tokens trained on, padding excluded.</summary>
    public required double Tokens { get; init; }

    /// <summary>Mean over batches, nats a token.</summary>
    public required double LowestLoss { get; init; }

    public required double LowestLossEpoch { get; init; }

    /// <summary>Mean over tokens, nats a token.</summary>
    public required double LowestLossPerToken { get; init; }

    public required double LowestLossPerTokenEpoch { get; init; }

    /// <summary>0..1; null where there is nothing to match.</summary>
    public required double? ExactMatch { get; init; }

    /// <summary>Wall-clock seconds of training.</summary>
    public required double Seconds { get; init; }

    internal static ComparisonRow Of(ComparedRun run) => new()
    {
        Name = run.Name,
        RunFolder = run.Result.RunFolder,
        Parameters = run.Result.Parameters.Trainable,
        Flops = run.Result.Flops,
        Tokens = run.Result.Tokens,
        LowestLoss = run.Losses.Lowest,
        LowestLossEpoch = run.Losses.LowestEpoch,
        LowestLossPerToken = run.Losses.LowestPerToken,
        LowestLossPerTokenEpoch = run.Losses.LowestPerTokenEpoch,
        ExactMatch = run.Result.ExactMatch,
        Seconds = run.Result.Seconds,
    };
}

/// <summary>A chart and the name its files take.</summary>
public readonly record struct NamedChart(string Name, Chart Chart);

/// <summary>What one run made of the test sentence.</summary>
public readonly record struct ComparedTranslation(string Run, string Source, string Output);
