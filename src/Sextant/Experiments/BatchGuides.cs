using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Experiments;

/// <summary>What plans and audits know of batch sizes and learning rates, from the folders of studies or from fits.</summary>
public static class BatchGuides
{
    /// <summary>Reads studies of the kinds batch-size and learning-rate, or fits of steps and learning-rate; of two of a kind the later one counts, and a study of rates before the rates of a study of steps.</summary>
    /// <exception cref="UserError">One of them is neither.</exception>
    public static BatchGuide Read(IReadOnlyList<string> paths)
    {
        var guide = new BatchGuide();
        foreach (string path in paths.OrderBy(path => Directory.Exists(path) && new StudyFolder(path).Read().Analysis is AnalysisOptions.LearningRate))
        {
            guide = Directory.Exists(path) ? OfStudy(guide, new StudyFolder(path)) : With(guide, FitFile.Read(path), path);
        }

        return guide;
    }

    /// <summary>How a run's batch and rate stand.</summary>
    /// <param name="guide">What is known.</param>
    /// <param name="folder">A finished run.</param>
    /// <param name="loss">What it came to, nats.</param>
    /// <exception cref="UserError">The run is damaged.</exception>
    public static BatchAdvice Of(BatchGuide guide, RunFolder folder, double loss)
    {
        var recipe = folder.ReadRecipe();
        var result = folder.ReadResult();
        double? tokens = result is { Steps: > 0 } ? result.Tokens / result.Steps : null;
        double? batch = guide.Unit == BatchSizes.Unit(recipe.Training.Batch) && recipe.Training.Batch is not Data.BatchOptions.FixedBuckets ? BatchSizes.Of(recipe.Training.Batch) : guide.Units(tokens);
        return batch is null
            ? new BatchAdvice { Unit = guide.Unit, Reasons = new Dictionary<string, string> { ["batch"] = $"the run's batch is counted otherwise than in {guide.Unit}, and how many tokens make one nobody says; give the folder of the study" } }
            : guide.At(loss, batch, recipe.Training.Optimizer.LearningRate, result?.Parameters.Everything);
    }

    private static BatchGuide OfStudy(BatchGuide guide, StudyFolder place)
    {
        var study = place.Read();
        if (study.Analysis is not AnalysisOptions.Batches)
        {
            throw new UserError($"The study in {place.Root} was not made for batch sizes; give the folder of one whose analysis is of kind batch-size or learning-rate, or a fit of steps or learning-rate.");
        }

        string rates = Path.Combine(place.Root, BatchTables.RatesFit);
        guide = With(guide, FitFile.Read(place.FitPath), place.FitPath);
        guide = study.Analysis is AnalysisOptions.BatchSize && File.Exists(rates) ? With(guide, FitFile.Read(rates), rates) : guide;
        var batch = study.Runs[0].Recipe.Training.Batch;
        var results = study.Runs.Select(run => (run.Recipe.Training.Batch, Result: run.Folder.ReadResult())).Where(run => run.Result is { Steps: > 0 }).ToList();
        return guide with
        {
            Unit = BatchSizes.Unit(batch),
            UnitTokens = batch is Data.BatchOptions.TokenBudget ? 1 : results.Count > 0 ? results.Average(run => run.Result!.Tokens / run.Result.Steps / BatchSizes.Of(run.Batch)) : null,
            Parameters = results.Select(run => run.Result!.Parameters.Everything).FirstOrDefault(count => count is not null),
        };
    }

    private static BatchGuide With(BatchGuide guide, Fit fit, string path) => fit switch
    {
        StepsFit steps => guide with { Steps = steps },
        LearningRateFit rates => guide with { Rates = rates },
        _ => throw new UserError($"{path} is no fit of steps or learning-rate and says nothing of batch sizes; make one with `sextant fit steps` or `sextant fit learning-rate`."),
    };
}
