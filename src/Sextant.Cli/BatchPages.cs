using Sextant.Cli.Commands;
using Sextant.Experiments;
using Sextant.Reports;

namespace Sextant.Cli;

/// <summary>Writes what a study of batch sizes says into its folder.</summary>
internal static class BatchPages
{
    /// <summary>Writes fit.json, of a study of steps rates.json as well, report.html and the pictures; returns the page's path.</summary>
    public static string Write(StudyFolder place, StudyRecord study, BatchAnalysis analysis) => CompareCommand.Written(
        () =>
        {
            FitFile.Write(analysis.Fit, place.FitPath);
            if (analysis.Steps is not null)
            {
                FitFile.Write(analysis.Rates, Path.Combine(place.Root, BatchTables.RatesFit));
            }

            return Path.GetFullPath(BatchReport.Of(OfStudy(place, study, analysis)).Write(place.Root));
        },
        place.Root);

    private static BatchEvidence OfStudy(StudyFolder place, StudyRecord study, BatchAnalysis analysis) => new()
    {
        Name = study.Name,
        Unit = analysis.Unit,
        Rates = analysis.Rates,
        Steps = analysis.Steps,
        Agreement = analysis.Agreement,
        Tuning = study.Tuning,
        Loss = study.Analysis.MeasuredBy,
        Caveats = study.Warnings,
        Commands =
        [
            $"sextant study run {study.Invocation ?? study.Name + ".json"} --out {place.Root}",
            ScalingPages.Reported(place, null),
            analysis.Steps is null ? $"sextant fit learning-rate {BatchTables.RatesPath(place)}" : $"sextant fit steps {BatchTables.StepsPath(place)}",
        ],
    };
}
