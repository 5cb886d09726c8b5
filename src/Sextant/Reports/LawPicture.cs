using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>L(N, D) held against the losses it was fitted to.</summary>
internal static class LawPicture
{
    private const int Budgets = 6;

    /// <summary>A run stands beside the law's curve of a compute that is at most this far from its own, in natural logarithms.</summary>
    private const double Near = 0.15;

    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence)
    {
        var used = evidence.Used().ToList();
        return evidence.Fit is ParametricFit { Law: { } law } fit && used.Count > 0
            ? [new NamedChart("loss-by-parameters", Valleys(used, law, fit)), new NamedChart("predicted-by-measured", Predicted(used, law))]
            : [];
    }

    private static Chart Valleys(List<ScalingPoint> used, ParametricLaw law, ParametricFit fit)
    {
        double[] computes = [.. Computes(used)];
        double smallest = used.Min(point => point.Parameters), largest = used.Max(point => point.Parameters), worst = used.Max(point => point.Loss) * 1.05;
        double fewest = used.Min(point => point.Tokens) / 1.5, most = used.Max(point => point.Tokens) * 1.5;
        var series = new List<Series>();
        foreach (var (look, flops) in computes.Index())
        {
            var near = used.Where(point => computes.MinBy(other => Math.Abs(Math.Log(Compute(point) / other))) == flops && Math.Abs(Math.Log(Compute(point) / flops)) <= Near).ToList();
            series.Add(new Series
            {
                Name = $"{Numbers.Significant(flops)} FLOPs",
                Points = [.. LossPicture.Between(smallest, largest, 80).Select(n => law.At(flops, n)).Where(at => at.Loss <= worst && at.Tokens >= fewest && at.Tokens <= most).Select(at => new ChartPoint(at.Parameters, at.Loss))],
                Mark = Mark.Line,
                Look = look,
            });
            series.Add(new Series { Name = "runs near it", Points = [.. near.Select(point => new ChartPoint(point.Parameters, point.Loss))], Mark = Mark.PalePoints, Look = look, InLegend = false });
            if (law.Optimum(flops) is var best && best.Parameters >= smallest && best.Parameters <= largest)
            {
                series.Add(new Series { Name = "best size", Points = [new ChartPoint(best.Parameters, best.Loss)], Mark = Mark.Points, Look = look, InLegend = false });
            }
        }

        return new Chart
        {
            Title = "The loss of each size at equal compute, by the law",
            Subtitle = "Each curve spends the same compute on models of different sizes; the best is where it is lowest.",
            Caption = $"Lines: the law at the compute the legend names (6ND). Large marks: its best size. Small marks: runs whose compute is within {Numbers.Significant(100 * (Math.Exp(Near) - 1), 2)} % of it; others are not drawn.",
            X = AllocationPicture.Sizes("Parameters", fit),
            Y = new Axis("Validation loss", "nats a token") { Scale = Scale.Logarithmic },
            Series = series,
        };
    }

    /// <summary>Computes with most runs about them, at most <see cref="Budgets"/>, ascending.</summary>
    private static IEnumerable<double> Computes(List<ScalingPoint> used)
    {
        var left = used.Select(Compute).ToList();
        var found = new List<double>();
        while (left.Count > 0 && found.Count < Budgets)
        {
            double at = left.MaxBy(flops => left.Count(other => Math.Abs(Math.Log(other / flops)) <= Near));
            var near = left.Where(other => Math.Abs(Math.Log(other / at)) <= Near).ToList();
            found.Add(Math.Exp(near.Average(Math.Log)));
            left.RemoveAll(other => Math.Abs(Math.Log(other / at)) <= 2 * Near);
        }

        return found.Order();
    }

    private static double Compute(ScalingPoint point) => 6 * point.Parameters * point.Tokens;

    private static Chart Predicted(List<ScalingPoint> used, ParametricLaw law)
    {
        double low = used.Min(point => point.Loss), high = used.Max(point => point.Loss);
        return new Chart
        {
            Title = "Predicted against measured loss",
            Subtitle = $"Half of the runs are within {Numbers.Significant(100 * ResidualPicture.Median(used.Select(point => Math.Abs((point.Loss / law.Loss(point.Parameters, point.Tokens)) - 1))), 2)} % of the law.",
            Caption = "Marks: a run each. Line: where both are equal.",
            X = new Axis("Measured loss", "nats a token") { Scale = Scale.Logarithmic },
            Y = new Axis("Loss by the law", "nats a token") { Scale = Scale.Logarithmic },
            Series =
            [
                new Series { Name = "equal", Points = [new ChartPoint(low, low), new ChartPoint(high, high)], Mark = Mark.Line, Look = SeriesLooks.Background, InLegend = false },
                new Series { Name = "runs", Points = [.. used.Select(point => new ChartPoint(point.Loss, law.Loss(point.Parameters, point.Tokens)))], Mark = Mark.PalePoints, Look = SeriesLooks.Answer, InLegend = false },
            ],
        };
    }
}
