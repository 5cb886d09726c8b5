using System.Globalization;
using Sextant.Scaling;

namespace Sextant.Experiments;

/// <summary>One measurement of a coordinate check.</summary>
/// <param name="Width">H.</param>
/// <param name="Seed">Of initial weights and batches.</param>
/// <param name="Step">Updates made; 0 for the initial weights.</param>
/// <param name="Quantity">What.</param>
/// <param name="Size">Root mean square of its entries.</param>
/// <param name="Change">Root mean square of what its entries differ from those of the initial weights; null for these.</param>
public sealed record CoordinateSize(int Width, ulong Seed, int Step, Coordinate Quantity, double Size, double? Change);

/// <summary>
/// How a size goes with the width: the exponent of H, the mean over seeds of each seed's least-squares line of log size on log width. Seeds are
/// what is independent (their widths see the same batches), so the error is that of their mean. It says nothing of other widths.
/// </summary>
/// <param name="Quantity">Whose size.</param>
/// <param name="IsChange">Whether it is the size of the change since the initial weights; else the size itself.</param>
/// <param name="Step">Updates made.</param>
/// <param name="Slope">The exponent.</param>
/// <param name="StandardError">Null for a single seed.</param>
/// <param name="Interval">Of the exponent, by Student's distribution.</param>
/// <param name="Lowest">
/// The least exponent allowed. Changes of residual stream and logits must be flat. All else may shrink as the root of the width, and no faster: sums of
/// independent terms do so under rules made for terms that agree, such as logits of initial weights (Yang and Hu 2022, appendix D.2), and queries and keys
/// agree only after more steps than a check takes.
/// </param>
/// <param name="Highest">The largest exponent allowed: nothing may grow.</param>
/// <param name="Verdict">Whether the interval is within these.</param>
public sealed record CoordinateTrend(
    Coordinate Quantity, bool IsChange, int Step, double Slope, double? StandardError, Interval Interval, double Lowest, double Highest, CoordinateVerdict Verdict)
{
    /// <summary>"the logits moved with width as H^0.02 [-0.01, 0.05]", without the verb where it was said before.</summary>
    internal string Said(bool withVerb) => $"{Quantity switch
    {
        Coordinate.Logits => "the logits",
        Coordinate.AttentionScores => "the attention scores",
        _ => "the residual stream",
    }} {(withVerb ? "moved with width as" : "as")} H^{Two(Slope)} [{Two(Interval.Low)}, {Two(Interval.High)}]";

    /// <summary>All quantities at all steps; what is zero or not finite anywhere has no trend.</summary>
    internal static IReadOnlyList<CoordinateTrend> Of(IEnumerable<CoordinateSize> sizes, CoordinateCheckOptions options) =>
    [
        .. from size in sizes
           from measured in Measured(size)
           group (size.Seed, size.Width, measured.Value) by (size.Step, size.Quantity, measured.IsChange) into points
           orderby points.Key.Step, points.Key.Quantity, points.Key.IsChange
           let slopes = points.GroupBy(point => point.Seed, point => (point.Width, point.Value)).Select(Exponent).OfType<double>().ToList()
           where slopes.Count > 0
           select Of(points.Key.Quantity, points.Key.IsChange, points.Key.Step, slopes, options),
    ];

    private static IEnumerable<(bool IsChange, double Value)> Measured(CoordinateSize size)
    {
        yield return (false, size.Size);
        if (size.Change is double change)
        {
            yield return (true, change);
        }
    }

    private static CoordinateTrend Of(Coordinate quantity, bool isChange, int step, List<double> slopes, CoordinateCheckOptions options)
    {
        double mean = slopes.Average();
        double? error = slopes.Count < 2 ? null : Math.Sqrt(slopes.Sum(slope => (slope - mean) * (slope - mean)) / (slopes.Count - 1) / slopes.Count);
        var interval = new LineSpread(new LogLine(mean, 0), 0, null, error, slopes.Count - 1).Slope(options.Level);
        double lowest = (isChange && quantity != Coordinate.AttentionScores ? 0 : -0.5) - options.Tolerance, highest = options.Tolerance;
        double low = interval.Low ?? double.NegativeInfinity, high = interval.High ?? double.PositiveInfinity;
        var verdict = low > highest || high < lowest ? CoordinateVerdict.Fails
            : low < lowest || high > highest ? CoordinateVerdict.Undecided
            : CoordinateVerdict.Holds;
        return new CoordinateTrend(quantity, isChange, step, mean, error, interval, lowest, highest, verdict);
    }

    private static double? Exponent(IEnumerable<(int Width, double Value)> points)
    {
        var all = points.ToList();
        return all.All(point => double.IsFinite(point.Value) && point.Value > 0)
            ? WeightedLine.Of([.. all.Select(p => Math.Log10(p.Width))], [.. all.Select(p => Math.Log10(p.Value))], [.. all.Select(_ => 1.0)])?.Line.Slope
            : null;
    }

    private static string Two(double? value) => value is double number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "unknown";
}
