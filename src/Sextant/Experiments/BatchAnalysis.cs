using Sextant.Experiments.Measurements;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Scaling.GradientNoise;

namespace Sextant.Experiments;

/// <summary>What a study of batch sizes that was carried out says.</summary>
public sealed record BatchAnalysis
{
    /// <summary>Of the interval of a mean over runs.</summary>
    private const double Level = 0.95;

    /// <summary>Runs with a noise scale that a mean over them takes.</summary>
    private const int FewestRuns = 3;

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

        string unit = BatchSizes.Unit(study.Runs[0].Recipe.Training.Batch);
        CriticalBatchEstimate[] estimates = [.. new[] { steps?.Estimate, NoiseOf(study, unit), rates.Estimate }.OfType<CriticalBatchEstimate>()];
        return new BatchAnalysis
        {
            Unit = unit,
            Rates = rates,
            Steps = steps,
            Agreement = estimates.Length < 2 ? null : CriticalBatchAgreement.Of(estimates),
        };
    }

    /// <summary>The gradient noise scale of the study's own runs towards their end, near the lowest target: the geometric mean, with an interval by how runs differ. Null where none measured it.</summary>
    private static CriticalBatchEstimate? NoiseOf(StudyRecord study, string unit)
    {
        var measured = study.Runs.Where(run => run.LeftOut is null).Select(run => run.Folder.ReadResult()?.NoiseScale).OfType<NoiseScaleFit>().ToList();
        double[] scales = [.. measured.Select(fit => unit == BatchSizes.Tokens ? fit.NoiseScaleTokens : fit.NoiseScale).OfType<double>().Select(scale => Math.Log(scale))];
        if (measured.Count == 0)
        {
            return null;
        }

        if (scales.Length < FewestRuns)
        {
            return new CriticalBatchEstimate(CriticalBatchSource.NoiseScale, FitStatus.TooFewPoints, null, null);
        }

        double mean = scales.Average(), spread = Math.Sqrt(scales.Sum(scale => Math.Pow(scale - mean, 2)) / (scales.Length - 1));
        double reach = Student.Reach(scales.Length - 1, Level) * spread / Math.Sqrt(scales.Length);
        var interval = new Interval(Math.Exp(mean - reach), Math.Exp(mean + reach), Level);
        return new CriticalBatchEstimate(CriticalBatchSource.NoiseScale, interval.High / interval.Low > new StepsOptions().WidestRatio ? FitStatus.NotIdentified : FitStatus.Converged, Math.Exp(mean), interval);
    }

    /// <summary>Of a study of steps, the rate of the fewest steps to its lowest target; trainings that missed it are left out, with that reason.</summary>
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
