using Sextant.Data;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What plans and audits know of batch sizes and learning rates, from the folders of studies or from fits.</summary>
public sealed record BatchGuides
{
    /// <summary>Of the intervals that advice is given by.</summary>
    private const double Level = 0.95;

    public BatchGuide Guide { get; private init; } = new();

    /// <summary>Which mean of the validation loss was measured; null where nobody says.</summary>
    public LossKind? Loss { get; private init; }

    /// <summary>The kind of optimiser that was trained with; null where nobody says.</summary>
    public string? Optimizer { get; private init; }

    /// <summary>Reads studies of the kinds batch-size and learning-rate, or fits of steps and learning-rate; of two of a kind the later one counts, and a study of rates before the rates of a study of steps.</summary>
    /// <exception cref="UserError">One of them is neither, or two do not go together.</exception>
    public static BatchGuides Read(IReadOnlyList<string> paths)
    {
        var read = new BatchGuides();
        string? unit = null;
        foreach (string path in paths.OrderBy(path => Directory.Exists(path) && new StudyFolder(path).Read().Analysis is AnalysisOptions.LearningRate))
        {
            read = Directory.Exists(path) ? read.With(new StudyFolder(path), ref unit) : read with { Guide = With(read.Guide, FitFile.Read(path), path) };
        }

        return read;
    }

    /// <summary>The guide for a plan by a fit, which may know another mean of the loss.</summary>
    public BatchGuide For(Fit? fit) => fit is not null && Loss is { } measured && StudyAnalysis.LossOf(fit) != measured
        ? Guide with { Caveats = [$"Batches were measured by the loss {Named(measured)} and the fit's is {Named(StudyAnalysis.LossOf(fit))}: the critical batch may be that of another loss than meant."] }
        : Guide;

    /// <summary>How a finished run's batch and rate stand.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="loss">What it came to, nats, where the mean that was measured here is not known.</param>
    /// <exception cref="UserError">The run is damaged.</exception>
    public BatchAdvice Of(RunFolder folder, double loss)
    {
        var recipe = folder.ReadRecipe();
        var result = folder.ReadResult();
        double? tokens = result is { Steps: > 0 } ? result.Tokens / result.Steps : null;
        double? batch = Guide.Unit == BatchSizes.Unit(recipe.Training.Batch) && recipe.Training.Batch is not BatchOptions.FixedBuckets ? BatchSizes.Of(recipe.Training.Batch) : Guide.Units(tokens);
        if (batch is null)
        {
            return Guide.Uncounted();
        }

        string own = OptimizerTables.OptimizerOf(recipe);
        bool isOther = Optimizer is not null && Optimizer != own;
        var guide = isOther ? Guide with { Rates = null, Caveats = [.. Guide.Caveats, $"Batches were measured with {Optimizer} and the run was trained with {own}, which has rates and a critical batch of its own."] } : Guide;
        double end = Loss is { } kind && folder.ReadMetrics() is [.., var last] ? last.Loss(kind) : loss;
        var advice = guide.At(end, batch, recipe.Training.Optimizer.LearningRate, result?.Parameters.Everything);
        return isOther ? advice with { Reasons = new Dictionary<string, string>(advice.Reasons) { ["learningRate"] = $"the rates were found for {Optimizer}, not for {own}" } } : advice;
    }

    private BatchGuides With(StudyFolder place, ref string? unit)
    {
        var study = place.Read();
        if (study.Analysis is not AnalysisOptions.Batches)
        {
            throw new UserError($"The study in {place.Root} was not made for batch sizes; give the folder of one whose analysis is of kind batch-size or learning-rate, or a fit of steps or learning-rate.");
        }

        var recipe = study.Runs[0].Recipe;
        if (unit is not null && unit != BatchSizes.Unit(recipe.Training.Batch))
        {
            throw new UserError($"--batches: the study in {place.Root} counts its batches in {BatchSizes.Unit(recipe.Training.Batch)} and another one in {unit}; give studies that count in one of them.");
        }

        unit = BatchSizes.Unit(recipe.Training.Batch);
        string rates = Path.Combine(place.Root, BatchTables.RatesFit);
        var guide = With(Guide, FitFile.Read(place.FitPath), place.FitPath);
        guide = study.Analysis is AnalysisOptions.BatchSize && File.Exists(rates) ? With(guide, FitFile.Read(rates), rates) : guide;
        var results = study.Runs.Select(run => (run.Recipe.Training.Batch, Result: run.Folder.ReadResult())).Where(run => run.Result is { Steps: > 0 }).ToList();
        return new BatchGuides
        {
            Loss = study.Analysis.MeasuredBy,
            Optimizer = OptimizerTables.OptimizerOf(recipe),
            Guide = guide with
            {
                Unit = unit,
                UnitTokens = recipe.Training.Batch is BatchOptions.TokenBudget ? 1 : results.Count > 0 ? results.Average(run => run.Result!.Tokens / run.Result.Steps / BatchSizes.Of(run.Batch)) : null,
                Parameters = results.Select(run => run.Result!.Parameters.Everything).FirstOrDefault(count => count is not null),
            },
        };
    }

    private static BatchGuide With(BatchGuide guide, Fit fit, string path)
    {
        if (fit.Intervals.Values.FirstOrDefault(interval => interval.Level != Level) is { } other)
        {
            throw new UserError($"{path} has intervals of {other.Level:P0}; advice is given by those of {Level:P0}: make the fit again without --level.");
        }

        return fit switch
        {
            StepsFit steps => guide with { Steps = steps },
            LearningRateFit rates => guide with { Rates = rates },
            _ => throw new UserError($"{path} is no fit of steps or learning-rate and says nothing of batch sizes; make one with `sextant fit steps` or `sextant fit learning-rate`."),
        };
    }

    private static string Named(LossKind kind) => kind == LossKind.PerToken ? "perToken" : "perBatch";
}
