using System.Globalization;

namespace Sextant.Scaling;

/// <summary>Numbers inside sentences.</summary>
internal static class Said
{
    /// <summary>Three significant digits: 36,200, 1.94e6, 0.0123.</summary>
    public static string Number(double value)
    {
        double size = Math.Abs(value);
        if (size != 0 && size is >= 1e6 or < 1e-3)
        {
            return value.ToString("0.##e0", CultureInfo.InvariantCulture);
        }

        int digits = size == 0 ? 0 : 2 - (int)Math.Floor(Math.Log10(size));
        double unit = Math.Pow(10, -digits);
        return digits >= 0
            ? Math.Round(value, digits).ToString("0.######", CultureInfo.InvariantCulture)
            : (Math.Round(value / unit) * unit).ToString("#,0", CultureInfo.InvariantCulture);
    }

    /// <summary>Every digit of a whole number, as long as it can be read: 2,048, 1.3e7.</summary>
    public static string Whole(double value) => Math.Abs(value) < 1e7 ? value.ToString("#,0", CultureInfo.InvariantCulture) : Number(value);

    /// <summary>Two significant digits: 0.62x, 1.7x.</summary>
    public static string Times(double factor) => Short(factor) + "x";

    /// <summary>A difference of losses.</summary>
    public static string Nats(double nats) => $"{Short(nats)} nats";

    /// <summary>A difference of losses whose unit stands elsewhere.</summary>
    public static string Difference(double nats) => Short(nats);

    /// <summary>A share of 1.</summary>
    public static string Percent(double share) => $"{Short(100 * share)} %";

    /// <summary>As a status stands in JSON.</summary>
    public static string Status(FitStatus status) => char.ToLowerInvariant(status.ToString()[0]) + status.ToString()[1..];

    /// <summary>"a to b", or which end is open, or that it could be anything.</summary>
    public static string Range(Interval interval, Func<double, string> number) => (interval.Low, interval.High) switch
    {
        _ when interval.SaysNothing => $"anything within {interval.Decades:F0} powers of ten",
        (double low, double high) => $"{number(low)} to {number(high)}",
        (double low, null) => $"at least {number(low)}",
        (null, double high) => $"at most {number(high)}",
        _ => "anything",
    };

    private static string Short(double value)
    {
        double size = Math.Abs(value);
        return size is > 0 and (< 1e-3 or >= 1e4)
            ? value.ToString("0.#e0", CultureInfo.InvariantCulture)
            : value.ToString(size switch { 0 => "0", < 0.01 => "0.####", < 0.1 => "0.###", < 1 => "0.##", < 10 => "0.#", _ => "#,0" }, CultureInfo.InvariantCulture);
    }
}
