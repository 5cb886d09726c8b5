using Sextant.Scaling;

namespace Sextant.Reports;

/// <summary>What a fit says about scaling, as a page and pictures: the conclusion first, then everything one needs to believe it or not.</summary>
public sealed record ScalingReport
{
    public const string PageName = "report.html";

    /// <summary>The heading from which on the page no longer concludes but gives its grounds.</summary>
    public const string Grounds = "What the answer rests on";

    public required Page Page { get; init; }

    /// <summary>The page's charts, each under the name of its files.</summary>
    public required IReadOnlyList<NamedChart> Charts { get; init; }

    /// <exception cref="ArgumentException">The fit is of another kind than curves, IsoFLOP profiles or L(N, D).</exception>
    public static ScalingReport Of(ScalingEvidence evidence)
    {
        if (evidence.Fit is not (AllocationFit or ParametricFit))
        {
            throw new ArgumentException($"There is no report of a {evidence.Fit.GetType().Name}.", nameof(evidence));
        }

        var view = AllocationView.Of(evidence);
        IReadOnlyList<NamedChart> losses = LossPicture.Of(evidence, view), best = [.. ProfilePicture.Of(evidence), .. LawPicture.Of(evidence)], growth = AllocationPicture.Of(evidence, view), checks = ResidualPicture.Of(evidence), rates = [.. RatePicture.Of(evidence), .. CoordinatePicture.Of(evidence.CoordinateCheck)];
        return new ScalingReport
        {
            Charts = [.. losses, .. best, .. growth, .. checks, .. rates],
            Page = new Page
            {
                Title = $"How {evidence.Name} scales",
                Lead = ScalingWords.Lead(evidence, view),
                Sections =
                [
                    .. Section.Unless("Before you believe it", [.. ScalingWords.Caveats(evidence).Select(text => new Block.Caveat(text))]),
                    .. evidence.Marked is { } run ? Section.Unless($"{run.Name}, held against this fit", [.. run.Advice.Select(text => new Block.Paragraph(text)), .. run.Warnings.Select(text => new Block.Caveat(text))]) : [],
                    .. Section.Unless("Loss and compute", Figures(losses)),
                    .. Section.Unless(evidence.Fit is ParametricFit ? "The law" : "The best size at each compute", [.. ScalingTables.Law(evidence), .. Figures(best)]),
                    .. Section.Unless("How the best size and the data grow", [.. Figures(growth), .. ScalingTables.Growth(evidence, view)]),
                    .. Section.Unless(Grounds, [.. Figures(checks), .. ScalingTables.Checks(evidence, view)]),
                    .. Section.Unless("Learning rates", [.. ScalingTables.Rates(evidence), .. Figures(rates)]),
                    .. Section.Unless("How parameters and FLOPs were counted", [.. ScalingTables.Counting(evidence)]),
                    .. Section.Unless("The runs", [.. ScalingTables.Runs(evidence)]),
                    .. Section.Unless("What was left out", [.. ScalingTables.Excluded(evidence.Fit)]),
                    .. Section.Unless("How to repeat it", evidence.Commands.Count == 0 ? [] : [new Block.Commands(evidence.Commands)]),
                    .. Section.Unless("Where the numbers come from", [.. ScalingTables.Sources(evidence.Fit)]),
                ],
            },
        };
    }

    /// <summary>Writes report.html and each chart as PNG and SVG into <paramref name="folder"/>; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => ReportFolder.Write(folder, Page, Charts);

    private static Block[] Figures(IEnumerable<NamedChart> charts) => [.. charts.Select(named => new Block.Figure(named.Chart))];
}
