namespace Sextant.Scaling;

/// <summary>A training at a learning rate.</summary>
/// <param name="Rate">The peak learning rate.</param>
/// <param name="Loss">Its loss, nats a token; null where it diverged.</param>
public readonly record struct RateTrial(double Rate, double? Loss);

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
/// the best are worse, then the bottom of the parabola of the loss in the logarithm of the rate through these three. A rate that diverges is worse than any loss.
/// Says what to try next and what the trials so far amount to; the training is others'.
/// </summary>
public static class RateSearch
{
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
            : lower is null ? best.Value.Rate / options.Factor
            : upper is null ? best.Value.Rate * options.Factor
            : upper.Value.Loss is null && upper.Value.Rate / best.Value.Rate > Math.Sqrt(options.Factor) * (1 + Same) ? best.Value.Rate * Math.Sqrt(options.Factor)
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

        if (lower.Value.Loss is not double below || upper.Value.Loss is not double above)
        {
            return choice with { Remark = lower.Value.Loss is null ? "the next rate below it diverged" : "the next rate above it diverged" };
        }

        // The parabola through the three, in the logarithm of the rate measured from the middle one.
        double left = Math.Log(middle.Rate / lower.Value.Rate), right = Math.Log(upper.Value.Rate / middle.Rate);
        double fall = below - least, rise = above - least; // neither is negative
        double slopes = (fall * right) + (rise * left);
        if (slopes == 0)
        {
            return choice with { Remark = "its neighbours are as good" };
        }

        double curvature = slopes / (left * right * (left + right)), vertex = ((fall * right * right) - (rise * left * left)) / (2 * slopes);
        return choice with { Rate = middle.Rate * Math.Exp(vertex), Loss = least - (curvature * vertex * vertex), CostOfTwofold = curvature * Math.Log(2) * Math.Log(2) };
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
    /// <summary>converged: both neighbours of the best are worse; boundHit: an end of what was tried is the best; failed: all diverged.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>The peak learning rate; null where every rate diverged.</summary>
    public double? Rate { get; init; }

    /// <summary>The loss expected there, nats a token.</summary>
    public double? Loss { get; init; }

    /// <summary>What half or twice the rate would add to the loss by the parabola through the best and its neighbours; null where there is none.</summary>
    public double? CostOfTwofold { get; init; }

    /// <summary>By rising rate.</summary>
    public required IReadOnlyList<RateTrial> Trials { get; init; }

    /// <summary>Why the rate is what it is, where it is no bottom of a parabola; null where it is.</summary>
    public string? Remark { get; init; }
}
