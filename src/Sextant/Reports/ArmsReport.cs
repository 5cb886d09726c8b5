using System.Globalization;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>Ways to fine-tune an encoder side by side, as a page and pictures.</summary>
public sealed record ArmsReport
{
    public required Page Page { get; init; }

    /// <summary>The page's pictures, each under the name of its files.</summary>
    public required IReadOnlyList<NamedChart> Charts { get; init; }

    /// <param name="results">Arms and comparisons.</param>
    /// <param name="commands">Commands that repeat it.</param>
    public static ArmsReport Of(ArmResults results, IReadOnlyList<string> commands)
    {
        var accuracy = new NamedChart("accuracy-by-arm", Accuracy(results));
        NamedChart[] differences = results.Comparisons.Count == 0 ? [] : [new NamedChart("differences", Differences(results))];
        var tables = Tables(results);
        return new ArmsReport
        {
            Charts = [accuracy, .. differences],
            Page = new Page
            {
                Title = $"Fine-tuning: {results.Name}",
                Lead = [.. Sentences(results)],
                Sections =
                [
                    new Section("Accuracy", [new Block.Figure(accuracy.Chart), tables[0]]),
                    .. Section.Unless("Which is better", [.. differences.Select(chart => new Block.Figure(chart.Chart)), .. tables.Skip(1)]),
                    .. Section.Unless("Before you believe it", Caveats(results).Select(text => new Block.Caveat(text))),
                    .. Section.Unless("How to repeat it", [new Block.Commands(commands)]),
                ],
            },
        };
    }

    /// <summary>The arms, then their comparisons.</summary>
    public static IReadOnlyList<Block.Table> Tables(ArmResults results)
    {
        var arms = new Block.Table
        {
            Columns =
            [
                new Column("Arm"), new Column("Accuracy", "%", true), new Column("95 % interval", "%", true), new Column("Over majority", "points", true), new Column("Macro F1", null, true),
                .. results.Classes.Select(name => new Column($"Recall of {name}", "%", true)),
                new Column("A step", "ms", true), new Column("In all", "s", true), new Column("Trained", "parameters", true),
            ],
            Rows = [.. results.Arms.Select(arm => (IReadOnlyList<string>)
            [
                arm.Name, Percent(arm.Accuracy.Value), Percents(arm.Accuracy.Interval), arm.IsAboveMajority ? Points(arm.OverMajority.Value) : "none shown", arm.MacroF1.ToString("F3", CultureInfo.InvariantCulture),
                .. arm.Recall.Select(recall => recall is double r ? Percent(r) : "–"),
                arm.SecondsPerStep is double step ? Numbers.Significant(step * 1000) : "–", Numbers.Significant(arm.Seconds), Numbers.Whole(arm.TrainableParameters),
            ])],
            Caption = $"Means over {results.Arms[0].Runs.Count} seeds and {results.Texts} texts; intervals take both as drawn. Over majority: against always saying the most frequent class ({Percent(results.MajorityAccuracy)} %), where the interval of the difference leaves zero out. Times are medians over seeds, of the machine that trained; a frozen body's one pass is in the time in all.",
        };
        return results.Comparisons.Count == 0 ? [arms] :
        [
            arms,
            new Block.Table
            {
                Columns = [new Column("First"), new Column("Second"), new Column("Difference", "points", true), new Column("95 % interval", "points", true), new Column("Only first right", "texts over seeds", true), new Column("Only second right", "texts over seeds", true), new Column("Difference shown")],
                Rows = [.. results.Comparisons.Select(c => (IReadOnlyList<string>)
                [
                    c.First, c.Second, Points(c.Difference.Value), PointsOf(c.Difference.Interval), Numbers.Whole(c.FirstOnly), Numbers.Whole(c.SecondOnly),
                    (!c.IsShown ? "no" : results.Comparisons.Count == 1 || c.ShownAfterHolm ? "yes" : "alone") + (c.McNemar is double p ? $" (McNemar p {Numbers.Significant(p)})" : ""),
                ])],
                Caption = "Paired: the same texts and seeds. A difference is shown where its interval leaves zero out"
                    + (results.Comparisons.Count == 1 ? "." : $"; each interval is of 95 % for its comparison alone. Yes: also after Holm's correction over all {results.Comparisons.Count} comparisons; alone: not after it."),
            },
        ];
    }

    /// <summary>What was found, a sentence each.</summary>
    public static IEnumerable<string> Sentences(ArmResults results)
    {
        var best = results.Arms.MaxBy(arm => arm.Accuracy.Value)!;
        yield return $"{best.Name} gets the most right: {Percent(best.Accuracy.Value)} % ({Percents(best.Accuracy.Interval)}); always saying the most frequent class gets {Percent(results.MajorityAccuracy)} %.";
        string[] none = [.. results.Arms.Where(arm => !arm.IsAboveMajority).Select(arm => arm.Name)];
        if (none.Length > 0)
        {
            yield return $"No better than the most frequent class, as far as these texts and seeds tell: {string.Join("; ", none)}.";
        }

        foreach (var c in results.Comparisons)
        {
            yield return c.IsShown
                ? $"{(c.Difference.Value > 0 ? c.First : c.Second)} is better than {(c.Difference.Value > 0 ? c.Second : c.First)} by {Points(Math.Abs(c.Difference.Value))} points ({PointsOf(c.Difference.Interval, c.Difference.Value < 0)}{Holm(results, c)})."
                : $"No difference is shown between {c.First} and {c.Second}: {Points(c.Difference.Value)} points ({PointsOf(c.Difference.Interval)}).";
        }
    }

    /// <summary>What is to be borne in mind, a sentence each.</summary>
    public static IEnumerable<string> Caveats(ArmResults results)
    {
        if (results.ChosenOnTheseTexts.Count > 0)
        {
            string which = results.ChosenOnTheseTexts.Count == results.Arms.Count ? "all arms" : string.Join("; ", results.ChosenOnTheseTexts);
            yield return $"Weights were kept by the lowest loss on the very texts that are compared ({which}), so that accuracies here flatter a little; compare on texts that test, or keep the last weights.";
        }

        if (results.Comparisons.Count > 1)
        {
            yield return $"There are {results.Comparisons.Count} comparisons, and each interval is of 95 % for its comparison alone: of so many, one may leave zero out by chance. Holm's correction over all of them says which differences are shown together.";
        }

        if (results.Arms[0].Runs.Count == 1)
        {
            yield return "There is one seed: intervals are of these very weights over other texts, and say nothing of other seeds.";
        }
    }

    private static string Holm(ArmResults results, ArmComparison comparison) => results.Comparisons.Count == 1 ? ""
        : comparison.ShownAfterHolm ? $"; shown, also after Holm's correction over {results.Comparisons.Count} comparisons"
        : $"; shown alone, not after Holm's correction over {results.Comparisons.Count} comparisons";

    /// <summary>Writes report.html and each chart as PNG and SVG into <paramref name="folder"/>; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => ReportFolder.Write(folder, Page, Charts);

    private static Chart Accuracy(ArmResults results) => new()
    {
        Title = $"Accuracy on {results.Texts} {results.On.ToString().ToLowerInvariant()} texts",
        Subtitle = $"Means of {results.Arms[0].Runs.Count} seeds with 95 % intervals; the line is always saying the most frequent class.",
        X = new Axis("Accuracy", "%"),
        Y = Named([.. results.Arms.Select(arm => arm.Name)]),
        Series =
        [
            new Series { Name = "single seeds", Mark = Mark.PalePoints, Look = 1, Points = [.. results.Arms.SelectMany((arm, i) => arm.Accuracy.PerSeed.Select(value => new ChartPoint(100 * value, Place(results.Arms.Count, i) - 0.18)))] },
            new Series { Name = "mean, 95 % interval", Mark = Mark.Points, Look = 0, Points = [.. results.Arms.Select((arm, i) => Ranged(100, arm.Accuracy, Place(results.Arms.Count, i)))] },
        ],
        References = [new ReferenceLine.Vertical(100 * results.MajorityAccuracy, "majority")],
    };

    private static Chart Differences(ArmResults results) => new()
    {
        Title = "Differences in accuracy",
        Subtitle = "The first arm less the second, on the same texts with the same seeds, with 95 % intervals.",
        X = new Axis("Difference", "points"),
        Y = Named([.. results.Comparisons.Select(c => $"{c.First} – {c.Second}")]),
        Series = [new Series { Name = "difference, 95 % interval", Mark = Mark.Points, Look = 0, Points = [.. results.Comparisons.Select((c, i) => Ranged(100, c.Difference, Place(results.Comparisons.Count, i)))] }],
        References = [new ReferenceLine.Vertical(0, "no difference")],
    };

    private static Axis Named(IReadOnlyList<string> names) => new("") { Ticks = [.. names.Select((name, i) => new Tick(Place(names.Count, i), name))] };

    /// <summary>The first on top.</summary>
    private static int Place(int count, int index) => count - index;

    private static ChartPoint Ranged(double unit, SeedMean mean, double place) =>
        new(unit * mean.Value, place) { XLow = unit * mean.Interval?.Low, XHigh = unit * mean.Interval?.High };

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture);

    private static string Percents(Interval? interval) => interval is { Low: double low, High: double high } ? $"{Percent(low)} to {Percent(high)}" : "–";

    private static string Points(double difference) => (100 * difference).ToString("F1", CultureInfo.InvariantCulture);

    private static string PointsOf(Interval? interval, bool isTurned = false) => interval is { Low: double low, High: double high }
        ? isTurned ? $"{Points(-high)} to {Points(-low)}" : $"{Points(low)} to {Points(high)}"
        : "–";
}
