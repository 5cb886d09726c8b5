namespace Sextant.Scaling;

/// <summary>Trainings at a learning rate.</summary>
/// <param name="Rate">The peak learning rate.</param>
/// <param name="Loss">The geometric mean of their losses, nats a token; null where one diverged.</param>
/// <param name="Losses">Of each training; empty where one diverged.</param>
public sealed record RateTrial(double Rate, double? Loss, IReadOnlyList<double> Losses)
{
    /// <summary>Of trainings that differ in seed; a loss that is missing or not above 0 diverged.</summary>
    public static RateTrial Of(double rate, params IReadOnlyList<double?> losses) => losses.Count > 0 && losses.All(loss => loss is > 0 && double.IsFinite(loss.Value))
        ? new RateTrial(rate, Math.Exp(losses.Average(loss => Math.Log(loss!.Value))), [.. losses.Select(loss => loss!.Value)])
        : new RateTrial(rate, null, []);
}

/// <summary>How the best learning rate is looked for.</summary>
public sealed record RateSearchOptions
{
    /// <summary>The rate that is tried first.</summary>
    public required double Start { get; init; }

    /// <summary>From one rate to the next, more than 1.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The most rates that are tried.</summary>
    public int Most { get; init; } = 9;
}

/// <summary>
/// Looks for the learning rate of the least loss: three rates about a first one, then beyond whichever end is best until both neighbours of
/// the best are worse, then the bottom of the parabola of the logarithm of the loss in the logarithm of the rate through these three. A rate that diverges is worse than any loss.
/// Says what to try next and what the trials so far amount to; the training is others'.
/// </summary>
public static class RateSearch
{
    /// <summary>Of the interval of a rate.</summary>
    private const double Level = 0.95;

    /// <summary>Rates that differ by less than this share are one: whoever trains may round them.</summary>
    private const double Same = 0.01;

    /// <summary>The rates to try next; empty where the search is over.</summary>
    public static IReadOnlyList<double> Next(IReadOnlyList<RateTrial> trials, RateSearchOptions options)
    {
        double[] first = [options.Start / options.Factor, options.Start, options.Start * options.Factor];
        double[] missing = [.. first.Where(rate => !IsTried(trials, rate))];
        if (missing.Length > 0)
        {
            return missing;
        }

        if (trials.Count >= options.Most)
        {
            return [];
        }

        var (lower, best, upper) = AroundBest(trials);
        double? next = best is null ? trials.Min(trial => trial.Rate) / options.Factor
            : lower is null ? best.Rate / options.Factor
            : upper is null ? best.Rate * options.Factor
            : upper.Loss is null && upper.Rate / best.Rate > Math.Sqrt(options.Factor) * (1 + Same) ? best.Rate * Math.Sqrt(options.Factor)
            : null;
        return next is double rate ? [rate] : [];
    }

    /// <summary>What the trials say.</summary>
    public static RateChoice Choose(IReadOnlyList<RateTrial> trials)
    {
        RateTrial[] ordered = [.. trials.OrderBy(trial => trial.Rate)];
        var (lower, best, upper) = AroundBest(trials);
        if (best is not { Loss: double least } middle)
        {
            return new RateChoice { Status = FitStatus.Failed, Trials = ordered, Remark = "every rate diverged" };
        }

        var choice = new RateChoice { Status = FitStatus.Converged, Rate = middle.Rate, Loss = least, Trials = ordered };
        if (lower is null || upper is null)
        {
            return choice with { Status = FitStatus.BoundHit, Remark = $"the {(lower is null ? "lowest" : "highest")} rate tried is the best of them" };
        }

        if (lower.Loss is not double below || upper.Loss is not double above)
        {
            return choice with { Remark = lower.Loss is null ? "the next rate below it diverged" : "the next rate above it diverged" };
        }

        double left = Math.Log(middle.Rate / lower.Rate), right = Math.Log(upper.Rate / middle.Rate);
        double fall = Math.Log(below / least), rise = Math.Log(above / least); // neither is negative
        if (fall + rise == 0)
        {
            return choice with { Status = FitStatus.NotIdentified, Remark = "its neighbours are as good" };
        }

        // The parabola through the three, in logarithms measured from the middle one.
        double curvature = Curvature(left, right, fall, rise), vertex = Vertex(left, right, fall, rise);
        choice = choice with { Rate = middle.Rate * Math.Exp(vertex), Loss = least * Math.Exp(-curvature * vertex * vertex), CostOfTwofold = Math.Exp(curvature * Math.Log(2) * Math.Log(2)) - 1 };
        return Noise(trials) is not var (variance, freedom)
            ? choice with { Remark = "one training a rate: no interval" }
            : WithInterval(choice, (left, right, fall, rise), [lower.Losses.Count, middle.Losses.Count, upper.Losses.Count], variance, freedom);
    }

    private static double Curvature(double left, double right, double fall, double rise) => ((fall * right) + (rise * left)) / (left * right * (left + right));

    /// <summary>Where the parabola through (-left, fall), (0, 0) and (right, rise) turns.</summary>
    private static double Vertex(double left, double right, double fall, double rise) => ((fall * right * right) - (rise * left * left)) / (2 * ((fall * right) + (rise * left)));

    /// <summary>The variance of a training's log loss from seed to seed, pooled over rates; null where no rate has two trainings.</summary>
    private static (double Variance, int Freedom)? Noise(IReadOnlyList<RateTrial> trials)
    {
        var repeated = trials.Where(trial => trial.Losses.Count > 1).Select(trial => trial.Losses.Select(loss => Math.Log(loss)).ToList()).ToList();
        int freedom = repeated.Sum(losses => losses.Count - 1);
        return freedom > 0 ? (repeated.Sum(losses => losses.Sum(loss => Math.Pow(loss - losses.Average(), 2))) / freedom, freedom) : null;
    }

    /// <summary>The rate's interval to first order in the noise; where the noise may have made the parabola, there is none.</summary>
    private static RateChoice WithInterval(RateChoice choice, (double Left, double Right, double Fall, double Rise) at, int[] trainings, double variance, int freedom)
    {
        double quantile = Student.Reach(freedom, Level);
        double ErrorOf(Func<double, double, double> value)
        {
            const double step = 1e-6;
            double byFall = (value(at.Fall + step, at.Rise) - value(at.Fall - step, at.Rise)) / (2 * step);
            double byRise = (value(at.Fall, at.Rise + step) - value(at.Fall, at.Rise - step)) / (2 * step);
            return Math.Sqrt(variance * ((byFall * byFall / trainings[0]) + (Math.Pow(byFall + byRise, 2) / trainings[1]) + (byRise * byRise / trainings[2])));
        }

        double bend = Curvature(at.Left, at.Right, at.Fall, at.Rise);
        if (bend <= quantile * ErrorOf((fall, rise) => Curvature(at.Left, at.Right, fall, rise)))
        {
            return choice with { Status = FitStatus.NotIdentified, RateInterval = new Interval(null, null, Level), Remark = "the losses differ no more than seeds do" };
        }

        double half = quantile * ErrorOf((fall, rise) => Vertex(at.Left, at.Right, fall, rise));
        return choice with { RateInterval = new Interval(choice.Rate!.Value * Math.Exp(-half), choice.Rate.Value * Math.Exp(half), Level) };
    }

    private static (RateTrial? Lower, RateTrial? Best, RateTrial? Upper) AroundBest(IReadOnlyList<RateTrial> trials)
    {
        RateTrial[] ordered = [.. trials.OrderBy(trial => trial.Rate)];
        int best = -1;
        for (int i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Loss is double loss && double.IsFinite(loss) && (best < 0 || loss < ordered[best].Loss))
            {
                best = i;
            }
        }

        return best < 0 ? (null, null, null) : (best > 0 ? ordered[best - 1] : null, ordered[best], best < ordered.Length - 1 ? ordered[best + 1] : null);
    }

    private static bool IsTried(IReadOnlyList<RateTrial> trials, double rate) => trials.Any(trial => Math.Abs(Math.Log(trial.Rate / rate)) < Same);
}

/// <summary>The learning rate that a search found.</summary>
public sealed record RateChoice
{
    /// <summary>converged: both neighbours of the best are worse; notIdentified: no worse than seeds may make them; boundHit: an end of what was tried is the best; failed: all diverged.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>The peak learning rate; null where every rate diverged.</summary>
    public double? Rate { get; init; }

    /// <summary>The loss expected there, nats a token.</summary>
    public double? Loss { get; init; }

    /// <summary>Its interval by the spread over seeds; null where each rate has one training, or there is no parabola.</summary>
    public Interval? RateInterval { get; init; }

    /// <summary>The share by which half or twice the rate would raise the loss, by the parabola through the best and its neighbours; null where there is none.</summary>
    public double? CostOfTwofold { get; init; }

    /// <summary>By rising rate.</summary>
    public required IReadOnlyList<RateTrial> Trials { get; init; }

    /// <summary>Why the rate is what it is, where it is no bottom of a parabola; null where it is.</summary>
    public string? Remark { get; init; }
}
