using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace Sextant.Scaling;

/// <summary>How sure a <see cref="LogLine"/> is, at any place and level.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Student), "student")]
[JsonDerivedType(typeof(Draws), "draws")]
public abstract record LineSpread
{
    private LineSpread()
    {
    }

    /// <summary>The t-distribution of a least-squares line.</summary>
    /// <param name="Line">The line.</param>
    /// <param name="Pivot">log10 x of the points' weighted centre, where slope and height are independent.</param>
    /// <param name="HeightError">Standard error of log10 y there; null where no degree of freedom is left.</param>
    /// <param name="SlopeError">Standard error of the slope; null where no degree of freedom is left.</param>
    /// <param name="DegreesOfFreedom">Points less 2.</param>
    public sealed record Student(LogLine Line, double Pivot, double? HeightError, double? SlopeError, int DegreesOfFreedom) : LineSpread
    {
        public override Interval Slope(double level) => Around(Line.Slope, SlopeError, level);

        public override Interval Intercept(double level) => Around(Line.Intercept, ErrorAt(0), level);

        public override Interval At(double x, double level)
        {
            var log = Around(Line.Intercept + (Line.Slope * Math.Log10(x)), ErrorAt(Math.Log10(x)), level);
            return new Interval(Power(log.Low), Power(log.High), level);
        }

        private double? ErrorAt(double logX) =>
            HeightError is double height && SlopeError is double slope ? Math.Sqrt((height * height) + (slope * slope * (logX - Pivot) * (logX - Pivot))) : null;

        private Interval Around(double value, double? error, double level)
        {
            double? half = error * (DegreesOfFreedom > 0 ? StudentT.InvCDF(0, 1, DegreesOfFreedom, (1 + level) / 2) : null);
            return new Interval(value - half, value + half, level);
        }
    }

    /// <summary>Resampled lines.</summary>
    /// <param name="Lines">A resample each; null for one without an optimum, which counts as unbounded.</param>
    public sealed record Draws(IReadOnlyList<LogLine?> Lines) : LineSpread
    {
        public override Interval Slope(double level) => Between(line => line.Slope, level);

        public override Interval Intercept(double level) => Between(line => line.Intercept, level);

        public override Interval At(double x, double level)
        {
            double log = Math.Log10(x);
            var between = Between(line => line.Intercept + (line.Slope * log), level);
            return new Interval(Power(between.Low), Power(between.High), level);
        }

        private Interval Between(Func<LogLine, double> value, double level) =>
            Bootstrap.Percentile([.. Lines.Select(line => line is null ? double.NaN : value(line))], level) ?? new Interval(null, null, level);
    }

    /// <summary>The interval of the slope; an end is null where nothing bounds it.</summary>
    public abstract Interval Slope(double level);

    /// <summary>The interval of the intercept, log10 y at x = 1.</summary>
    public abstract Interval Intercept(double level);

    /// <summary>The interval of the line's y at <paramref name="x"/>, neither in logarithms.</summary>
    public abstract Interval At(double x, double level);

    /// <summary>Null where the power is no number a user can read.</summary>
    private static double? Power(double? log) => log is double exponent && Math.Pow(10, exponent) is double value && double.IsFinite(value) && value > 0 ? value : null;
}
