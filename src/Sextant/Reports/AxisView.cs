using System.Globalization;

namespace Sextant.Reports;

/// <summary>
/// An axis ready to be drawn: its range and ticks, worked out once for both renderers. Positions are values on a linear axis
/// and base-10 logarithms on a logarithmic one.
/// </summary>
internal sealed record AxisView(double Lowest, double Highest, IReadOnlyList<Tick> Ticks, IReadOnlyList<double> MinorTicks, Scale Scale)
{
    private const double Margin = 0.05;

    // Decades: in less, a logarithmic axis looks even and has even ticks.
    private const double LinearBelow = 0.25;

    public double Position(double value) => Scale == Scale.Logarithmic ? Math.Log10(value) : value;

    public bool Shows(double value) => double.IsFinite(value) && (Scale == Scale.Linear || value > 0);

    public static AxisView Of(Axis axis, IEnumerable<double> values)
    {
        bool logarithmic = axis.Scale == Scale.Logarithmic;
        var positions = values.Where(value => double.IsFinite(value) && (!logarithmic || value > 0))
            .Select(value => logarithmic ? Math.Log10(value) : value).DefaultIfEmpty(0).ToList();
        var (low, high) = Widened(positions.Min(), positions.Max(), logarithmic);
        // No negative ground under values that are all positive.
        if (!logarithmic && positions.Min() > 0)
        {
            low = Math.Max(0, low);
        }

        var ticks = axis.Ticks
            ?? (!logarithmic ? LinearTicks(low, high) : high - low >= LinearBelow ? LogarithmicTicks(low, high) : LinearTicks(Math.Pow(10, low), Math.Pow(10, high)));
        var minor = logarithmic && axis.Ticks is null && high - low >= LinearBelow ? MinorLogarithmic(low, high) : [];
        return new AxisView(low, high, ticks, minor, axis.Scale);
    }

    private static (double Low, double High) Widened(double low, double high, bool logarithmic)
    {
        if (high - low < 1e-12 * Math.Max(1, Math.Abs(high)))
        {
            double half = logarithmic ? 0.3 : low == 0 ? 1 : Math.Abs(low) / 2;
            return (low - half, high + half);
        }

        double margin = Margin * (high - low);
        return (low - margin, high + margin);
    }

    private static List<Tick> LinearTicks(double low, double high)
    {
        double rough = (high - low) / 6;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        double largest = Math.Max(Math.Abs(low), Math.Abs(high));
        int exponent = largest is >= 1e6 or < 1e-3 ? (int)Math.Floor(Math.Log10(largest)) : 0;
        int decimals = (int)Math.Max(0, -Math.Floor(Math.Log10(step) - exponent + 1e-9));
        var ticks = new List<Tick>();
        for (long i = (long)Math.Ceiling(low / step - 1e-9); i * step <= high + 1e-9 * step; i++)
        {
            double value = i * step;
            string label = (value / Math.Pow(10, exponent)).ToString($"N{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');
            ticks.Add(new Tick(value, i == 0 ? "0" : exponent == 0 ? label : $"{label}×10{Numbers.Superscript(exponent)}"));
        }

        return ticks;
    }

    private static List<Tick> LogarithmicTicks(double low, double high)
    {
        // Decades alone where they are enough, else some between.
        double[] leads = (high - low) switch { >= 2.5 => [1], >= 1.3 => [1, 3], >= 0.7 => [1, 2, 5], >= 0.4 => [1, 1.5, 2, 3, 4, 6, 8], _ => [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9] };
        int every = Math.Max(1, (int)Math.Ceiling((high - low) / 9));
        var ticks = new List<Tick>();
        for (int exponent = (int)Math.Floor(low); exponent <= high; exponent++)
        {
            foreach (double lead in leads)
            {
                double position = exponent + Math.Log10(lead);
                if (position >= low - 1e-9 && position <= high + 1e-9 && exponent % every == 0)
                {
                    ticks.Add(new Tick(Math.Pow(10, exponent) * lead, LeadLabel(lead, exponent)));
                }
            }
        }

        return ticks;
    }

    private static string LeadLabel(double lead, int exponent)
    {
        if (lead == 1)
        {
            return Numbers.PowerOfTen(exponent);
        }

        int decimals = Math.Max(0, (lead == Math.Floor(lead) ? 0 : 1) - exponent);
        return exponent is >= -3 and <= 5
            ? (lead * Math.Pow(10, exponent)).ToString($"N{decimals}", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{lead}×10{Numbers.Superscript(exponent)}");
    }

    private static List<double> MinorLogarithmic(double low, double high)
    {
        var ticks = new List<double>();
        if (high - low > 9)
        {
            return ticks;
        }

        for (int exponent = (int)Math.Floor(low); exponent <= high; exponent++)
        {
            for (int lead = 2; lead < 10; lead++)
            {
                if (exponent + Math.Log10(lead) is var position && position >= low && position <= high)
                {
                    ticks.Add(lead * Math.Pow(10, exponent));
                }
            }
        }

        return ticks;
    }
}
