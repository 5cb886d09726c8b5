using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>What a fit says of each batch size, for a person at a terminal.</summary>
internal static class BatchTable
{
    /// <summary>Nothing for a fit of something else.</summary>
    public static void Write(Terminal terminal, Fit fit)
    {
        switch (fit)
        {
            case StepsFit { Targets.Count: > 0 } steps:
                Write(terminal, steps);
                break;
            case LearningRateFit { Best.Count: > 0 } rates:
                Write(terminal, rates);
                break;
        }
    }

    private static void Write(Terminal terminal, StepsFit fit)
    {
        if (fit.Regimes.Count > 0)
        {
            var table = IntervalTable.Bare("batch", "trainings", "steps", "steps / fewest", "compute / least", "regime");
            foreach (var batch in fit.Regimes)
            {
                table.AddRow(
                    Numbers.Short(batch.Batch),
                    $"{batch.Reached + batch.Censored}{(batch.Censored > 0 ? $", {batch.Censored} missed" : "")}",
                    IntervalTable.Text(batch.Steps),
                    Ranged(batch.StepsRatio, batch.StepsRatioInterval),
                    Ranged(batch.ExamplesRatio, batch.ExamplesRatioInterval),
                    batch.Regime.Words());
            }

            terminal.WriteTable(table);
            foreach (var advice in fit.Regimes.GroupBy(batch => batch.Regime == Regime.Uncertain ? batch.Advice : batch.Regime.Words()))
            {
                terminal.Out.WriteLine($"Batch {string.Join(", ", advice.Select(batch => Numbers.Short(batch.Batch)))}: {advice.First().Advice}");
            }
        }

        if (fit.Points.Count > 0)
        {
            var table = IntervalTable.Bare("point", "batch", "steps", "examples", "");
            foreach (var point in fit.Points)
            {
                table.AddRow(
                    $"{point.Name}, {point.Regime.Words()}",
                    Ranged(point.Batch, point.BatchInterval),
                    Ranged(point.Steps, point.StepsInterval),
                    Ranged(point.Examples, point.ExamplesInterval),
                    point.IsMeasured ? "" : "beyond what was measured");
            }

            terminal.WriteTable(table);
        }

        if (fit.Targets.Count > 1)
        {
            var table = IntervalTable.Bare("target", "critical batch", "fewest steps", "least examples", "missed", "status");
            foreach (var target in fit.Targets)
            {
                table.AddRow(
                    Numbers.Significant(target.Target),
                    Ranged(target.CriticalBatch, target.Intervals.GetValueOrDefault("criticalBatch")),
                    Ranged(target.MinSteps, target.Intervals.GetValueOrDefault("minSteps")),
                    Ranged(target.MinExamples, target.Intervals.GetValueOrDefault("minExamples")),
                    $"{target.Censored} of {target.Used}",
                    FitTable.Named(target.Status));
            }

            terminal.WriteTable(table);
        }

        if (fit.Trend is { } trend)
        {
            terminal.Out.WriteLine($"The critical batch moves as the target to the power {Ranged(trend.Exponent, trend.Interval)}, over {trend.Targets} targets.");
        }
    }

    private static void Write(Terminal terminal, LearningRateFit fit)
    {
        var table = IntervalTable.Bare("batch", "best rate", "loss", "twice the rate costs", "rates", "diverged", "status", "");
        foreach (var best in fit.Best)
        {
            string bound = best.Bound switch { RateBound.AtLeast => "at least ", RateBound.AtMost => "at most ", _ => "" };
            table.AddRow(
                Numbers.Short(best.Batch),
                bound + Ranged(best.Rate, best.RateInterval),
                best.Loss is double loss ? Numbers.Loss(loss) : "–",
                best.CostOfTwofold is double cost ? Numbers.Share(cost) : "–",
                Numbers.Whole(best.Rates),
                $"{best.Diverged} of {best.Trainings}",
                FitTable.Named(best.Status),
                Markup.Escape(best.Remark ?? ""));
        }

        terminal.WriteTable(table);
        if (fit is { MaxRate: not null, Exponent: not null })
        {
            terminal.Out.WriteLine(fit.Form == RateForm.Free ? "maxRate and noiseBatch are of the free exponent's law." : "maxRate and noiseBatch are of the law with exponent 1; exponent is what it is where it is free.");
        }

        if (fit.Growth is { } growth)
        {
            terminal.Out.WriteLine(
                $"Doubling batch {Numbers.Short(growth.SmallBatch)} multiplies the best rate by {Ranged(growth.AtSmall, growth.AtSmallInterval)}, doubling {Numbers.Short(growth.LargeBatch)} by {Ranged(growth.AtLarge, growth.AtLargeInterval)}: "
                + (growth.IsSignificant ? "it grows more while the batch is small." : "whether it grows more while the batch is small cannot be told."));
        }
    }

    private static string Ranged(double? value, Interval? interval) => value is null && interval is null ? "–" : $"{IntervalTable.Text(value)}{(interval is null ? "" : $" ({IntervalTable.Range(interval)})")}";
}
