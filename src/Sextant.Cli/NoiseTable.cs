using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>A gradient noise scale for a person at a terminal: the scale along training, over its last part, and what it means for the batch.</summary>
internal static class NoiseTable
{
    public static void Write(Terminal terminal, NoiseScaleFit fit)
    {
        if (fit.Windows.Count > 0)
        {
            var table = IntervalTable.Bare("tokens seen", "training loss", "noise scale, examples", Interval(fit), "in tokens", "measurements", "status");
            foreach (var window in fit.Windows)
            {
                table.AddRow(
                    Numbers.Significant(window.Tokens),
                    window.Loss is double loss ? Numbers.Loss(loss) : "–",
                    IntervalTable.Text(window.NoiseScale),
                    window.NoiseScaleInterval is { } interval ? Range(interval) : "–",
                    IntervalTable.Text(window.NoiseScale * fit.ExampleTokens),
                    Numbers.Whole(window.Measurements),
                    FitTable.Named(window.Status));
            }

            IntervalTable.Write(terminal, table);
        }

        terminal.Out.WriteLine(Verdict(fit));
        foreach (string sentence in fit.Warnings.Concat(fit.Batch?.Meaning ?? []))
        {
            terminal.Out.WriteLine(sentence);
        }

        if (fit.Excluded.Count > 0)
        {
            terminal.Out.WriteLine($"Left out: {string.Join("; ", fit.Excluded.GroupBy(row => row.Reason).Select(reason => $"{reason.Count()} {(reason.Count() == 1 ? "measurement" : "measurements")}, since {reason.Key}"))}.");
        }
    }

    /// <summary>The one number with its interval and status, in a sentence.</summary>
    public static string Verdict(NoiseScaleFit fit)
    {
        string tokens = fit.NoiseScaleTokens is double number ? $" ({Numbers.Significant(number)} tokens)" : "";
        return fit.NoiseScale is double scale
            ? $"Noise scale over {fit.SummaryRule}: {Numbers.Significant(scale)} examples{tokens}, {Interval(fit)} {Range(fit.Intervals["noiseScale"])}; {FitTable.Named(fit.Status)}."
            : $"Noise scale over {fit.SummaryRule}: no number; {FitTable.Named(fit.Status)}.";
    }

    private static string Interval(NoiseScaleFit fit) => fit.Intervals.Values.FirstOrDefault() is { } any ? $"{Numbers.Short(100 * any.Level)} % interval" : "interval";

    private static string Range(Interval interval) => (interval.Low, interval.High) switch
    {
        (double low, double high) => $"{Numbers.Significant(low)} to {Numbers.Significant(high)}",
        (double low, null) => $"at least {Numbers.Significant(low)}",
        (null, double high) => $"at most {Numbers.Significant(high)}",
        _ => "anything",
    };
}
