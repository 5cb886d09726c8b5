namespace Sextant.Scaling;

/// <summary>How sure a <see cref="LogLine"/> is, at any place and level: Student's distribution about it.</summary>
/// <param name="Line">The line.</param>
/// <param name="Pivot">log10 x where the errors of slope and height are independent.</param>
/// <param name="HeightError">Standard error of log10 y there; null where nothing tells it.</param>
/// <param name="SlopeError">Standard error of the slope; null where nothing tells it.</param>
/// <param name="DegreesOfFreedom">Of the errors.</param>
public sealed record LineSpread(LogLine Line, double Pivot, double? HeightError, double? SlopeError, int DegreesOfFreedom)
{
    /// <summary>The interval of the slope; both ends are null where nothing bounds it.</summary>
    public Interval Slope(double level) => Around(Line.Slope, SlopeError, level);

    /// <summary>The interval of the intercept, log10 y at x = 1.</summary>
    public Interval Intercept(double level) => Around(Line.Intercept, ErrorAt(0), level);

    /// <summary>The interval of the line's y at <paramref name="x"/>, neither in logarithms.</summary>
    public Interval At(double x, double level)
    {
        double log = Math.Log10(x);
        var interval = Around(Line.Intercept + (Line.Slope * log), ErrorAt(log), level);
        return new Interval(Power(interval.Low), Power(interval.High), level);
    }

    /// <summary>Null where the power is no number a user can read.</summary>
    private static double? Power(double? log) => log is double exponent && Math.Pow(10, exponent) is double value && double.IsFinite(value) && value > 0 ? value : null;

    private double? ErrorAt(double logX) =>
        HeightError is double height && SlopeError is double slope ? Math.Sqrt((height * height) + (slope * slope * (logX - Pivot) * (logX - Pivot))) : null;

    private Interval Around(double value, double? error, double level)
    {
        double? half = error * (DegreesOfFreedom > 0 ? Student.Reach(DegreesOfFreedom, level) : null);
        return new Interval(value - half, value + half, level);
    }
}
