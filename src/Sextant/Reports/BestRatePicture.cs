using System.Globalization;
using Sextant.Scaling.BatchSize;

namespace Sextant.Reports;

/// <summary>The best learning rate at each batch size, and the laws through them.</summary>
internal static class BestRatePicture
{
    private const int Samples = 60;

    /// <summary>An interval's end farther than this factor beyond all best rates is drawn there: it would leave the rates themselves no room.</summary>
    private const double Farthest = 5;

    /// <param name="fit">Of learning rates.</param>
    /// <param name="unit">What a batch is counted in.</param>
    public static IReadOnlyList<NamedChart> Of(LearningRateFit fit, string unit)
    {
        var rates = fit.Best.Where(best => best.Rate is not null).ToList();
        if (rates.Count == 0)
        {
            return [];
        }

        double low = rates.Min(best => best.Rate!.Value) / Farthest, high = rates.Max(best => best.Rate!.Value) * Farthest;
        bool isCut = rates.Any(best => best.RateInterval is { } interval && (interval.Low < low || interval.High > high));
        var series = new List<Series>();
        foreach (var (bound, name, look) in new[] { (RateBound.None, "best rate", SeriesLooks.Answer), (RateBound.AtLeast, "the best is this or higher", 1), (RateBound.AtMost, "the best is this or lower", 2) })
        {
            ChartPoint[] points = [.. rates.Where(best => best.Bound == bound).Select(best => new ChartPoint(best.Batch, best.Rate!.Value, best.RateInterval?.Low is double from ? Math.Max(from, low) : null, best.RateInterval?.High is double to ? Math.Min(to, high) : null))];
            if (points.Length > 0)
            {
                series.Add(new Series { Name = name, Points = points, Mark = Mark.Points, Look = look });
            }
        }

        foreach (var (law, name, look) in new[] { (fit.Sgd, "exponent 1 (plain gradient descent)", 3), (fit.Free, "free exponent", SeriesLooks.AnswerBeyond) })
        {
            if (law?.RateAt(rates[0].Batch) is double first && double.IsFinite(first))
            {
                string exponent = law == fit.Free ? $" {ScalingTables.Text(law.Exponent)}" : "";
                series.Add(new Series { Name = name + exponent, Points = [.. LossPicture.Between(rates[0].Batch, rates[^1].Batch, Samples).Select(batch => new ChartPoint(batch, law.RateAt(batch)!.Value))], Mark = Mark.Line, Look = look });
            }
        }

        return
        [
            new NamedChart("best-rate-by-batch", new Chart
            {
                Title = "The best learning rate by batch size",
                Subtitle = fit.Growth is { } growth ? $"It grows {Numbers.Significant(growth.AtSmall)} times where a batch of {Numbers.Short(growth.SmallBatch)} doubles, {Numbers.Significant(growth.AtLarge)} times where one of {Numbers.Short(growth.LargeBatch)} does." : null,
                Caption = "Marks: the bottom of the parabola of each batch size, with its 95 % interval; one without is not told from the rates beside it."
                    + (isCut ? string.Create(CultureInfo.InvariantCulture, $" Intervals are cut {Farthest:F0} times beyond the lowest and the highest; the table has their ends.") : "")
                    + (series.Any(one => one.Mark == Mark.Line) ? " Lines: eps_max / (1 + B_noise / B)^alpha." : " No law is drawn, since these rates determine none."),
                X = new Axis("Batch size", unit) { Scale = Scale.Logarithmic },
                Y = new Axis("Best peak learning rate") { Scale = Scale.Logarithmic },
                Series = series,
            }),
        ];
    }
}
