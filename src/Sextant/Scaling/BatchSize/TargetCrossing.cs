namespace Sextant.Scaling.BatchSize;

/// <summary>An evaluation along a training.</summary>
/// <param name="Steps">Updates made by then, above 0.</param>
/// <param name="Loss">Nats.</param>
public readonly record struct StepLoss(double Steps, double Loss);

/// <summary>What a training towards a target came to.</summary>
/// <param name="Steps">Updates to the target; where it was not reached, those up to the last evaluation.</param>
/// <param name="IsReached">Whether the target was reached.</param>
/// <param name="EndLoss">The last loss, nats.</param>
public sealed record TargetOutcome(double Steps, bool IsReached, double EndLoss)
{
    /// <summary>Whether the first evaluation was at or below the target already: when it was reached nothing tells, and <see cref="Steps"/> is the most that it took.</summary>
    public bool IsAtFirst { get; init; }
}

/// <summary>Reads off a loss curve when a target was reached.</summary>
public static class TargetCrossing
{
    /// <summary>
    /// The first crossing that lasts: the first evaluation at or below the target after which the next ones, <paramref name="lasting"/> with it, are so too (fewer
    /// where the curve ends). A dip by noise is so passed over, and what happens long after the crossing does not count. Between this evaluation and the one before, log loss is taken to be straight in log
    /// steps. A curve that begins at or below the target reached it by its first evaluation: that many steps is said, and that it is so. Where noise is as large as the fall between evaluations the
    /// crossing comes out early by up to one of them; average neighbouring evaluations first.
    /// </summary>
    /// <param name="curve">Evaluations in any order. From the first loss that is no number above 0 on, the curve has diverged.</param>
    /// <param name="target">Nats, above 0.</param>
    /// <param name="lasting">Evaluations that a crossing lasts, at least 1.</param>
    /// <returns>Null where there is nothing but divergence: no evaluation, or a curve that diverged before it reached the target.</returns>
    public static TargetOutcome? Of(IReadOnlyList<StepLoss> curve, double target, int lasting = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lasting, 1);
        StepLoss[] ordered = [.. curve.Where(at => at.Steps > 0).OrderBy(at => at.Steps)];
        StepLoss[] usable = [.. ordered.TakeWhile(at => at.Loss > 0 && double.IsFinite(at.Loss))];
        bool hasDiverged = usable.Length < ordered.Length;
        for (int i = 0; i < usable.Length; i++)
        {
            int last = Math.Min(i + lasting, usable.Length);
            if (usable[i..last].All(at => at.Loss <= target) && (last == i + lasting || !hasDiverged))
            {
                return new TargetOutcome(i == 0 ? usable[0].Steps : Between(usable[i - 1], usable[i], target), true, usable[^1].Loss) { IsAtFirst = i == 0 };
            }
        }

        return usable.Length == 0 || hasDiverged ? null : new TargetOutcome(usable[^1].Steps, false, usable[^1].Loss);
    }

    private static double Between(StepLoss before, StepLoss after, double target)
    {
        double fall = Math.Log(before.Loss / after.Loss);
        double share = fall > 0 ? Math.Clamp(Math.Log(before.Loss / target) / fall, 0, 1) : 1; // a dip before may lie below the target itself
        return before.Steps * Math.Pow(after.Steps / before.Steps, share);
    }
}
