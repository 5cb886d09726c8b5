using Sextant.Cli.Commands;
using Sextant.Experiments;
using Sextant.Experiments.Measurements;
using Sextant.Reports;
using Sextant.Scaling;

namespace Sextant.Cli;

/// <summary>Gathers what a scaling report tells, from a study's folder or from anyone's table.</summary>
internal static class ScalingPages
{
    /// <summary>Writes fit.json, report.html and the pictures into a study's folder.</summary>
    /// <param name="place">The folder.</param>
    /// <param name="study">What it says.</param>
    /// <param name="analysis">The fit and what it was made from.</param>
    /// <param name="audit">A run to be marked; null for none.</param>
    public static (string Fit, string Page) Write(StudyFolder place, StudyRecord study, StudyAnalysis analysis, string? audit = null)
    {
        var report = ScalingReport.Of(OfStudy(place, study, analysis, audit));
        return CompareCommand.Written(
            () =>
            {
                FitFile.Write(analysis.Fit, place.FitPath);
                return (place.FitPath, Path.GetFullPath(report.Write(place.Root)));
            },
            place.Root);
    }

    /// <summary>A fit and the table it was made from.</summary>
    /// <exception cref="UserError">The table cannot be read as the fit read it.</exception>
    public static ScalingEvidence OfTable(Fit fit, string table, IReadOnlyList<string> commands)
    {
        var options = MeasurementOptions.Of(fit.Provenance?.Options ?? new Dictionary<string, string>());
        var curves = fit is CurvesFit ? CurveFile.Read(table, options) : null;
        var points = fit is CurvesFit ? null : PointFile.Read(table, options);
        bool changed = (curves?.Provenance ?? points!.Provenance).Sha256 is var sha && fit.Provenance?.Sha256 is { } fitted && sha != fitted;
        return new ScalingEvidence
        {
            Name = Path.GetFileNameWithoutExtension(fit.Provenance?.Source ?? table),
            Fit = fit,
            Curves = curves?.Curves ?? [],
            Points = points?.Points ?? [],
            Caveats = changed ? [$"{Path.GetFileName(table)} has changed since it was fitted: pictures and table of runs show what it holds now, every fitted number what it held then. Fit again."] : [],
            Commands = commands,
        };
    }

    /// <summary>A run held against the fit of a page; null for none.</summary>
    /// <exception cref="UserError">No finished run is there, or it cannot be counted as the fit counts.</exception>
    public static MarkedRun? Marked(Fit fit, string path, string? run) => run is null ? null : MarkedRun.Of(AuditCommand.Of(fit, path, run));

    /// <summary>The command that writes a page again.</summary>
    public static string Reported(StudyFolder place, string? audit) => $"sextant report {place.Root}{(audit is null ? "" : $" --audit {audit}")}";

    /// <summary>What a report of a study tells.</summary>
    public static ScalingEvidence OfStudy(StudyFolder place, StudyRecord study, StudyAnalysis analysis, string? audit = null) => new()
    {
        Name = study.Name,
        Fit = analysis.Fit,
        Curves = analysis.Curves,
        Points = analysis.Points,
        Caveats = study.Warnings,
        ByConvention = analysis.ByConvention,
        Loss = study.Analysis.MeasuredBy,
        LearningRate = study.LearningRate,
        Tuning = study.Tuning,
        CoordinateCheck = place.ReadCoordinateCheck(),
        Marked = Marked(analysis.Fit, place.FitPath, audit),
        Runs = [.. study.Runs.Select(run => Of(run, study.Analysis))],
        Commands = [$"sextant study run {study.Invocation ?? study.Name + ".json"} --out {place.Root}", Reported(place, audit), Fitted(place, study.Analysis)],
    };

    /// <summary>The command that fits the study's table as anyone's.</summary>
    private static string Fitted(StudyFolder place, AnalysisOptions analysis)
    {
        string convention = analysis.CountedBy.Name() + string.Concat(StudyAnalysis.Columns(analysis.MeasuredBy).Select(column => $" --columns {column.Key}={column.Value}"));
        return analysis switch
        {
            AnalysisOptions.Curves curves => $"sextant fit curves {place.CurvesPath} --smooth {(curves.Smoother is CurveSmoother.Polynomial polynomial ? $"polynomial:{polynomial.Degree}" : "monotone")} --targets {string.Join(',', curves.Targets.Select(target => target.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))} --convention {convention}",
            AnalysisOptions.IsoFlop => $"sextant fit isoflop {place.PointsPath} --convention {convention}",
            _ => $"sextant fit parametric {place.PointsPath} --convention {convention}",
        };
    }

    private static ReportedRun Of(StudiedRun run, AnalysisOptions analysis)
    {
        var result = run.Folder.ReadResult();
        var last = run.Folder.Exists && run.Folder.ReadMetrics() is [.., var end] ? end : null;
        return new ReportedRun
        {
            Name = run.Name,
            Hidden = run.Recipe.Model.Hidden,
            Layers = run.Recipe.Model.Layers,
            LearningRate = run.Recipe.Training.Optimizer.LearningRate,
            Seed = run.Recipe.Seed,
            Parameters = result?.Parameters[analysis.CountedBy],
            Flops = last?.FlopsByConvention?[analysis.CountedBy],
            Tokens = last?.Tokens,
            Epochs = last?.Epoch,
            Loss = last?.Loss(analysis.MeasuredBy),
            LeftOut = run.LeftOut,
        };
    }
}
