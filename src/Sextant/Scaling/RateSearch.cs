namespace Sextant.Scaling;

/// <summary>Trainings at a learning rate.</summary>
/// <param name="Rate">The peak learning rate.</param>
/// <param name="Loss">The geometric mean of their losses, nats a token; null where one diverged.</param>
/// <param name="Losses">Of each training, by seed in one order for all rates; empty where one diverged.</param>
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

    /// <summary>Rates are tried between the best and its neighbours until these lie within such a factor of it; null to take them as they come.</summary>
    public double? Finest { get; init; }
}

/// <summary>
/// Looks for the learning rate of the least loss: three rates about a first one, then beyond whichever end is best until both neighbours of
/// the best are worse, then the bottom of the parabola of the logarithm of the loss in the logarithm of the rate through these three. A rate that diverges is worse than any loss.
/// Says what to try next and what the trials so far amount to; the training is others'.
/// </summary>
public static class RateSearch
{
    /// <summary>The rates to try next; empty where the search is over.</summary>
    public static IReadOnlyList<double> Next(IReadOnlyList<RateTrial> trials, RateSearchOptions options) => RateValley.Next(Probes(trials), options);

    /// <summary>What the trials say.</summary>
    public static RateChoice Choose(IReadOnlyList<RateTrial> trials)
    {
        var bottom = RateValley.Choose(Probes(trials));
        return new RateChoice
        {
            Status = bottom.Status,
            Rate = bottom.Rate,
            Loss = bottom.Value,
            RateInterval = bottom.RateInterval,
            CostOfTwofold = bottom.CostOfTwofold,
            Trials = [.. trials.OrderBy(trial => trial.Rate)],
            Remark = bottom.Remark,
        };
    }

    private static RateProbe[] Probes(IReadOnlyList<RateTrial> trials) =>
        [.. trials.Select(trial => new RateProbe(trial.Rate, trial.Loss is double loss && double.IsFinite(loss) ? loss : null, null, trial.Losses))];
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
