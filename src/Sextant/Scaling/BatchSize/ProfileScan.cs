namespace Sextant.Scaling.BatchSize;

/// <summary>
/// A deviance (-2 log likelihood) along one constant, the others at their best: its least place, and the places where it is not much larger, whose outermost ends are an
/// interval by profile likelihood. Ends of the range stand for all that lies beyond: an interval that reaches one has no end there.
/// </summary>
internal sealed class ProfileScan
{
    /// <summary>A deviance larger by less is not larger.</summary>
    private const double Nothing = 1e-3;

    private const int Refinements = 40;

    private readonly Func<double, double> deviance;
    private readonly double[] places;
    private readonly double[] values;

    /// <param name="deviance">At a place.</param>
    /// <param name="low">The least place.</param>
    /// <param name="high">The largest place.</param>
    /// <param name="points">At which it is first looked at.</param>
    public ProfileScan(Func<double, double> deviance, double low, double high, int points)
    {
        this.deviance = deviance;
        var scanned = Enumerable.Range(0, points).Select(i => low + ((high - low) * i / (points - 1))).Select(at => (At: at, Value: deviance(at))).ToList();
        int best = scanned.FindIndex(place => place.Value == scanned.Min(other => other.Value));
        (At, Least) = best < 0 ? (low, double.NaN) : Golden(scanned[Math.Max(0, best - 1)].At, scanned[Math.Min(points - 1, best + 1)].At, scanned[Math.Max(0, best)]);
        IsAtLow = scanned[0].Value <= Least + Nothing;
        IsAtHigh = scanned[^1].Value <= Least + Nothing;
        var all = scanned.Append((At, Value: Least)).OrderBy(place => place.At).ToList();
        places = [.. all.Select(place => place.At)];
        values = [.. all.Select(place => place.Value)];
    }

    /// <summary>The place of the least deviance.</summary>
    public double At { get; }

    /// <summary>The deviance there.</summary>
    public double Least { get; }

    /// <summary>Whether the low end of the range is as good a place.</summary>
    public bool IsAtLow { get; }

    /// <summary>Whether the high end of the range is as good a place.</summary>
    public bool IsAtHigh { get; }

    /// <summary>The ends of the places whose deviance is at most <paramref name="reach"/> above the least; null where they go on past the range.</summary>
    public (double? Low, double? High) Within(double reach)
    {
        double limit = Least + reach;
        int first = Array.FindIndex(values, value => value <= limit), last = Array.FindLastIndex(values, value => value <= limit);
        return (first <= 0 ? null : Crossing(places[first], places[first - 1], limit), last < 0 || last == places.Length - 1 ? null : Crossing(places[last], places[last + 1], limit));
    }

    /// <summary>Places from one end of those within <paramref name="reach"/> to the other, with the ends of the range where they go on.</summary>
    public IEnumerable<double> Inside(double reach, int points)
    {
        var (low, high) = Within(reach);
        double first = low ?? places[0], last = high ?? places[^1];
        return Enumerable.Range(0, points).Select(i => first + ((last - first) * i / (points - 1))).Append(At);
    }

    private double Crossing(double inside, double outside, double limit)
    {
        for (int i = 0; i < Refinements; i++)
        {
            double middle = (inside + outside) / 2;
            (inside, outside) = deviance(middle) <= limit ? (middle, outside) : (inside, middle);
        }

        return inside;
    }

    private (double At, double Value) Golden(double low, double high, (double At, double Value) best)
    {
        const double share = 0.6180339887498949;
        double left = high - (share * (high - low)), right = low + (share * (high - low));
        double atLeft = deviance(left), atRight = deviance(right);
        for (int i = 0; i < Refinements; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (share * (high - low));
                atLeft = deviance(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (share * (high - low));
                atRight = deviance(right);
            }
        }

        return atLeft < best.Value && atLeft <= atRight ? (left, atLeft) : atRight < best.Value ? (right, atRight) : best;
    }
}
