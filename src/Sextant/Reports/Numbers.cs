using System.Globalization;

namespace Sextant.Reports;

/// <summary>Numbers as people read them; the same in tables, on axes and in the terminal.</summary>
public static class Numbers
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>So many significant digits; powers of ten from a million on and below a ten-thousandth.</summary>
    public static string Significant(double value, int digits = 3)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
        }

        if (value == 0)
        {
            return "0";
        }

        int exponent = Exponent(value, digits);
        if (exponent is >= 6 or < -4)
        {
            string mantissa = (value / Math.Pow(10, exponent)).ToString($"F{digits - 1}", CultureInfo.InvariantCulture);
            return Minus(mantissa) + "×10" + Superscript(exponent);
        }

        return Minus(value.ToString($"N{Math.Max(0, digits - 1 - exponent)}", CultureInfo.InvariantCulture));
    }

    /// <summary>A loss in nats: four decimals.</summary>
    public static string Loss(double nats) => double.IsFinite(nats) ? nats.ToString("F4", CultureInfo.InvariantCulture) : Significant(nats);

    /// <summary>A whole number with its thousands apart.</summary>
    public static string Whole(double value) => double.IsFinite(value) ? Minus(value.ToString("N0", CultureInfo.InvariantCulture)) : Significant(value);

    /// <summary>At most two decimals, and none that say nothing.</summary>
    public static string Short(double value) => double.IsFinite(value) ? Minus(value.ToString("#,0.##", CultureInfo.InvariantCulture)) : Significant(value);

    /// <summary>A share of 1 in per cent.</summary>
    public static string Share(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    /// <summary>A time in the unit that suits it.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 60 => Significant(seconds, 2) + " s",
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {(int)(seconds % 60)} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)(seconds / 3600)} h {(int)(seconds % 3600 / 60)} min"),
    };

    /// <summary>Ten to a power, plain between 0.001 and 100,000.</summary>
    internal static string PowerOfTen(int exponent) => exponent is >= -3 and <= 5
        ? Math.Pow(10, exponent).ToString(exponent < 0 ? $"F{-exponent}" : "N0", CultureInfo.InvariantCulture)
        : "10" + Superscript(exponent);

    internal static string Superscript(int exponent) =>
        string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(digit => digit == '-' ? '⁻' : Superscripts[digit - '0']));

    private static int Exponent(double value, int digits)
    {
        // Rounded first, so that 999,999 in three digits is 10^6.
        string scientific = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        return int.Parse(scientific[(scientific.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
    }

    private static string Minus(string number) => number.Replace('-', '−');
}
