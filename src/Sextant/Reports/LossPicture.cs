using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>Loss against training compute, with the least loss that was reached.</summary>
internal static class LossPicture
{
    /// <summary>More sizes than this cannot be told apart by looks and names.</summary>
    private const int MostNamed = 14;

    private const int Samples = 80;

    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence, AllocationView view)
    {
        var chart = evidence.Fit switch
        {
            CurvesFit fit => OfCurves(evidence, fit),
            IsoFlopFit fit => OfBudgets(evidence, fit),
            ParametricFit { Law: { } law } fit => OfLaw(evidence, fit, law, view),
            _ => null,
        };
        if (chart is null || chart.Series.All(series => series.Points.Count == 0))
        {
            return [];
        }

        return [new NamedChart("loss-by-flops", evidence.Marked is { Loss: double loss } run ? Marked(chart, run, loss) : chart)];
    }

    /// <summary>Every colour may be a size's here, so that a line of the run's own leads to its mark.</summary>
    private static Chart Marked(Chart chart, MarkedRun run, double loss) => chart with
    {
        Series = [.. chart.Series, new Series { Name = run.Name, Points = [new ChartPoint(run.Flops, loss)], Mark = Mark.Points, Look = SeriesLooks.Marked }],
        References = [.. chart.References, new ReferenceLine.Horizontal(loss, run.Name)],
    };

    /// <summary>The axis of compute, by the fit's convention.</summary>
    public static Axis Compute(Fit fit) => new("Training compute", fit.Convention is null ? "FLOPs" : $"FLOPs, {fit.Convention} count") { Scale = Scale.Logarithmic };

    private static Axis Loss => new("Validation loss", "nats a token") { Scale = Scale.Logarithmic };

    private static Chart? OfCurves(ScalingEvidence evidence, CurvesFit fit)
    {
        var sizes = evidence.Curves.Where(curve => curve.Parameters > 0).GroupBy(curve => curve.Parameters).OrderBy(size => size.Key).ToList();
        if (sizes.Count == 0)
        {
            return null;
        }

        var series = new List<Series>();
        foreach (var (look, size) in sizes.Index())
        {
            foreach (var (i, curve) in size.Index())
            {
                series.Add(new Series { Name = curve.Name, Points = [.. curve.Points.Select(point => new ChartPoint(point.Flops, point.Loss))], Mark = Mark.PalePoints, Look = look, InLegend = false });
                series.Add(new Series
                {
                    Name = $"{(size.Count() == 1 ? curve.Name + ": " : "")}{Numbers.Whole(size.Key)} parameters",
                    Points = Smooth(curve, fit.Smoother),
                    Mark = Mark.Line,
                    Look = look,
                    InLegend = i == 0 && (sizes.Count <= MostNamed || look % ((sizes.Count + MostNamed - 1) / MostNamed) == 0),
                });
            }
        }

        // Below all that is drawn: a polynomial may swing lower than any evaluation, and takes the envelope with it.
        ChartPoint[] envelope = [.. fit.Frontier.Where(point => point.Loss > 0).Select(point => new ChartPoint(point.Flops, point.Loss, 0, point.Loss))];
        double floor = series.SelectMany(one => one.Points).Concat(envelope).Where(point => point.Y > 0).Select(point => point.Y).DefaultIfEmpty(1).Min() * 0.95;
        series.Insert(0, new Series
        {
            Name = "lower envelope",
            Points = [.. envelope.Select(point => point with { Low = floor })],
            Mark = Mark.Line,
            Spread = Spread.Band,
            Look = SeriesLooks.Background,
        });
        return new Chart
        {
            Title = "Loss along each training",
            Subtitle = "The larger the compute, the larger the model that is lowest.",
            Caption = $"Small marks: evaluations. Lines: the smooth curves that sizes are compared by ({Named(fit.Smoother)}). The grey ground is below all of them: its edge, the lower envelope, is the least that any line reached with that compute or less. Upright lines: the FLOPs that sizes are compared at."
                + (sizes.Count > MostNamed ? $" The legend names some of {sizes.Count} sizes." : ""),
            X = Compute(fit),
            Y = Loss,
            Series = series,
            References = [.. fit.Optima.Select(optimum => new ReferenceLine.Vertical(optimum.Flops, ""))],
        } is var chart && Grows(fit) ? chart : chart with { Subtitle = null };
    }

    /// <summary>Whether the envelope passes from smaller to larger models only.</summary>
    private static bool Grows(CurvesFit fit) => fit.Frontier.Count > 1 && fit.Frontier[0].Parameters < fit.Frontier[^1].Parameters && fit.Frontier.Zip(fit.Frontier.Skip(1)).All(pair => pair.First.Parameters <= pair.Second.Parameters);

    public static string Named(CurveSmoother smoother) => smoother is CurveSmoother.Polynomial polynomial ? $"a polynomial of degree {polynomial.Degree} of the loss on FLOPs" : "a curve that never rises";

    private static ChartPoint[] Smooth(LossCurve curve, CurveSmoother smoother) => smoother.Smooth(curve) is not { } smooth
        ? []
        : [.. Between(smooth.FirstFlops, smooth.LastFlops, Samples).Select(flops => (flops, at: smooth.At(flops))).Where(pair => pair.at is { Loss: > 0 }).Select(pair => new ChartPoint(pair.flops, pair.at!.Value.Loss))];

    private static Chart OfBudgets(ScalingEvidence evidence, IsoFlopFit fit)
    {
        var best = fit.Optima.Where(optimum => optimum is { Loss: > 0, Status: FitStatus.Converged or FitStatus.NotIdentified }).ToList();
        return new Chart
        {
            Title = "Loss by compute",
            Subtitle = best.Count > 1 ? $"The least loss falls from {Numbers.Significant(best[0].Loss!.Value)} to {Numbers.Significant(best[^1].Loss!.Value)} nats a token while compute grows {Numbers.Significant(best[^1].Flops / best[0].Flops)} times." : null,
            Caption = "Small marks: each run. Large marks: the lowest point of each budget's parabola. How deep in a column a run lies is a matter of its size: see the profiles.",
            X = Compute(fit),
            Y = Loss,
            Series =
            [
                new Series { Name = "runs", Points = [.. evidence.Used().Select(point => new ChartPoint(point.Flops, point.Loss))], Mark = Mark.PalePoints, Look = SeriesLooks.Background },
                new Series { Name = "least loss of each budget", Points = [.. best.Select(optimum => new ChartPoint(optimum.Flops, optimum.Loss!.Value))], Look = SeriesLooks.Answer },
            ],
        };
    }

    private static Chart OfLaw(ScalingEvidence evidence, ParametricFit fit, ParametricLaw law, AllocationView view)
    {
        ChartPoint At(double flops)
        {
            var interval = fit.IntervalOf(some => some.Optimum(flops).Loss, view.Level);
            return new ChartPoint(flops, law.Optimum(flops).Loss, interval?.Low, interval?.High);
        }

        return new Chart
        {
            Title = "Loss by compute, and the least that the law allows",
            Subtitle = $"Ten times the largest compute, divided as the law says, would bring {Numbers.Significant(law.Optimum(view.Last).Loss)} down to {Numbers.Significant(law.Optimum(10 * view.Last).Loss)} nats a token; {Numbers.Significant(law.E)} are left whatever is spent.",
            Caption = $"Small marks: each run, at 6ND. Line: the loss of the best division by the law; dashed beyond the data. Band: its {Numbers.Short(100 * view.Level)} % interval.",
            X = new Axis("Training compute", "FLOPs, 6ND") { Scale = Scale.Logarithmic },
            Y = Loss,
            Series =
            [
                new Series { Name = "runs", Points = [.. evidence.Used().Select(point => new ChartPoint(6 * point.Parameters * point.Tokens, point.Loss))], Mark = Mark.PalePoints, Look = SeriesLooks.Background },
                new Series { Name = "least loss by the law", Points = [.. Between(view.First, view.Last, 30).Select(At)], Mark = Mark.Line, Spread = Spread.Band, Look = SeriesLooks.Answer },
                new Series { Name = "beyond the data", Points = [.. Between(view.Last, view.End, 15).Select(At)], Mark = Mark.Line, Spread = Spread.Band, Look = SeriesLooks.AnswerBeyond },
            ],
        };
    }

    /// <summary>Evenly spaced in log, both ends among them; none where an end is no number.</summary>
    public static IEnumerable<double> Between(double first, double last, int count) =>
        !(first > 0) || !(last >= first) ? [] : Enumerable.Range(0, count).Select(i => i == 0 ? first : i == count - 1 ? last : first * Math.Pow(last / first, (double)i / (count - 1)));
}
