namespace Sextant.Scaling.BatchSize;

/// <summary>Trainings towards a target at a learning rate.</summary>
/// <param name="Rate">The peak learning rate.</param>
/// <param name="Outcomes">Of each training; empty where one diverged.</param>
public sealed record StepsTrial(double Rate, IReadOnlyList<TargetOutcome> Outcomes)
{
    /// <summary>Of trainings that differ in seed; null is one that diverged.</summary>
    public static StepsTrial Of(double rate, params IReadOnlyList<TargetOutcome?> outcomes) =>
        new(rate, outcomes.Count > 0 && outcomes.All(outcome => outcome is { Steps: > 0, EndLoss: > 0 }) ? [.. outcomes.Select(outcome => outcome!)] : []);

    /// <summary>The geometric mean of the steps; null where not all reached the target.</summary>
    public double? Steps => Outcomes.Count > 0 && Outcomes.All(outcome => outcome.IsReached) ? Math.Exp(Outcomes.Average(outcome => Math.Log(outcome.Steps))) : null;
}

/// <summary>
/// Looks for the learning rate of the fewest steps to a target at one batch size, as <see cref="RateSearch"/> does for the least loss: three rates about a first one, further ones beyond whichever end is
/// best, then closer ones about the best (<see cref="RateSearchOptions.Finest"/>). A rate that misses the target in its allowance is worse than any that reaches it, and such rates are ordered by their losses at the end; one
/// that diverges is worse than all. Says what to train next; the training is others'.
/// </summary>
public static class StepsSearch
{
    /// <summary>The rates to try next; empty where the search is over.</summary>
    public static IReadOnlyList<double> Next(IReadOnlyList<StepsTrial> trials, RateSearchOptions options) => RateValley.Next([.. trials.Select(Probe)], options);

    /// <summary>What the trials say.</summary>
    public static StepsChoice Choose(IReadOnlyList<StepsTrial> trials)
    {
        var bottom = RateValley.Choose([.. trials.Select(Probe)], "missed the target in its allowance", "steps");
        return new StepsChoice
        {
            Status = bottom.Status,
            Rate = bottom.Rate,
            Steps = bottom.Value,
            RateInterval = bottom.RateInterval,
            CostOfTwofold = bottom.CostOfTwofold,
            Best = bottom.Best is { } best ? trials.First(trial => trial.Rate == best.Rate) : null,
            Trials = [.. trials.OrderBy(trial => trial.Rate)],
            Remark = bottom.Remark,
        };
    }

    private static RateProbe Probe(StepsTrial trial) => new(
        trial.Rate,
        trial.Steps,
        trial.Steps is null && trial.Outcomes.Count > 0 ? trial.Outcomes.Average(outcome => outcome.EndLoss) : null,
        trial.Steps is null ? [] : [.. trial.Outcomes.Select(outcome => outcome.Steps)]);
}

/// <summary>The learning rate that a search of the fewest steps found.</summary>
public sealed record StepsChoice
{
    /// <summary>As of <see cref="RateChoice.Status"/>; failed also where no rate reached the target.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>The rate of the fewest steps; of the least loss at the end where none reached the target; null where every rate diverged.</summary>
    public double? Rate { get; init; }

    /// <summary>The steps expected there; null where no rate reached the target.</summary>
    public double? Steps { get; init; }

    /// <summary>The rate's interval by the spread over seeds; null where nothing tells it.</summary>
    public Interval? RateInterval { get; init; }

    /// <summary>The share by which half or twice the rate raises the steps; null where there is no parabola.</summary>
    public double? CostOfTwofold { get; init; }

    /// <summary>The trial of the fewest steps (or least loss): its outcomes are the measurements of this batch; null where every rate diverged.</summary>
    public StepsTrial? Best { get; init; }

    /// <summary>By rising rate.</summary>
    public required IReadOnlyList<StepsTrial> Trials { get; init; }

    /// <summary>Why the rate is what it is, where it is no bottom of a parabola; null where it is.</summary>
    public string? Remark { get; init; }
}
