using Sextant.Experiments;
using Sextant.Scaling.BatchSize;

namespace Sextant.Reports;

/// <summary>Optimisers side by side, as a page and pictures.</summary>
public sealed record OptimizerReport
{
    /// <summary>How far apart, as a factor, marks of one batch size stand.</summary>
    private const double Beside = 1.06;

    public required Page Page { get; init; }

    /// <summary>The page's charts, each under the name of its files.</summary>
    public required IReadOnlyList<NamedChart> Charts { get; init; }

    /// <param name="name">What was studied.</param>
    /// <param name="comparisons">At each target, the highest first.</param>
    /// <param name="unit">What a batch is counted in.</param>
    /// <param name="tuning">What the search for each optimiser's rate at each batch found.</param>
    /// <param name="caveats">What was known beforehand to stand in the way, a sentence each.</param>
    /// <param name="commands">Commands that repeat it.</param>
    public static OptimizerReport Of(string name, IReadOnlyList<OptimizerComparison> comparisons, string unit, IReadOnlyList<TunedSize> tuning, IReadOnlyList<string> caveats, IReadOnlyList<string> commands)
    {
        var lowest = comparisons[^1];
        int[] trials = [.. tuning.Select(size => size.Choice.Trials.Count).DefaultIfEmpty(0)];
        string tried = trials.Min() == trials.Max() ? $"{trials[0]}" : $"{trials.Min()} to {trials.Max()}";
        var rates = RatePicture.Of(tuning);
        IReadOnlyList<NamedChart> charts = [new("steps-by-optimizer", Steps(lowest, unit)), .. lowest.Results.Any(result => result.StepsRatio is not null) ? [new NamedChart("optimizers-against-baseline", Ratios(lowest, unit))] : Array.Empty<NamedChart>()];
        return new OptimizerReport
        {
            Charts = [.. charts, .. rates],
            Page = new Page
            {
                Title = $"Optimisers: {name}",
                Lead = [.. OptimizerWords.Lead(lowest, unit)],
                Sections =
                [
                    .. Section.Unless("Before you believe it", caveats.Concat(LearningRateWords.Caveats(tuning)).Select(text => new Block.Caveat(text))),
                    .. Section.Unless("Steps to a loss", [.. charts.Select(chart => new Block.Figure(chart.Chart)), .. comparisons.Reverse().Select(comparison => Table(comparison, tried))]),
                    .. Section.Unless("The learning rate of each", [.. rates.Select(chart => new Block.Figure(chart.Chart)), .. tuning.Select(size => new Block.Paragraph(LearningRateWords.Of(size))), .. TunedValuesTable.Of(tuning)]),
                    .. Section.Unless("How to repeat it", [new Block.Commands(commands)]),
                ],
            },
        };
    }

    /// <summary>Writes report.html and each chart as PNG and SVG into <paramref name="folder"/>; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => ReportFolder.Write(folder, Page, Charts);

    private static Chart Steps(OptimizerComparison comparison, string unit) => new()
    {
        Title = $"Steps to a loss of {Numbers.Significant(comparison.Target)} by batch size",
        Caption = "Each optimiser at its own best learning rate at each batch size: the geometric mean over seeds.",
        X = new Axis("Batch size", unit) { Scale = Scale.Logarithmic },
        Y = new Axis("Steps") { Scale = Scale.Logarithmic },
        Series = [.. Lines(comparison, (result, _) => result.Steps is double steps ? new ChartPoint(result.Batch, steps) : null)],
    };

    private static Chart Ratios(OptimizerComparison comparison, string unit) => new()
    {
        Title = $"Steps over those of {comparison.Baseline}",
        Subtitle = $"To a loss of {Numbers.Significant(comparison.Target)}, at the same batch size and with the same seeds; below the line fewer steps are taken.",
        Caption = "With 95 % intervals by how seeds differ. Marks of one batch size stand side by side.",
        X = new Axis("Batch size", unit) { Scale = Scale.Logarithmic },
        Y = new Axis($"Steps / steps of {comparison.Baseline}") { Scale = Scale.Logarithmic },
        Series = [.. Lines(comparison, (result, place) => result.StepsRatio is { } ratio ? new ChartPoint(result.Batch * Math.Pow(Beside, place), ratio.Value, ratio.Interval?.Low, ratio.Interval?.High) : null, isWithBaseline: false)],
        References = [new ReferenceLine.Horizontal(1, comparison.Baseline)],
    };

    private static IEnumerable<Series> Lines(OptimizerComparison comparison, Func<OptimizerResult, double, ChartPoint?> point, bool isWithBaseline = true)
    {
        string[] optimizers = [.. comparison.Results.Select(result => result.Optimizer).Distinct()];
        foreach (var (look, optimizer) in optimizers.Index())
        {
            double place = look - (optimizers.Length / 2.0); // the baseline, which has no ratio, is the first
            ChartPoint[] points = [.. comparison.Results.Where(result => result.Optimizer == optimizer).Select(result => point(result, place)).OfType<ChartPoint>()];
            if (points.Length > 0 && (isWithBaseline || optimizer != comparison.Baseline))
            {
                yield return new Series { Name = optimizer, Points = points, Mark = Mark.LineAndPoints, Look = look };
            }
        }
    }

    private static Block.Table Table(OptimizerComparison comparison, string trials)
    {
        string over = $"over {comparison.Baseline}'s";
        return new Block.Table
        {
            Columns = [new Column("Optimiser"), new Column("Batch", null, true), new Column("Reached", "trainings", true), new Column("Steps", "mean", true), new Column("Steps", over, true), new Column("95 % interval", null, true), new Column("FLOPs", over, true), new Column("95 % interval", null, true), new Column("Seconds", over, true), new Column("95 % interval", null, true), new Column("Remark")],
            Rows = [.. comparison.Results.Select(result => (IReadOnlyList<string>)
            [
                result.Optimizer, Numbers.Short(result.Batch), $"{result.Reached} of {result.Trainings}", ScalingTables.Text(result.Steps),
                ScalingTables.Text(result.StepsRatio?.Value), ScalingWords.Ends(result.StepsRatio?.Interval), ScalingTables.Text(result.FlopsRatio?.Value), ScalingWords.Ends(result.FlopsRatio?.Interval),
                ScalingTables.Text(result.SecondsRatio?.Value), ScalingWords.Ends(result.SecondsRatio?.Interval), result.Remark ?? "–",
            ])],
            Caption = $"To a loss of {Numbers.Significant(comparison.Target)}. Rates tried for each optimiser and batch: {trials}. FLOPs count the optimisers' own products; seconds are of the machine that trained, evaluations among them.",
        };
    }
}
