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
/// <param name="IsChange">Whether it is the size of the change since the initial weights, which must neither grow nor shrink; else its size, which must not grow
/// (logits and scores of initial weights may shrink as the root of the width: Yang and Hu 2022, appendix D.2).</param>
/// <param name="Step">Updates made.</param>
/// <param name="Slope">The exponent.</param>
/// <param name="StandardError">Null for a single seed.</param>
/// <param name="Interval">Of the exponent, by Student's distribution.</param>
/// <param name="Verdict">Whether that is flat.</param>
public sealed record CoordinateTrend(
    Coordinate Quantity, bool IsChange, int Step, double Slope, double? StandardError, Interval Interval, CoordinateVerdict Verdict)
{
    /// <summary>"the logits moved with width as H^0.02 [-0.01, 0.05]".</summary>
    internal string Said => $"{Quantity switch
    {
        Coordinate.Logits => "the logits",
        Coordinate.AttentionScores => "the attention scores",
        _ => "the residual stream",
    }} moved with width as H^{Two(Slope)} [{Two(Interval.Low)}, {Two(Interval.High)}]";

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
        return new CoordinateTrend(quantity, isChange, step, mean, error, interval, Judged(interval, isChange, options.Tolerance));
    }

    private static CoordinateVerdict Judged(Interval interval, bool isChange, double tolerance)
    {
        double low = interval.Low ?? double.NegativeInfinity, high = interval.High ?? double.PositiveInfinity;
        bool shrinks = isChange && high < -tolerance, mayShrink = isChange && low < -tolerance;
        return low > tolerance || shrinks ? CoordinateVerdict.Moves
            : high > tolerance || mayShrink ? CoordinateVerdict.Undecided
            : CoordinateVerdict.Flat;
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
