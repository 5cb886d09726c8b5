using System.Globalization;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What may keep a study from answering its question, known before anything is trained.</summary>
internal static class StudyWarnings
{
    /// <summary>A quadratic has three coefficients; with as many sizes nothing is left to show how well it fits.</summary>
    private const int FewestSizes = 4;

    /// <summary>The steps to a loss, and best rates, have two constants each.</summary>
    private const int FewestBatches = 3;

    /// <summary>An epoch of fewer updates is near the whole data at once.</summary>
    private const int FewestUpdates = 8;

    /// <summary>A decay that takes part in no update before a target is reached, as long as the horizon is ample.</summary>
    private const double ShortDecay = 0.05;

    /// <summary>What a size is, how long it trains and what is only measured: these may differ between sizes.</summary>
    private static readonly string[] FreeToMove = ["name", "seed", "model.", "training.horizon.", "training.evaluate.", "training.patience"];

    /// <param name="study">Its runs and what they are for.</param>
    /// <param name="runs">Their forecasts, in order.</param>
    /// <param name="heldOut">For each run a text that is equal where runs are validated alike.</param>
    public static IEnumerable<string> Of(Study study, IReadOnlyList<RunForecast> runs, IReadOnlyList<string> heldOut)
    {
        if (heldOut.Distinct().Count() > 1)
        {
            yield return "The runs are not validated on the same examples, tokens and batches, so their losses do not compare.";
        }

        if (study.ShareTrunk && runs.All(run => run.StartsFrom is null))
        {
            yield return "No run shares the trunk of another: no two differ in horizon or decay alone.";
        }

        foreach (string sentence in study.Analysis is AnalysisOptions.Batches or AnalysisOptions.Optimizers ? Batches(study, runs) : [])
        {
            yield return sentence;
        }

        if (study.Analysis is not AnalysisOptions.Scaling analysis)
        {
            yield break;
        }

        foreach (var run in study.Runs.Zip(runs).Where(run => run.Second.Parameters[analysis.Convention] is null))
        {
            yield return $"{run.First.Name} has no count by the convention {analysis.Convention.Name()} ({run.Second.Parameters.Reasons.GetValueOrDefault(analysis.Convention.Name())}) and takes no part.";
        }

        double[] sizes = [.. runs.Select(run => run.Parameters.Trainable)];
        if (sizes.Distinct().Count() < FewestSizes)
        {
            yield return $"There {(sizes.Distinct().Count() == 1 ? "is 1 size" : $"are {sizes.Distinct().Count()} sizes")}; with fewer than {FewestSizes} no best size can be told with an error.";
        }

        foreach (string confound in Confounds(study, sizes))
        {
            yield return confound;
        }

        var outside = analysis switch
        {
            AnalysisOptions.Curves curves => Targets(study, curves, runs),
            AnalysisOptions.IsoFlop => Budgets(runs, analysis.Convention),
            _ => [],
        };
        foreach (string sentence in outside)
        {
            yield return sentence;
        }

        if (analysis is AnalysisOptions.Curves && study.Runs.Any(run => run.Recipe.Training.Schedule is ScheduleOptions.WarmupCosine or ScheduleOptions.WarmupStableDecay))
        {
            yield return "The learning rate falls towards the end of a run, so the loss on the way is higher than that of a run which ends there; curves understate what fewer FLOPs reach (Hoffmann 2022, section 3.1).";
        }

        if (runs.Max(run => run.Epochs) is > DataConstrainedLaw.FreshEpochs and var epochs)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The data are seen up to {epochs:G3} times; laws of fresh tokens hold to about {DataConstrainedLaw.FreshEpochs} times.");
        }
    }

    /// <summary>Values that differ between sizes although they are no size.</summary>
    private static IEnumerable<string> Confounds(Study study, double[] sizes)
    {
        var values = study.Runs.Select(run => RunIdentity.Values(RecipeFile.ToJson(run.Recipe))).ToList();
        foreach (string path in values.SelectMany(v => v.Keys).Distinct().Where(path => !IsTuned(study.LearningRate, path) && !FreeToMove.Any(free => path == free || (free.EndsWith('.') && path.StartsWith(free, StringComparison.Ordinal)))))
        {
            var bySize = values.Select((v, i) => (Size: sizes[i], Value: v.GetValueOrDefault(path, "not set")))
                .GroupBy(v => v.Size, v => v.Value)
                .OrderBy(size => size.Key)
                .Select(size => (Parameters: size.Key, Values: string.Join(" and ", size.Distinct().Order(StringComparer.Ordinal))))
                .ToList();
            if (bySize.DistinctBy(size => size.Values).Count() > 1)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{path} moves with the size ({bySize[0].Values} at {bySize[0].Parameters:N0} parameters, {bySize[^1].Values} at {bySize[^1].Parameters:N0}): what is found for a size is found for both together.");
            }
        }
    }

    private static bool IsTuned(LearningRateOptions? rule, string path) =>
        rule is not null && (path == StudyFile.RatePath || (rule is LearningRateOptions.Tuned { With: var with } && with.Keys.Any(tuned => path == tuned || path.StartsWith(tuned + ".", StringComparison.Ordinal))));

    /// <summary>What would be taken for an effect of the batch, or hides it.</summary>
    private static IEnumerable<string> Batches(Study study, IReadOnlyList<RunForecast> runs)
    {
        var largest = study.Runs.Zip(runs).MaxBy(run => BatchSizes.Of(run.First.Recipe.Training.Batch));
        double updates = largest.Second.Steps / largest.Second.Epochs;
        if (updates < FewestUpdates)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The largest batch, {BatchSizes.Of(largest.First.Recipe.Training.Batch)}, makes {updates:G3} updates of an epoch: so near the whole data its gradient has less noise than examples drawn at random would give it. Take more data or a smaller batch.");
        }

        if (study.Runs.DistinctBy(run => run.Recipe.Seed).Count() == 1)
        {
            yield return "There is one seed: trainings that begin alike scatter less about a law than seeds differ, so that the intervals are too narrow. Give two or more (seeds).";
        }

        int sizes = study.Runs.Select(run => BatchSizes.Of(run.Recipe.Training.Batch)).Distinct().Count();
        if (study.Analysis is AnalysisOptions.Batches && sizes < FewestBatches)
        {
            yield return $"There are {sizes} batch sizes; no law through them is determined with fewer than {FewestBatches}, nor tested with fewer than {FewestBatches + 1}.";
        }

        var training = study.Runs.Select(run => run.Recipe.Training).ToList();
        if (study.Analysis.StopAt is not null && training.Any(options => options.Schedule is not ScheduleOptions.Constant && options.Schedule is not ScheduleOptions.WarmupStableDecay { Decay: < ShortDecay }))
        {
            yield return "The learning rate falls towards the horizon, so that the steps to a target depend on where the horizon was put; give a constant rate (training.schedule.kind=constant) with averaged weights (training.averagingDecay), or warmupStableDecay with a short decay.";
        }

        if (study.Analysis.StopAt is not null && training.Any(options => options is { Schedule: ScheduleOptions.Constant, AveragingDecay: null }))
        {
            yield return "At a constant rate the loss keeps the noise of the last updates, which a small batch has more of; average the weights (training.averagingDecay).";
        }

        var others = training.Select(options => (options.Optimizer as OptimizerOptions.Adam)?.Beta2).Distinct().ToList();
        if (study.Analysis is AnalysisOptions.Batches && others.Count == 1 && others[0] is double beta2 && !IsTuned(study.LearningRate, "training.optimizer.beta2"))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The learning rate alone is tuned at each batch: beta2 is {beta2} for all, an average over as many updates and not as many examples. What a batch could gain by another is not seen; tune it as well (learningRate.with).");
        }
    }

    /// <summary>Targets that too few sizes reach: a curve holds between its first and its last evaluation.</summary>
    private static IEnumerable<string> Targets(Study study, AnalysisOptions.Curves curves, IReadOnlyList<RunForecast> runs)
    {
        foreach (double target in curves.Targets)
        {
            var without = runs.Index().Where(run => !Spans(run.Item, curves.Convention, target)).Select(run => run.Index).ToList();
            int sizes = runs.Index().Where(run => !without.Contains(run.Index)).Select(run => run.Item.Parameters.Trainable).Distinct().Count();
            if (sizes < FewestSizes)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"At {Said.Number(target)} FLOPs {sizes} {(sizes == 1 ? "size takes" : "sizes take")} part; outside of their first to last FLOPs are {string.Join(", ", without.Select(i => study.Runs[i].Name))}.");
            }
        }
    }

    internal static bool Spans(RunForecast run, Convention convention, double target) =>
        run.FirstFlopsByConvention[convention] <= target && target <= run.FlopsByConvention[convention];

    /// <summary>Budgets with too few sizes.</summary>
    private static IEnumerable<string> Budgets(IReadOnlyList<RunForecast> runs, Convention convention)
    {
        var budgets = EqualBudgets.Of(runs.Where(run => run.FlopsByConvention[convention] is > 0), run => run.FlopsByConvention[convention]!.Value);
        foreach (var budget in budgets)
        {
            int sizes = budget.Select(run => run.Parameters.Trainable).Distinct().Count();
            if (sizes < FewestSizes)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"At {Said.Number(budget[0].FlopsByConvention[convention]!.Value)} FLOPs ({convention.Name()}) {(sizes == 1 ? "there is 1 size" : $"there are {sizes} sizes")}; a best size needs at least {FewestSizes} (train to a horizon of kind flops, which counts by the convention exact).");
            }
        }
    }
}
