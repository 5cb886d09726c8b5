using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Reports;

/// <summary>Steps against examples, and both against the batch: what a larger batch buys and what it costs.</summary>
internal static class TradeOffPicture
{
    private const int Samples = 60;

    /// <summary>How far beyond the measured batches the curve is drawn, so that its two ends are seen.</summary>
    private const double Beyond = 6;

    /// <param name="fit">Of steps.</param>
    /// <param name="unit">What a batch is counted in.</param>
    public static IReadOnlyList<NamedChart> Of(StepsFit fit, string unit)
    {
        var main = fit.Targets.FirstOrDefault(target => target.Target == fit.Target);
        return main is null || main.Regimes.Count == 0 ? [] : [new NamedChart("steps-and-examples", Exchange(fit, main, unit)), new NamedChart("steps-by-batch", ByBatch(fit, unit))];
    }

    /// <summary>The hyperbola with its two asymptotes and the points A, B and C.</summary>
    private static Chart Exchange(StepsFit fit, TargetTradeOff main, string unit)
    {
        double[] batches = Batches(main);
        ChartPoint At(double batch) => new(main.StepsAt(batch)!.Value, batch * main.StepsAt(batch)!.Value);
        var series = new List<Series>();
        if (main.StepsAt(batches[0]) is not null)
        {
            series.Add(new Series { Name = "the fitted trade-off", Points = [.. LossPicture.Between(batches[0] / Beyond, batches[^1] * Beyond, Samples).Select(At)], Mark = Mark.Line, Look = SeriesLooks.Answer });
        }

        foreach (var regime in Enum.GetValues<Regime>())
        {
            ChartPoint[] points = [.. main.Regimes.Where(batch => batch.Regime == regime && batch.Steps is not null).Select(batch => new ChartPoint(batch.Steps!.Value, batch.Steps.Value * batch.Batch))];
            if (points.Length > 0)
            {
                series.Add(new Series { Name = regime.Words(), Points = points, Mark = Mark.Points, Look = SeriesLooks.Solid(1 + (int)regime) });
            }
        }

        foreach (var point in main.Points)
        {
            series.Add(new Series { Name = $"{point.Name}: batch {Numbers.Significant(point.Batch)}", Points = [new ChartPoint(point.Steps, point.Examples)], Mark = Mark.Points, Look = Letters + point.Name[0] });
        }

        return new Chart
        {
            Title = $"Steps against {unit} to a loss of {Numbers.Significant(main.Target)}",
            Subtitle = main is { Status: FitStatus.Converged, CriticalBatch: double critical, Intervals: var intervals }
                ? $"At the critical batch of {Numbers.Significant(critical)} {unit}{(intervals.TryGetValue("criticalBatch", out var range) ? $" ({ScalingWords.Range(range)})" : "")} both are twice their least."
                : "These trainings do not determine the critical batch.",
            Caption = $"Marks: the mean of the trainings at each batch size with its best learning rate, the smallest batch at the lower right. Line: E = E_min (1 + B / B_crit), S = S_min (1 + B_crit / B). Upright and level lines: the fewest steps and the fewest {unit} that are possible. A, C and B: a tenth of the critical batch, the critical batch, ten times it.",
            X = new Axis("Steps") { Scale = Scale.Logarithmic },
            Y = new Axis(char.ToUpperInvariant(unit[0]) + unit[1..] + " processed") { Scale = Scale.Logarithmic },
            Series = series,
            References = [.. main.MinSteps is double steps ? [new ReferenceLine.Vertical(steps, "fewest steps")] : Array.Empty<ReferenceLine>(), .. main.MinExamples is double examples ? [new ReferenceLine.Horizontal(examples, $"fewest {unit}")] : Array.Empty<ReferenceLine>()],
        };
    }

    /// <summary>Steps to each target by batch size.</summary>
    private static Chart ByBatch(StepsFit fit, string unit)
    {
        var series = new List<Series>();
        foreach (var (look, target) in fit.Targets.Index())
        {
            ChartPoint[] points = [.. target.Regimes.Where(batch => batch.Steps is not null).Select(batch => new ChartPoint(batch.Batch, batch.Steps!.Value))];
            if (points.Length == 0)
            {
                continue;
            }

            double[] batches = Batches(target);
            series.Add(new Series { Name = $"loss {Numbers.Significant(target.Target)}", Points = points, Mark = Mark.Points, Look = look });
            if (target.StepsAt(batches[0]) is not null)
            {
                series.Add(new Series { Name = "fit", Points = [.. LossPicture.Between(batches[0], batches[^1], Samples).Select(batch => new ChartPoint(batch, target.StepsAt(batch)!.Value))], Mark = Mark.Line, Look = look, InLegend = false });
            }
        }

        return new Chart
        {
            Title = "Steps to a loss by batch size",
            Subtitle = fit.Status == FitStatus.Converged ? "While the batch is small, twice the batch takes half the steps; while it is large, as many." : null,
            Caption = $"Marks: the mean of the trainings at each batch size with its best learning rate. Lines: S = S_min (1 + B_crit / B), fitted to each target.{(fit.CriticalBatch is null ? "" : $" Upright line: the critical batch at a loss of {Numbers.Significant(fit.Target!.Value)}.")}",
            X = new Axis("Batch size", unit) { Scale = Scale.Logarithmic },
            Y = new Axis("Steps") { Scale = Scale.Logarithmic },
            Series = series,
            References = fit is { Status: FitStatus.Converged, CriticalBatch: double critical } ? [new ReferenceLine.Vertical(critical, "critical batch")] : [],
        };
    }

    private static double[] Batches(TargetTradeOff target) => [.. target.Regimes.Select(batch => batch.Batch).Order()];

    /// <summary>Puts A, B and C after the regimes' looks.</summary>
    private const int Letters = 5 - 'A';
}
