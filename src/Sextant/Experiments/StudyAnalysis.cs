using Sextant.Experiments.Measurements;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What a study that was carried out says about scaling.</summary>
public sealed record StudyAnalysis
{
    private const string PerTokenColumn = "validation_loss_per_token";

    /// <summary>The law that the study was made for, fitted to its tables.</summary>
    public required Fit Fit { get; init; }

    /// <summary>From curves.csv.</summary>
    public required IReadOnlyList<LossCurve> Curves { get; init; }

    /// <summary>From points.csv.</summary>
    public required IReadOnlyList<ScalingPoint> Points { get; init; }

    /// <summary>The exponent by each way to count.</summary>
    public required IReadOnlyList<ConventionExponent> ByConvention { get; init; }

    /// <summary>Fits what a study was made for from the tables in its folder, as anyone's tables are; null where it was made for no law.</summary>
    /// <param name="place">The folder that the study filled.</param>
    /// <param name="kept">A fit that there is already, taken if it is of these very tables and of this analysis; null makes it.</param>
    /// <exception cref="UserError">The folder lacks its study or its tables.</exception>
    public static StudyAnalysis? Of(StudyFolder place, Fit? kept = null)
    {
        var study = place.Read();
        if (study.Analysis is not AnalysisOptions.Scaling analysis)
        {
            return null;
        }

        var columns = new MeasurementOptions { Columns = Columns(analysis.Loss) };
        var curves = CurveFile.Read(place.CurvesPath, columns);
        var points = PointFile.Read(place.PointsPath, columns);
        var leftOut = study.Runs.Where(run => run.LeftOut is not null).Select(run => run.Name).ToHashSet();
        var taking = curves.Curves.Where(curve => !leftOut.Contains(curve.Name)).ToList(); // the table also holds unfinished runs, for anyone to look at
        var fit = IsCurrent(kept, analysis, analysis is AnalysisOptions.Curves ? curves.Provenance : points.Provenance) ? kept! : (analysis is AnalysisOptions.Curves
            ? FitOf(analysis, taking, []).Sourced(curves.Excluded.Concat(WithoutRows(study, analysis)), curves.Provenance)
            : FitOf(analysis, [], points.Points).Sourced(points.Excluded.Concat(WithoutRows(study, analysis)), points.Provenance));
        return new StudyAnalysis
        {
            Fit = fit,
            Curves = taking,
            Points = points.Points,
            ByConvention = ConventionExponent.Of(study, analysis, StudyTables.Trunks(place), FitOf),
        };
    }

    private static bool IsCurrent(Fit? kept, AnalysisOptions.Scaling analysis, Provenance table) =>
        kept?.Provenance?.Sha256 is string sha && sha == table.Sha256
        && kept.Convention == analysis.Convention.Name()
        && LossOf(kept) == analysis.Loss
        && (analysis, kept) is (AnalysisOptions.Curves, CurvesFit) or (AnalysisOptions.IsoFlop, IsoFlopFit) or (AnalysisOptions.Parametric, ParametricFit);

    /// <summary>The tables' column of a loss, where it is not the one that is read unasked.</summary>
    public static IReadOnlyDictionary<string, string> Columns(LossKind loss) =>
        loss == LossKind.PerToken ? new Dictionary<string, string> { ["loss"] = PerTokenColumn } : new Dictionary<string, string>();

    /// <summary>Which loss of a run a fit of a study's table, or of one with the same columns, was made from.</summary>
    public static LossKind LossOf(Fit fit) =>
        MeasurementOptions.Of(fit.Provenance?.Options ?? new Dictionary<string, string>()).Columns.GetValueOrDefault("loss") == PerTokenColumn ? LossKind.PerToken : LossKind.PerBatch;

    /// <summary>What the analysis makes of curves or points that are counted by its convention.</summary>
    private static Fit FitOf(AnalysisOptions.Scaling analysis, IReadOnlyList<LossCurve> curves, IReadOnlyList<ScalingPoint> points)
    {
        string convention = analysis.Convention.Name();
        return analysis switch
        {
            AnalysisOptions.Curves of => CurvesFit.Of(curves, new CurvesOptions { Smoother = of.Smoother, Targets = of.Targets, Convention = convention }),
            AnalysisOptions.IsoFlop => IsoFlopFit.Of(points, new IsoFlopOptions { Convention = convention }),
            _ => ParametricFit.To(points, new ParametricOptions { Convention = convention }),
        };
    }

    /// <summary>Runs that are in no table.</summary>
    private static IEnumerable<ExcludedRow> WithoutRows(StudyRecord study, AnalysisOptions.Scaling analysis)
    {
        foreach (var run in study.Runs)
        {
            string? reason = run.LeftOut is not null ? $"{run.Name}: {run.LeftOut.TrimEnd('.')}"
                : run.Folder.ReadResult()?.Parameters is { } counts && counts[analysis.Convention] is null ? $"{run.Name}: it has no count by the convention {analysis.Convention.Name()}"
                : null;
            if (reason is not null)
            {
                yield return new ExcludedRow(0, reason);
            }
        }
    }
}
