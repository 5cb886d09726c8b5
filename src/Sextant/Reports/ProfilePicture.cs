using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>The loss over sizes at equal compute, with the parabolas and where they turn.</summary>
internal static class ProfilePicture
{
    /// <summary>A point belongs to the budget that it is this near to, in natural logarithms.</summary>
    private const double SameBudget = 0.06;

    private const int Samples = 60;

    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence)
    {
        if (evidence.Fit is not AllocationFit fit || Profiles(evidence).Where(profile => profile.Points.Count > 0).ToList() is not { Count: > 0 } profiles)
        {
            return [];
        }

        bool overTokens = OverTokens(fit);
        double[] all = [.. profiles.SelectMany(profile => profile.Points.Select(point => point.X))];
        var room = (Low: all.Min() / 2, High: all.Max() * 2);
        var series = new List<Series>();
        double worst = 1.1 * profiles.SelectMany(profile => profile.Points.Where(point => point.Used).Select(point => point.Loss).Concat(profile.Curve(Samples).Select(point => point.Y))).DefaultIfEmpty(double.PositiveInfinity).Max();
        int higher = profiles.Sum(profile => profile.Points.Count(point => point.Loss > worst));
        bool cut = false, unused = false;
        foreach (var (look, profile) in profiles.Index())
        {
            var beside = profile.Points.Where(point => !point.Used && point.Loss <= worst).ToList();
            if (beside.Count > 0)
            {
                unused = true;
                series.Add(new Series { Name = "not used", Points = [.. beside.Select(Drawn)], Mark = Mark.PalePoints, Look = SeriesLooks.Background, InLegend = false });
            }

            series.Add(new Series { Name = "runs", Points = [.. profile.Points.Where(point => point.Used).Select(Drawn)], Mark = Mark.PalePoints, Look = look, InLegend = false });
            series.Add(new Series { Name = $"{Numbers.Significant(profile.Optimum.Flops)} FLOPs", Points = profile.Curve(Samples), Mark = Mark.Line, Look = look });
            if (profile is not { Vertex: { } vertex, Optimum.Loss: { } loss } || vertex < room.Low || vertex > room.High)
            {
                continue;
            }

            series.Add(new Series { Name = "lowest point", Points = [new ChartPoint(vertex, loss)], Mark = Mark.Points, Look = look, InLegend = false });
            if (!overTokens && profile.Optimum.ParametersInterval is { } interval)
            {
                cut |= !(interval.Low >= room.Low) || !(interval.High <= room.High);
                double low = Math.Max(interval.Low ?? 0, room.Low), high = Math.Min(interval.High ?? double.PositiveInfinity, room.High);
                series.Add(new Series { Name = "its interval", Points = [new ChartPoint(low, loss), new ChartPoint(high, loss)], Mark = Mark.Line, Look = SeriesLooks.Solid(look), InLegend = false });
            }
        }

        double level = fit.Intervals.Values.Select(interval => interval.Level).FirstOrDefault(0.95);
        return
        [
            new NamedChart("isoflop-profiles", new Chart
            {
                Title = fit is CurvesFit ? "The loss of each size at equal compute" : "The loss of each size at each budget",
                Subtitle = "A model too small or too large for its compute loses on either side; the best size is where a parabola is lowest.",
                Caption = $"Small marks: {(fit is CurvesFit ? "smooth losses" : "runs")} at the compute the legend names. Lines: a parabola in log10 of the {(overTokens ? "tokens" : "parameters")} through them. Large marks: where it is lowest"
                    + (overTokens ? "." : $"; the level line through it is the {Numbers.Short(100 * level)} % interval of the best size{(cut ? ", cut off where it leaves the sizes trained by more than a factor of two" : "")}.")
                    + (unused ? " Grey: runs outside the window, which the parabola does not go through." : "")
                    + (higher > 0 ? $" {higher} of these are of so high a loss that they lie above the picture." : ""),
                X = overTokens ? new Axis("Tokens") { Scale = Scale.Logarithmic } : AllocationPicture.Sizes("Parameters", fit),
                Y = new Axis("Validation loss", "nats a token"), // even, or a parabola would not look like one
                Series = series,
            }),
        ];
    }

    /// <summary>Each compute with what its parabola goes through.</summary>
    public static List<DrawnProfile> Profiles(ScalingEvidence evidence) => evidence.Fit switch
    {
        CurvesFit fit => [.. fit.Optima.Select(optimum => new DrawnProfile(optimum, [.. fit.Readings.Where(reading => reading.Flops == optimum.Flops).Select(reading => new ProfileMark(reading.Parameters, reading.Loss, 1, true))], optimum.Parameters))],
        IsoFlopFit fit => [.. fit.Optima.Select(optimum => new DrawnProfile(
            optimum,
            [.. evidence.Points.Where(point => point is { Parameters: > 0, Tokens: > 0, Loss: > 0 } && Math.Abs(Math.Log(point.Flops / optimum.Flops)) < SameBudget)
                .Select(point => new ProfileMark(OverTokens(fit) ? point.Tokens : point.Parameters, point.Loss, point.Weight, Inside(optimum.Window, point.Parameters)))],
            OverTokens(fit) ? optimum.Tokens : optimum.Parameters))],
        _ => [],
    };

    private static bool OverTokens(AllocationFit fit) => fit is IsoFlopFit { Variable: ProfileVariable.Tokens };

    /// <summary>With room for the rounding of logarithms.</summary>
    private static bool Inside(SizeRange? window, double size) => window is not null && size >= window.Smallest * (1 - 1e-9) && size <= window.Largest * (1 + 1e-9);

    private static ChartPoint Drawn(ProfileMark mark) => new(mark.X, mark.Loss);
}

/// <summary>A loss of a profile.</summary>
/// <param name="X">N or D.</param>
/// <param name="Loss">Nats a token.</param>
/// <param name="Weight">Of its squared residual.</param>
/// <param name="Used">Whether the parabola goes through it.</param>
internal readonly record struct ProfileMark(double X, double Loss, double Weight, bool Used);

/// <summary>A profile with the parabola that the fit drew through it.</summary>
/// <param name="Optimum">What the fit found.</param>
/// <param name="Points">All of them.</param>
/// <param name="Vertex">Where it is lowest; null where it is nowhere.</param>
internal sealed record DrawnProfile(Optimum Optimum, IReadOnlyList<ProfileMark> Points, double? Vertex)
{
    private readonly PolynomialFit? quadratic = Through([.. Points.Where(point => point.Used)]);

    /// <summary>The parabola at a size; null where there is none.</summary>
    public double? At(double x) => quadratic?.At(Math.Log10(x)).Value;

    /// <summary>The parabola over the sizes that it goes through.</summary>
    public ChartPoint[] Curve(int samples)
    {
        double[] sizes = [.. Points.Where(point => point.Used).Select(point => point.X)];
        return quadratic is null ? [] : [.. LossPicture.Between(sizes.Min(), sizes.Max(), samples).Select(x => new ChartPoint(x, At(x)!.Value))];
    }

    private static PolynomialFit? Through(ProfileMark[] used) =>
        PolynomialFit.Of([.. used.Select(point => Math.Log10(point.X))], [.. used.Select(point => point.Loss)], [.. used.Select(point => point.Weight)], 2);
}
