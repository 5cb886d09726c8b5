namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Optimisers held against one of them by the steps to a loss, each at its best rate: at every batch size, and at the largest against the smallest. Ratios are geometric means over seeds that both trained, with Student's interval of the
/// differences of logarithms within seeds.
/// </summary>
public sealed record OptimizerComparison
{
    private const double Level = 0.95;

    private const string Untuned = "an end of the rates tried is the best of them, so that a better one may lie beyond";

    /// <summary>What the others are held against.</summary>
    public required string Baseline { get; init; }

    /// <summary>The loss aimed at, nats.</summary>
    public required double Target { get; init; }

    /// <summary>By optimiser, then by rising batch.</summary>
    public required IReadOnlyList<OptimizerResult> Results { get; init; }

    /// <summary>Of each optimiser but the baseline, where there are two batch sizes or more.</summary>
    public required IReadOnlyList<OptimizerContrast> Contrasts { get; init; }

    /// <summary>Compares what came to one target.</summary>
    public static OptimizerComparison Of(IReadOnlyList<OptimizerMeasurement> measurements, string baseline, double target)
    {
        var rows = measurements.Where(m => m.Target == target).ToList();
        string[] optimizers = [.. rows.Select(m => m.Optimizer).Distinct().OrderBy(name => name == baseline ? 0 : 1)];
        double[] batches = [.. rows.Select(m => m.Batch).Distinct().Order()];
        List<OptimizerMeasurement> At(string optimizer, double batch) => [.. rows.Where(m => m.Optimizer == optimizer && m.Batch == batch)];
        var results = optimizers.SelectMany(optimizer => batches.Select(batch => Result(At(optimizer, batch), At(baseline, batch)))).OfType<OptimizerResult>().ToList();
        return new OptimizerComparison
        {
            Baseline = baseline,
            Target = target,
            Results = results,
            Contrasts = batches.Length < 2 ? [] : [.. optimizers.Where(optimizer => optimizer != baseline).Select(optimizer => Contrast(
                optimizer, (batches[0], At(optimizer, batches[0]), At(baseline, batches[0])), (batches[^1], At(optimizer, batches[^1]), At(baseline, batches[^1]))))],
        };
    }

    private static OptimizerResult? Result(List<OptimizerMeasurement> own, List<OptimizerMeasurement> baseline)
    {
        if (own.Count == 0)
        {
            return null;
        }

        int reached = own.Count(IsReached);
        var pairs = Pairs(own, baseline);
        bool isWhole = reached == own.Count && baseline.All(IsReached), isBaseline = own[0].Optimizer == baseline.FirstOrDefault()?.Optimizer;
        RatioOf? Ratio(Func<OptimizerMeasurement, double> cost) => isWhole && !isBaseline && pairs.Count > 0 ? RatioOf.Of([.. pairs.Select(pair => Math.Log(cost(pair.Own) / cost(pair.Baseline)))], Level) : null;
        return new OptimizerResult
        {
            Optimizer = own[0].Optimizer,
            Batch = own[0].Batch,
            Trainings = own.Count,
            Reached = reached,
            Steps = reached == own.Count ? Math.Exp(own.Average(m => Math.Log(m.Outcome!.Steps))) : null,
            StepsRatio = Ratio(m => m.Outcome!.Steps),
            FlopsRatio = Ratio(m => m.Outcome!.Steps * m.Flops),
            SecondsRatio = Ratio(m => m.Outcome!.Steps * m.Seconds),
            Remark = own.Concat(baseline).Any(IsEarly) ? "the first evaluation had the loss already, so that nothing tells when it was reached: evaluate more often or aim lower"
                : reached < own.Count ? $"{own.Count - reached} of {own.Count} trainings missed the loss"
                : isBaseline ? (IsTuned(own) ? null : Untuned)
                : baseline.Count == 0 ? "the baseline was not trained at this batch"
                : !isWhole ? $"{baseline.Count(m => !IsReached(m))} of {baseline.Count} trainings of the baseline missed the loss"
                : pairs.Count == 0 ? "no seed was trained with both"
                : !IsTuned(own) ? Untuned
                : !IsTuned(baseline) ? $"of the baseline, {Untuned}" : null,
        };
    }

    private static OptimizerContrast Contrast(
        string optimizer, (double Batch, List<OptimizerMeasurement> Own, List<OptimizerMeasurement> Baseline) small, (double Batch, List<OptimizerMeasurement> Own, List<OptimizerMeasurement> Baseline) large)
    {
        var contrast = new OptimizerContrast { Optimizer = optimizer, SmallBatch = small.Batch, LargeBatch = large.Batch, Verdict = ContrastVerdict.CannotTell };
        var all = new[] { small.Own, small.Baseline, large.Own, large.Baseline };
        if (all.Any(trainings => trainings.Count == 0 || !trainings.All(IsReached)))
        {
            return contrast with { Remark = all.Any(trainings => trainings.Count == 0) ? "it or the baseline was not trained at both batches" : all.Any(trainings => trainings.Any(IsEarly)) ? "the first evaluation had the loss already" : "a training missed the loss" };
        }

        double[] differences =
        [
            .. from atLarge in Pairs(large.Own, large.Baseline)
            join atSmall in Pairs(small.Own, small.Baseline) on atLarge.Own.Seed equals atSmall.Own.Seed
            select Math.Log(atLarge.Own.Outcome!.Steps / atLarge.Baseline.Outcome!.Steps) - Math.Log(atSmall.Own.Outcome!.Steps / atSmall.Baseline.Outcome!.Steps),
        ];
        if (differences.Length == 0)
        {
            return contrast with { Remark = "no seed was trained with both at both batches" };
        }

        var ratio = RatioOf.Of(differences, Level);
        return contrast with
        {
            Ratio = ratio,
            Remark = all.All(IsTuned) ? null : "a learning rate is not tuned",
            Verdict = !all.All(IsTuned) ? ContrastVerdict.CannotTell : ratio.Interval is { High: < 1 } ? ContrastVerdict.MoreWhereLarge : ratio.Interval is { Low: > 1 } ? ContrastVerdict.MoreWhereSmall : ContrastVerdict.CannotTell,
        };
    }

    private static bool IsTuned(IEnumerable<OptimizerMeasurement> trainings) => trainings.All(m => m.IsTuned);

    private static bool IsReached(OptimizerMeasurement m) => m.Outcome is { IsReached: true, IsAtFirst: false };

    private static bool IsEarly(OptimizerMeasurement m) => m.Outcome is { IsAtFirst: true };

    private static List<(OptimizerMeasurement Own, OptimizerMeasurement Baseline)> Pairs(List<OptimizerMeasurement> own, List<OptimizerMeasurement> baseline) =>
        [.. own.Join(baseline, m => m.Seed, m => m.Seed, (first, second) => (first, second)).Where(pair => IsReached(pair.first) && IsReached(pair.second))];
}

/// <summary>A geometric mean of ratios.</summary>
/// <param name="Value">The mean.</param>
/// <param name="Interval">By how seeds differ; null where there is one.</param>
public sealed record RatioOf(double Value, Interval? Interval)
{
    internal static RatioOf Of(double[] logs, double level)
    {
        double mean = logs.Average();
        if (logs.Length < 2)
        {
            return new RatioOf(Math.Exp(mean), null);
        }

        double half = Student.Reach(logs.Length - 1, level) * Math.Sqrt(logs.Sum(log => (log - mean) * (log - mean)) / (logs.Length - 1) / logs.Length);
        return new RatioOf(Math.Exp(mean), new Interval(Math.Exp(mean - half), Math.Exp(mean + half), level));
    }
}

/// <summary>An optimiser at a batch size.</summary>
public sealed record OptimizerResult
{
    public required string Optimizer { get; init; }

    /// <summary>Examples (or tokens) an update.</summary>
    public required double Batch { get; init; }

    public required int Trainings { get; init; }

    /// <summary>Trainings that reached the loss.</summary>
    public required int Reached { get; init; }

    /// <summary>The geometric mean of the steps; null where a training missed the loss.</summary>
    public double? Steps { get; init; }

    /// <summary>Its steps over the baseline's; null for the baseline, and where a training missed the loss.</summary>
    public RatioOf? StepsRatio { get; init; }

    /// <summary>The same of FLOPs, the optimisers' own among them.</summary>
    public RatioOf? FlopsRatio { get; init; }

    /// <summary>The same of wall-clock seconds on the machine that trained.</summary>
    public RatioOf? SecondsRatio { get; init; }

    /// <summary>Why there is no ratio, or what one must know of it; null where there is nothing.</summary>
    public string? Remark { get; init; }
}

/// <summary>Where an optimiser saves more of the baseline's steps.</summary>
public sealed record OptimizerContrast
{
    public required string Optimizer { get; init; }

    public required double SmallBatch { get; init; }

    public required double LargeBatch { get; init; }

    /// <summary>Its ratio of steps at the largest batch over that at the smallest: below 1 it saves more where the batch is large; null where it cannot be formed.</summary>
    public RatioOf? Ratio { get; init; }

    public required ContrastVerdict Verdict { get; init; }

    /// <summary>Why there is no ratio or no verdict; null where the interval alone decides.</summary>
    public string? Remark { get; init; }
}

/// <summary>What a contrast's interval says.</summary>
public enum ContrastVerdict
{
    /// <summary>It holds 1, or there is none.</summary>
    CannotTell,

    /// <summary>It lies below 1: the larger share of steps is saved at the large batch.</summary>
    MoreWhereLarge,

    /// <summary>It lies above 1: the larger share of steps is saved at the small batch.</summary>
    MoreWhereSmall,
}
