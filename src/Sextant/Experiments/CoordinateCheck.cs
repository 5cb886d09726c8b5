using System.Globalization;
using System.Text.Json.Serialization;
using Sextant.Data;
using Sextant.Models;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>
/// Whether what a model computes, and what a few updates change of it, keeps its size as the model gets wider (Yang and Hu 2022, appendix D.1): what
/// must hold before a learning rate is carried over from one width to another. It shows that a rule is put into practice rightly, not that the best learning rate stays.
/// </summary>
public sealed record CoordinateCheck
{
    /// <summary>Of all quantities at the last step: fails if any does or a training diverges, undecided if any is and none fails.</summary>
    public required CoordinateVerdict Verdict { get; init; }

    /// <summary>Updates made.</summary>
    public required int Steps { get; init; }

    /// <summary>H of each recipe, in order.</summary>
    public required IReadOnlyList<int> Widths { get; init; }

    /// <summary>What each width was trained with: initial weights and the order of batches.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>The exponent of the width that still counts as flat.</summary>
    public required double Tolerance { get; init; }

    /// <summary>The model that the learning rate comes from; null for the standard parametrisation.</summary>
    public BaseShape? From { get; init; }

    /// <summary>How each quantity goes with the width at each step.</summary>
    public required IReadOnlyList<CoordinateTrend> Trends { get; init; }

    /// <summary>What the trends were taken from.</summary>
    public required IReadOnlyList<CoordinateSize> Sizes { get; init; }

    /// <summary>Trainings that diverged, a sentence each.</summary>
    public required IReadOnlyList<string> Diverged { get; init; }

    /// <summary>The outcome for a person.</summary>
    [JsonIgnore]
    public string Sentence
    {
        get
        {
            string from = From is null ? "Standard parametrisation" : string.Create(CultureInfo.InvariantCulture, $"Carried over by maximal update from width {From.Hidden}");
            string changes = string.Join(", that of ", Trends.Where(trend => trend.Step == Steps && trend.IsChange).OrderByDescending(trend => trend.Quantity).Select((trend, i) => trend.Said(i == 0)));
            string what = string.Create(CultureInfo.InvariantCulture, $"{from}; over {Steps} steps at widths {Widths.Min()} to {Widths.Max()} {(changes.Length == 0 ? "nothing could be measured" : $"the change of {changes}")}");
            string flat = string.Create(CultureInfo.InvariantCulture, $"exponents within {Tolerance} of 0 count as flat, and scores may shrink as the root of the width");
            return Verdict switch
            {
                CoordinateVerdict.Holds => $"{what}: the coordinate check holds ({flat}).",
                CoordinateVerdict.Undecided => $"{what}: the coordinate check cannot tell from {Seeds.Count} {(Seeds.Count == 1 ? "seed" : "seeds")} ({flat}).",
                _ => string.Join(' ', new[] { $"The coordinate check FAILED. {what} ({flat})." }.Concat(Diverged.Take(1)).Append("A learning rate chosen at one of these widths does not carry over to another.")),
            };
        }
    }

    /// <summary>Trains each recipe for a few steps from each seed, at its peak learning rate without a schedule, and measures on one batch of the validation data.</summary>
    /// <param name="recipes">One a width, of modern models; what else grows with the width (heads or their width, feed-forward) is theirs to say.</param>
    /// <param name="corpus">What all of them train on.</param>
    /// <param name="options">How many steps and seeds, and what counts as flat.</param>
    /// <param name="device">Where to train; null for the processor.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="UserError">The recipes cannot be compared.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static CoordinateCheck Of(
        IReadOnlyList<Recipe> recipes, Corpus corpus, CoordinateCheckOptions? options = null, torch.Device? device = null, CancellationToken stop = default)
    {
        options ??= new CoordinateCheckOptions();
        if (Problem(recipes, options) is string problem)
        {
            throw new UserError($"No coordinate check: {problem}.");
        }

        var sizes = new List<CoordinateSize>();
        var diverged = new List<string>();
        var seeds = Enumerable.Range(0, options.Seeds).Select(i => recipes[0].Seed + (ulong)i).ToList();
        foreach (var recipe in recipes)
        {
            foreach (ulong seed in seeds)
            {
                stop.ThrowIfCancellationRequested();
                sizes.AddRange(CoordinateRun.Train(recipe with { Seed = seed }, corpus, options.Steps, device ?? torch.CPU, out string? why));
                if (why is not null)
                {
                    diverged.Add(string.Create(CultureInfo.InvariantCulture, $"Width {recipe.Model.Hidden}, seed {seed}: {why}"));
                }
            }
        }

        var trends = CoordinateTrend.Of(sizes, options);
        return new CoordinateCheck
        {
            Verdict = diverged.Count > 0 ? CoordinateVerdict.Fails : Worst(trends.Where(trend => trend.Step == options.Steps)),
            Steps = options.Steps,
            Widths = [.. recipes.Select(recipe => recipe.Model.Hidden)],
            Seeds = seeds,
            Tolerance = options.Tolerance,
            From = ((ModelOptions.Modern)recipes[0].Model).MaximalUpdateFrom,
            Trends = trends,
            Sizes = sizes,
            Diverged = diverged,
        };
    }

    private static CoordinateVerdict Worst(IEnumerable<CoordinateTrend> trends) =>
        trends.Select(trend => trend.Verdict).DefaultIfEmpty(CoordinateVerdict.Undecided).Max();

    private static string? Problem(IReadOnlyList<Recipe> recipes, CoordinateCheckOptions options) => recipes switch
    {
        _ when options is not { Steps: > 0, Seeds: > 0, Tolerance: > 0, Level: > 0 and < 1 } => "steps, seeds, tolerance and level must be above 0, and the level below 1",
        _ when recipes.FirstOrDefault(recipe => recipe.Model is not ModelOptions.Modern) is { } other => $"{other.Name} is no modern model",
        _ when recipes.Select(recipe => recipe.Model.Hidden).Distinct().Count() is var widths && (widths < 2 || widths < recipes.Count) => "it takes two recipes or more, each of another model.hidden",
        _ when recipes.Select(recipe => ((ModelOptions.Modern)recipe.Model).MaximalUpdateFrom).Distinct().Count() > 1 => "the recipes differ in model.maximalUpdateFrom",
        _ => null,
    };
}

/// <summary>Whether a size keeps its bounds as the model gets wider; the worst is the largest.</summary>
public enum CoordinateVerdict
{
    /// <summary>The whole interval of the exponent is within the bounds.</summary>
    Holds,

    /// <summary>The interval reaches across a bound.</summary>
    Undecided,

    /// <summary>The whole interval is outside.</summary>
    Fails,
}

/// <summary>What a coordinate check looks at, over a batch.</summary>
public enum Coordinate
{
    /// <summary>What the last decoder layer leaves, before the final norm.</summary>
    ResidualStream,

    /// <summary>What the softmaxes of all layers turn into weights, less its mean over the keys that a query sees.</summary>
    AttentionScores,

    /// <summary>At the positions that carry loss.</summary>
    Logits,
}

/// <summary>How much a coordinate check measures.</summary>
public sealed record CoordinateCheckOptions
{
    /// <summary>Updates.</summary>
    public int Steps { get; init; } = 4;

    /// <summary>Trainings a width: the recipe's seed and those after it. One alone gives no interval, and so no verdict.</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>The exponent of the width that still counts as flat: half of 1/2, the least that a wrong rule is off by. Narrow models stray from 0 by 0.05 to 0.15.</summary>
    public double Tolerance { get; init; } = 0.25;

    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;
}
