using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;

namespace Sextant.Reports;

/// <summary>The gradient noise scale over the tokens seen, beside the batch that is trained with.</summary>
public static class NoisePicture
{
    private const int NamedWindows = 3;

    /// <summary>The chart under the name of its files; null where no window has a number.</summary>
    /// <param name="fit">What was measured.</param>
    /// <param name="run">What people call the training.</param>
    public static NamedChart? Of(NoiseScaleFit fit, string run)
    {
        var told = fit.Windows.Where(window => window is { Status: FitStatus.Converged, NoiseScale: not null }).ToList();
        if (told.Count == 0)
        {
            return null;
        }

        var series = new List<Series>
        {
            new()
            {
                Name = "noise scale",
                Points = [.. told.Select(window => new ChartPoint(window.Tokens, window.NoiseScale!.Value, window.NoiseScaleInterval?.Low, window.NoiseScaleInterval?.High))],
                Look = SeriesLooks.Answer,
            },
        };
        if (fit.Summary is { NoiseScale: double scale } summary)
        {
            series.Add(new Series
            {
                Name = $"over the last part: {Numbers.Significant(scale)} examples",
                Points = [.. new[] { summary.FirstTokens, summary.LastTokens }.Distinct().Select(tokens => new ChartPoint(tokens, scale, summary.NoiseScaleInterval?.Low, summary.NoiseScaleInterval?.High))],
                Mark = Mark.Line,
                Spread = Spread.Band,
                Look = SeriesLooks.Marked,
            });
        }

        return new NamedChart("noise-scale", new Chart
        {
            Title = $"The gradient noise scale of {run}",
            Subtitle = fit.Batch?.Meaning[0],
            Caption = Caption(fit),
            X = new Axis("Tokens seen") { Scale = Scale.Logarithmic },
            Y = new Axis("Noise scale", "examples") { Scale = Scale.Logarithmic },
            Series = series,
            References = fit.Batch is { Examples: double examples } ? [new ReferenceLine.Horizontal(examples, $"batch: {Numbers.Significant(examples)} examples")] : [],
        });
    }

    private static string Caption(NoiseScaleFit fit)
    {
        string level = fit.Summary?.NoiseScaleInterval is { } interval ? $" ({Numbers.Short(100 * interval.Level)} %)" : "";
        string marks = $"Marks: tr(Σ) / |G|² over a stretch of training, at the mean of its tokens; bars{level}: Fieller's interval. {(fit.NoiseScale is null ? $"No band, since {fit.SummaryRule} give no number." : $"Band: {fit.SummaryRule}.")}";
        var untold = fit.Windows.Where(window => window.Status != FitStatus.Converged).ToList();
        string[] reasons = [.. untold.Select(window => $"at {Numbers.Significant(window.Tokens)} tokens ({window.Remark})").Take(NamedWindows)];
        return untold.Count == 0 ? marks
            : $"{marks} No mark {string.Join(", ", reasons)}{(untold.Count > NamedWindows ? $" and at {untold.Count - NamedWindows} other places" : "")}.";
    }
}
