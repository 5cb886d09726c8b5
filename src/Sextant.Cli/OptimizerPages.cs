using Sextant.Cli.Commands;
using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Scaling.BatchSize;

namespace Sextant.Cli;

/// <summary>Writes what a study of optimisers says into its folder.</summary>
internal static class OptimizerPages
{
    /// <summary>Writes optimizers.csv, report.html and the pictures; returns the page's path.</summary>
    public static string Write(StudyFolder place, StudyRecord study, IReadOnlyList<OptimizerComparison> comparisons) => CompareCommand.Written(
        () =>
        {
            OptimizerTables.Write(place);
            string[] commands = [$"sextant study run {study.Invocation ?? study.Name + ".json"} --out {place.Root}", ScalingPages.Reported(place, null)];
            return Path.GetFullPath(OptimizerReport.Of(study.Name, comparisons, OptimizerTables.Unit(study), study.Tuning, study.Warnings, commands).Write(place.Root));
        },
        place.Root);
}
