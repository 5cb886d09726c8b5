namespace Sextant.Training;

/// <summary>What can be wrong with training options.</summary>
internal static class TrainingChecks
{
    private const int MostThreads = 256;

    public static IEnumerable<string> Problems(TrainingOptions options) =>
        Optimizer(options.Optimizer)
            .Concat(ScheduleProblems(options.Schedule, options.Horizon))
            .Concat(options.Batch.Problems())
            .Append(Require(options.Horizon.Count > 0 && double.IsFinite(options.Horizon.Count), "horizon.count", options.Horizon.Count, "more than 0 and finite"))
            .Append(Require(options.ClipNorm is null or (> 0 and < double.PositiveInfinity), "clipNorm", options.ClipNorm, "more than 0, or null not to clip"))
            .Append(Require(options.LabelSmoothing is >= 0 and < 1, "labelSmoothing", options.LabelSmoothing, "at least 0 and less than 1"))
            .Append(Require(options.AveragingDecay is null or (> 0 and < 1), "averagingDecay", options.AveragingDecay, "between 0 and 1, or null not to average"))
            .Append(Require(options.Patience is null or > 0, "patience", options.Patience, "at least 1, or null never to stop early"))
            .Append(Require(options.StopAt is null or { Loss: > 0 and < double.PositiveInfinity }, "stopAt.loss", options.StopAt?.Loss, "more than 0"))
            .Append(Require(EvaluationCount(options.Evaluate) > 0, "evaluate.count", EvaluationCount(options.Evaluate), "at least 1"))
            .Append(Require(options.ValidationBatch > 0, "validationBatch", options.ValidationBatch, "at least 1"))
            .Append(Require(options.NoiseScale?.Every is null or > 0, "noiseScale.every", options.NoiseScale?.Every, "at least 1, or null to take about 4 % of the time"))
            .Append(Require(options.NoiseScale?.MicroBatch is null or > 0, "noiseScale.microBatch", options.NoiseScale?.MicroBatch, "at least 1, or null for the training batch's"))
            .Append(Require(options.NoiseScale?.MicroBatches is null or > 1, "noiseScale.microBatches", options.NoiseScale?.MicroBatches, "at least 2"))
            .Append(Require(options.Threads is > 0 and <= MostThreads, "threads", options.Threads, $"at least 1 and at most {MostThreads}"))
            .OfType<string>();

    private static IEnumerable<string?> Optimizer(OptimizerOptions optimizer)
    {
        yield return Require(optimizer.LearningRate > 0 && double.IsFinite(optimizer.LearningRate), "optimizer.learningRate", optimizer.LearningRate, "more than 0");
        if (optimizer is OptimizerOptions.Adam or OptimizerOptions.OfMatrices)
        {
            var (beta1, beta2, epsilon) = optimizer switch
            {
                OptimizerOptions.Adam o => (o.Beta1, o.Beta2, o.Epsilon),
                OptimizerOptions.OfMatrices o => (o.Beta1, o.Beta2, o.Epsilon),
                _ => default,
            };
            yield return Share("optimizer.beta1", beta1);
            yield return Share("optimizer.beta2", beta2);
            yield return Require(epsilon is > 0 and < double.PositiveInfinity, "optimizer.epsilon", epsilon, "more than 0");
        }

        if (((optimizer as OptimizerOptions.AdamW)?.WeightDecay ?? (optimizer as OptimizerOptions.OfMatrices)?.WeightDecay) is double decay)
        {
            yield return Require(decay is >= 0 and < double.PositiveInfinity, "optimizer.weightDecay", decay, "at least 0");
        }

        if (((optimizer as OptimizerOptions.Sgd)?.Momentum ?? (optimizer as OptimizerOptions.Muon)?.Momentum) is double momentum)
        {
            yield return Share("optimizer.momentum", momentum);
        }

        if (optimizer is OptimizerOptions.Preconditioned preconditioned)
        {
            yield return Share("optimizer.preconditionerBeta", preconditioned.PreconditionerBeta);
            yield return Require(preconditioned.RefreshEvery > 0, "optimizer.refreshEvery", preconditioned.RefreshEvery, "at least 1");
            yield return Require(preconditioned.MostDimension > 0, "optimizer.mostDimension", preconditioned.MostDimension, "at least 1");
        }

        static string? Share(string path, double value) => Require(value is >= 0 and < 1, path, value, "at least 0 and less than 1");
    }

    private static IEnumerable<string?> ScheduleProblems(ScheduleOptions schedule, Horizon horizon) => schedule switch
    {
        ScheduleOptions.EpochDecay decay => [Require(decay.Factor is > 0 and <= 1, "schedule.factor", decay.Factor, "more than 0 and at most 1")],
        ScheduleOptions.WarmupCosine cosine =>
        [
            Require(cosine.Warmup is >= 0 and < 1, "schedule.warmup", cosine.Warmup, "at least 0 and less than 1"),
            Require(cosine.Floor is >= 0 and <= 1, "schedule.floor", cosine.Floor, "between 0 and 1"),
        ],
        ScheduleOptions.WarmupStableDecay stable =>
        [
            Require(stable.Warmup >= 0, "schedule.warmup", stable.Warmup, "at least 0"),
            Require(stable.WarmupSteps is null or > 0, "schedule.warmupSteps", stable.WarmupSteps, "at least 1, or null to warm up by a share"),
            Require(stable.Decay >= 0, "schedule.decay", stable.Decay, "at least 0, which does not decay"),
            Require(stable.WarmupSteps is null || stable.Decay <= 1, "schedule.decay", stable.Decay, "at most 1"),
            Require(!(horizon is Horizon.Steps && stable.WarmupSteps > horizon.Count * (1 - stable.Decay)), "schedule.warmupSteps", stable.WarmupSteps, "at most the steps before the decay"),
            Require(stable.WarmupSteps is not null || stable.Warmup + stable.Decay <= 1, "schedule", stable.Warmup + stable.Decay, "at most 1 (warmup and decay together)"),
            Require(stable.Floor is >= 0 and <= 1, "schedule.floor", stable.Floor, "between 0 and 1"),
        ],
        _ => [],
    };

    private static int EvaluationCount(EvaluationInterval interval) => interval switch
    {
        EvaluationInterval.Epochs epochs => epochs.Count,
        EvaluationInterval.Steps steps => steps.Count,
        _ => 0,
    };

    private static string? Require(bool holds, string path, IFormattable? value, string rule) =>
        holds ? null : $"training.{path}: {value?.ToString(null, System.Globalization.CultureInfo.InvariantCulture)} must be {rule}.";
}
