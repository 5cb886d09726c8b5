using Sextant.Data;
using Sextant.Experiments;

namespace Sextant.Reports;

/// <summary>Runs of recipes that are the same but for name and seeds.</summary>
public sealed record RunGroup
{
    public required string Name { get; init; }

    public required IReadOnlyList<ComparedRun> Runs { get; init; }

    /// <summary>Lowest validation loss, mean over batches, nats a token: the median of the runs.</summary>
    public double Median => MedianOf(Runs.Select(run => run.Losses.Lowest));

    public double Lowest => Runs.Min(run => run.Losses.Lowest);

    public double Highest => Runs.Max(run => run.Losses.Lowest);

    internal Recipe Recipe => Runs[0].Recipe;

    /// <summary>Tokens in one pass over the training data; null where less than a step was made.</summary>
    internal double? TokensAPass => MedianOf(Runs.Select(run => run.Result.Tokens / run.Result.Epochs)) is var tokens && double.IsFinite(tokens) && tokens > 0 ? tokens : null;

    /// <summary>The validation examples that its losses are means over, one text for each set of them: two groups of other sets are not to be ranked.</summary>
    internal string MeasuredOn => string.Join('\n', Runs.Select(run => (run.DataIdentity ?? SizePicture.Key(this, ["data"])) + (run.Recipe.Data switch
    {
        DataOptions.Pairs { Split: SplitOptions.BySeed split } => $" split {split.Seed}",
        DataOptions.PigLatin { Split: SplitOptions.BySeed split } => $" split {split.Seed}",
        _ => "",
    })).Distinct().Order(StringComparer.Ordinal));

    /// <summary>What people call the data: the word list or the file.</summary>
    internal string DataName => Recipe.Data switch
    {
        DataOptions.PigLatin words => words.Words == WordList.Small ? "small word list" : "large word list",
        DataOptions.Pairs { Path: { } path } => Path.GetFileName(path),
        DataOptions.Pairs { Split: SplitOptions.ByFile split } => Path.GetFileName(split.Path),
        DataOptions.Text text => Path.GetFileName(Path.TrimEndingDirectorySeparator(text.Path)),
        _ => "data",
    };

    /// <summary>The groups in the order of their first runs.</summary>
    internal static IReadOnlyList<RunGroup> Of(IEnumerable<ComparedRun> runs) =>
    [
        .. runs.GroupBy(run => string.Join('\n', RecipeDifferences.Flat(run.Recipe)) + run.DataIdentity)
            .Select(group => new RunGroup { Name = NameOf([.. group]), Runs = [.. group] }),
    ];

    private static string NameOf(List<ComparedRun> runs)
    {
        if (runs.Count == 1)
        {
            return runs[0].Name;
        }

        string shared = runs.Select(run => run.Name).Aggregate((a, b) => string.Concat(a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First)));
        // "h32-seed" of h32-seed1 and h32-seed2 is h32.
        string name = TrimmedEnd(TrimmedEnd(shared, "seed"), "s");
        return $"{(name.Length > 1 ? name : runs[0].Name)} ({runs.Count} seeds)";
    }

    private static string TrimmedEnd(string name, string word)
    {
        char[] separators = [' ', '-', '_', '.', ',', '=', '/', '('];
        string trimmed = name.TrimEnd(separators);
        return trimmed.EndsWith(word, StringComparison.OrdinalIgnoreCase) && trimmed.Length > word.Length && separators.Contains(trimmed[^(word.Length + 1)])
            ? trimmed[..^word.Length].TrimEnd(separators)
            : trimmed;
    }

    private static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
