using Sextant.Training;

namespace Sextant.Reports;

/// <summary>Validation loss along the runs, a look for each group of seeds.</summary>
internal static class CurvePicture
{
    public static Chart ByEpoch(IReadOnlyList<RunGroup> groups) =>
        Of(groups, "Validation loss by epoch", new Axis("Epochs, passes over the training data"), evaluation => evaluation.Epoch);

    public static Chart ByFlops(IReadOnlyList<RunGroup> groups) =>
        Of(groups, "Validation loss by training compute", new Axis("Training compute", "FLOPs, exact count") { Scale = Scale.Logarithmic }, evaluation => evaluation.Flops);

    private static Chart Of(IReadOnlyList<RunGroup> groups, string title, Axis x, Func<Evaluation, double> along) => new()
    {
        Title = title,
        Caption = "Lines: validation loss, mean over batches. The mark is where each run was lowest."
            + (groups.Any(group => group.Runs.Count > 1) ? " Lines that look alike are seeds of one recipe." : ""),
        X = x,
        Y = new Axis("Validation loss", "nats a token") { Scale = Scale.Logarithmic },
        Series = [.. groups.SelectMany((group, look) => group.Runs.SelectMany((run, i) => Curve(group, run, look, inLegend: i == 0, along)))],
    };

    private static IEnumerable<Series> Curve(RunGroup group, ComparedRun run, int look, bool inLegend, Func<Evaluation, double> along)
    {
        var points = run.Evaluations.Select(evaluation => new ChartPoint(along(evaluation), evaluation.ValidationLoss)).ToList();
        yield return new Series { Name = group.Name, Points = points, Mark = Mark.Line, Look = look, InLegend = inLegend };
        yield return new Series
        {
            Name = $"{run.Name}, lowest",
            Points = points.Count == 0 ? [] : [points.MinBy(point => point.Y)],
            Mark = Mark.Points,
            Look = look,
            InLegend = false,
        };
    }
}
