using Sextant.Experiments.Measurements;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Experiments;

/// <summary>What a study of batch sizes that was carried out says.</summary>
public sealed record BatchAnalysis
{
    /// <summary>What a batch is counted in: examples or tokens.</summary>
    public required string Unit { get; init; }

    /// <summary>The best rate at each batch; of a study of steps by the steps to its lowest target.</summary>
    public required LearningRateFit Rates { get; init; }

    /// <summary>Steps to each target; null where the study did not count them.</summary>
    public StepsFit? Steps { get; init; }

    /// <summary>The estimates of the critical batch held against each other; null where there is one alone.</summary>
    public CriticalBatchAgreement? Agreement { get; init; }

    /// <summary>What the study was made for: fit.json.</summary>
    public Fit Fit => (Fit?)Steps ?? Rates;

    /// <summary>Fits from the tables in a study's folder, as anyone's tables are; null where it was not made for batch sizes.</summary>
    /// <exception cref="UserError">The folder lacks its study or its tables.</exception>
    public static BatchAnalysis? Of(StudyFolder place)
    {
        var study = place.Read();
        if (study.Analysis is not AnalysisOptions.Batches analysis)
        {
            return null;
        }

        var rates = RatesOf(place, analysis);
        StepsFit? steps = null;
        if (analysis is AnalysisOptions.BatchSize)
        {
            var read = StepsFile.Read(BatchTables.StepsPath(place), new MeasurementOptions());
            steps = (StepsFit)StepsFit.To(read.Measurements).Sourced(read.Excluded, read.Provenance);
        }

        return new BatchAnalysis
        {
            Unit = BatchSizes.Unit(study.Runs[0].Recipe.Training.Batch),
            Rates = rates,
            Steps = steps,
            Agreement = steps is null ? null : CriticalBatchAgreement.Of(steps.Estimate, rates.Estimate),
        };
    }

    /// <summary>Of a study of steps, the rate of the fewest steps to its lowest target; a training that missed it is worse than any that reached it.</summary>
    private static LearningRateFit RatesOf(StudyFolder place, AnalysisOptions.Batches analysis)
    {
        string path = analysis is AnalysisOptions.BatchSize ? BatchTables.TrialsPath(place) : BatchTables.RatesPath(place);
        var options = analysis is AnalysisOptions.BatchSize { Targets: var targets }
            ? new MeasurementOptions { Columns = new Dictionary<string, string> { ["loss"] = "steps_to_target" }, Where = [FormattableString.Invariant($"target={targets.Min():R}")] }
            : new MeasurementOptions();
        var read = RateFile.Read(path, options);
        return (LearningRateFit)LearningRateFit.To(read.Measurements).Sourced(read.Excluded, read.Provenance);
    }
}
