namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Fits one of the laws to best rates. What these scatter about it beyond their own errors is chosen so that the weighted squares are as many as they should be (Paule and Mandel 1982). Intervals are of the profile of the
/// deviance, by Student's t: with the degrees of freedom of the batches less the constants where the excess is more than half of the variance, else of the errors and the batches by their shares (Satterthwaite 1946).
/// </summary>
internal sealed class RateLawFitting
{
    /// <summary>How far beyond the batches the noise batch is looked for, as a factor.</summary>
    private const double Beyond = 1000;

    private const int Places = 97, CoarsePlaces = 49, PlacesInside = 41, ExponentPlaces = 25, ExponentsInside = 9, Halvings = 40;

    /// <summary>Of ln rate: the most that best rates can scatter.</summary>
    private const double MostExcess = 100;

    private readonly RateCurve curve;
    private readonly double lowExponent;
    private readonly double highExponent;
    private readonly double lowest;
    private readonly double highest;
    private readonly int errorFreedom;
    private readonly ProfileScan noise;

    /// <param name="curve">The best rates.</param>
    /// <param name="lowExponent">Of the range of exponents.</param>
    /// <param name="highExponent">The same as the low one where it is fixed.</param>
    /// <param name="errorFreedom">Degrees of freedom of the rates' own errors; 0 where they have none.</param>
    public RateLawFitting(RateCurve curve, double lowExponent, double highExponent, int errorFreedom)
    {
        this.curve = curve;
        this.lowExponent = lowExponent;
        this.highExponent = highExponent;
        this.errorFreedom = errorFreedom;
        (lowest, highest) = (Math.Log(curve.LowestBatch / Beyond), Math.Log(curve.HighestBatch * Beyond));
        Excess = ChooseExcess();
        noise = Scan(Excess, Places);
        Exponent = curve.BestExponent(noise.At, lowExponent, highExponent, Excess);
    }

    /// <summary>The variance of ln rate beyond the rates' own errors.</summary>
    public double Excess { get; }

    public double Exponent { get; }

    /// <summary>At the best fit.</summary>
    public double Deviance => noise.Least;

    private bool IsFree => highExponent > lowExponent;

    private int Constants => IsFree ? 3 : 2;

    private double Freedom
    {
        get
        {
            int scatter = Math.Max(1, curve.Known - Constants);
            if (errorFreedom == 0)
            {
                return scatter;
            }

            // Where the excess is most of it, the batches alone tell how large it is.
            double share = curve.ExcessShare(Excess);
            return share > 0.5 ? scatter : 1 / ((share * share / scatter) + ((1 - share) * (1 - share) / errorFreedom));
        }
    }

    /// <summary>How far the deviance may rise.</summary>
    public double Reach(double level) => Math.Pow(Student.Reach(Math.Max(1, (int)Freedom), level), 2);

    /// <summary>The least deviance with the exponent held, by this law's own excess.</summary>
    public double DevianceAt(double exponent) => new ProfileScan(at => curve.Best(at, exponent, Excess).Deviance, lowest, highest, CoarsePlaces).Least;

    /// <summary>The law with its status and intervals.</summary>
    public RateLaw Law(double level, double widestRatio)
    {
        double logMax = curve.Best(noise.At, Exponent, Excess).LogMax;
        bool isAtHigh = noise.IsAtHigh, isAtLow = noise.IsAtLow && !isAtHigh, isAtEnd = IsFree && (Exponent <= lowExponent || Exponent >= highExponent);
        var exponents = IsFree && !isAtLow ? new ProfileScan(exponent => DevianceAt(exponent), lowExponent, highExponent, ExponentPlaces) : null;
        var intervals = Intervals(Reach(level), level);
        if (IsFree)
        {
            var (low, high) = exponents?.Within(Reach(level)) ?? (null, null);
            intervals["exponent"] = new Interval(low, high, level);
        }

        var judged = noise.Within(Reach(Identifiability.Level));
        bool isNoiseKnown = judged is { Low: double from, High: double to } && to - from <= Math.Log(widestRatio);
        bool isExponentKnown = !IsFree || exponents?.Within(Reach(Identifiability.Level)) is { Low: not null, High: not null };
        return new RateLaw
        {
            Status = isAtHigh || isAtLow || isAtEnd ? FitStatus.BoundHit : isNoiseKnown && isExponentKnown ? FitStatus.Converged : FitStatus.NotIdentified,
            MaxRate = isAtHigh ? null : Math.Exp(logMax),
            NoiseBatch = isAtHigh || isAtLow ? null : Math.Exp(noise.At),
            Exponent = isAtLow && IsFree ? null : Exponent,
            ExcessSpread = Math.Sqrt(Excess),
            Intervals = intervals,
        };
    }

    /// <summary>By how much rates grow when the smallest and the largest batch double.</summary>
    public RateGrowth Growth(double level)
    {
        double small = curve.LowestBatch, large = curve.HighestBatch;
        var (atSmall, atLarge, ratio) = (GrowthOf(small), GrowthOf(large), (Func<double, double, double>)((at, exponent) => GrowthOf(small)(at, exponent) / GrowthOf(large)(at, exponent)));
        return new RateGrowth
        {
            SmallBatch = small,
            AtSmall = atSmall(noise.At, Exponent),
            AtSmallInterval = Within(atSmall, Reach(level), level),
            LargeBatch = large,
            AtLarge = atLarge(noise.At, Exponent),
            AtLargeInterval = Within(atLarge, Reach(level), level),
            Ratio = ratio(noise.At, Exponent),
            RatioInterval = Within(ratio, Reach(level), level),
            IsSignificant = noise.Within(Reach(Identifiability.Level)) is { Low: not null, High: not null }, // at both ends of the noise batch rates grow alike at all batches
        };
    }

    /// <summary>Rate at twice the batch over that at the batch, of ln noise batch and exponent.</summary>
    private static Func<double, double, double> GrowthOf(double batch) => (logNoise, exponent) => Math.Exp(exponent * (RateCurve.Fall(logNoise, batch) - RateCurve.Fall(logNoise, 2 * batch)));

    private ProfileScan Scan(double excess, int places) =>
        new(at => curve.Best(at, curve.BestExponent(at, lowExponent, highExponent, excess), excess).Deviance, lowest, highest, places);

    private double ChooseExcess()
    {
        int wanted = curve.Known - Constants;
        if (wanted < 1 || Missed(0) <= 0)
        {
            return 0;
        }

        double low = Math.Log(1e-12), high = Math.Log(MostExcess);
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Missed(Math.Exp(middle)) > 0 ? (middle, high) : (low, middle);
        }

        return Math.Exp(high);

        double Missed(double excess)
        {
            double at = Scan(excess, CoarsePlaces).At, exponent = curve.BestExponent(at, lowExponent, highExponent, excess);
            return curve.Squares(curve.Best(at, exponent, excess).LogMax, at, exponent, excess) - wanted;
        }
    }

    private Dictionary<string, Interval> Intervals(double reach, double level)
    {
        var (low, high) = noise.Within(reach);
        double limit = noise.Least + reach, lowMax = double.PositiveInfinity, highMax = double.NegativeInfinity;
        foreach (var (at, exponent) in Region(reach))
        {
            if (curve.MaxWithin(at, exponent, Excess, limit) is var (from, to))
            {
                (lowMax, highMax) = (Math.Min(lowMax, from), Math.Max(highMax, to));
            }
        }

        return new Dictionary<string, Interval>
        {
            ["maxRate"] = new(Exp(lowMax), high is null ? null : Exp(highMax), level),
            ["noiseBatch"] = new(low is double l ? Exp(l) : null, high is double h ? Exp(h) : null, level),
        };
    }

    /// <summary>All that a quantity of noise batch and exponent is within the region of both. What is monotone in the exponent is extreme at its ends.</summary>
    private Interval Within(Func<double, double, double> quantity, double reach, double level)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (var (at, exponent) in Region(reach))
        {
            double value = quantity(at, exponent);
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return new Interval(low, high, level);
    }

    /// <summary>Places along the noise batch, each with exponents from one end of the region to the other.</summary>
    private IEnumerable<(double LogNoise, double Exponent)> Region(double reach)
    {
        double limit = noise.Least + reach;
        foreach (double at in noise.Inside(reach, PlacesInside))
        {
            double best = curve.BestExponent(at, lowExponent, highExponent, Excess);
            yield return (at, best);
            if (IsFree)
            {
                double low = End(at, best, lowExponent, limit), high = End(at, best, highExponent, limit);
                for (int i = 0; i < ExponentsInside; i++)
                {
                    yield return (at, low + ((high - low) * i / (ExponentsInside - 1)));
                }
            }
        }
    }

    private double End(double logNoise, double inside, double outside, double limit)
    {
        if (curve.Best(logNoise, outside, Excess).Deviance <= limit)
        {
            return outside;
        }

        for (int i = 0; i < Halvings; i++)
        {
            double middle = (inside + outside) / 2;
            (inside, outside) = curve.Best(logNoise, middle, Excess).Deviance <= limit ? (middle, outside) : (inside, middle);
        }

        return inside;
    }

    private static double? Exp(double log) => Math.Exp(log) is var power && double.IsFinite(power) ? power : null;
}
