namespace Sextant.Reports;

/// <summary>A <see cref="Comparison"/> as a page and files.</summary>
public static class ComparisonPage
{
    /// <summary>Writes the page, with the <paramref name="commands"/> that repeat it, and each chart as PNG and SVG into <paramref name="folder"/>; returns the page's path.</summary>
    public static string Write(Comparison comparison, string folder, IReadOnlyList<string> commands, string name = "compare.html")
    {
        Directory.CreateDirectory(folder);
        foreach (var (picture, chart) in comparison.Charts)
        {
            PictureFile.Write(chart, Path.Combine(folder, picture + ".png"));
            PictureFile.Write(chart, Path.Combine(folder, picture + ".svg"));
        }

        string path = Path.Combine(folder, name);
        PageFile.Write(Of(comparison, commands), path);
        return path;
    }

    public static Page Of(Comparison comparison, IReadOnlyList<string> commands) => new()
    {
        Title = comparison.Rows.Count == 1 ? comparison.Rows[0].Name : $"{comparison.Rows.Count} runs compared",
        Lead = comparison.Lead,
        Sections =
        [
            new Section("The runs", [.. comparison.Caveats.Select(caveat => new Block.Caveat(caveat)), Runs(comparison)]),
            new Section("The pictures", [.. comparison.Charts.Select(named => new Block.Figure(named.Chart))]),
            .. comparison.TestSentence.Count == 0 ? [] : new[] { new Section("The test sentence", [Sentence(comparison.TestSentence)]) },
            .. commands.Count == 0 ? [] : new[] { new Section("How to repeat it", [new Block.Commands(commands)]) },
        ],
    };

    /// <summary>The table of the runs, those of lowest loss marked.</summary>
    public static Block.Table Runs(Comparison comparison) => new()
    {
        Columns =
        [
            new Column("Run"),
            new Column("Parameters", "trainable", true),
            new Column("Compute", "FLOPs", true),
            new Column("Trained on", "tokens", true),
            new Column("Lowest validation loss", "nats a token, batch mean", true),
            new Column("at epoch", null, true),
            new Column("Lowest validation loss", "nats a token, token mean", true),
            new Column("at epoch", null, true),
            new Column("Exact match", "% of sources", true),
            new Column("Training time", null, true),
        ],
        Rows =
        [
            .. comparison.Rows.Select(row => (IReadOnlyList<string>)
            [
                row.Name,
                Numbers.Whole(row.Parameters),
                Numbers.Significant(row.Flops),
                Numbers.Significant(row.Tokens),
                Numbers.Loss(row.LowestLoss),
                Numbers.Short(row.LowestLossEpoch),
                Numbers.Loss(row.LowestLossPerToken),
                Numbers.Short(row.LowestLossPerTokenEpoch),
                row.ExactMatch is { } share ? Numbers.Share(share).Replace(" %", "", StringComparison.Ordinal) : "–",
                Numbers.Duration(row.Seconds),
            ]),
        ],
        Best = comparison.Best,
        Caption = (comparison.Best.Count > 0 ? "Marked: the lowest batch mean (median over seeds) of those measured on the same examples. " : "") + "Batch mean: every validation batch weighs the same, however few words it holds; the curves and the ranking are of it, and it is the number that others publish. Token mean: every token weighs the same. Tokens exclude padding; FLOPs are three forward passes, counted exactly.",
    };

    private static Block.Table Sentence(IReadOnlyList<ComparedTranslation> translations) => new()
    {
        Columns = [new Column("Run"), new Column("Source"), new Column("Translation")],
        Rows = [.. translations.Select(translation => (IReadOnlyList<string>)[translation.Run, translation.Source, translation.Output])],
    };
}
