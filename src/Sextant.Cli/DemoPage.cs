using Sextant.Data;
using Sextant.Reports;

namespace Sextant.Cli;

/// <summary>report.html of the demo.</summary>
internal static class DemoPage
{
    private const double Learnt = 0.01;

    /// <summary>Writes the page and the pictures into a folder and returns the page's path.</summary>
    /// <param name="runs">The finished runs.</param>
    /// <param name="heldOut">Exact match of each run on the same held-out words, 0..1, by name.</param>
    /// <param name="words">How many held-out words there are.</param>
    /// <param name="attention">The attention of one of them.</param>
    /// <param name="folder">Where to.</param>
    public static string Write(IReadOnlyList<ComparedRun> runs, IReadOnlyDictionary<string, double> heldOut, int words, HeatMap attention, string folder)
    {
        var comparison = Comparison.Of(runs);
        // Each list validates on its own words, so losses do not tell what more data is worth: the same held-out words do.
        comparison = comparison with { Charts = [.. comparison.Charts.Where(c => c.Name != "loss-by-data-size"), new NamedChart("held-out-words", HeldOutChart(runs, heldOut))] };
        foreach ((string name, var chart) in comparison.Charts)
        {
            PictureFile.Write(chart, Path.Combine(folder, name + ".png"));
            PictureFile.Write(chart, Path.Combine(folder, name + ".svg"));
        }

        PictureFile.Write(attention, Path.Combine(folder, "attention.png"));
        var compared = ComparisonPage.Of(comparison, []);
        string best = heldOut.MaxBy(p => p.Value).Key;
        string path = Path.Combine(folder, "report.html");
        PageFile.Write(
            new Page
            {
                Title = "Small transformers that translate English to Pig Latin",
                Lead =
                [
                    $"On the same {Numbers.Whole(words)} test words, which took part neither in training nor in any choice, {best} translates {Numbers.Share(heldOut[best])} without a mistake.",
                    BySize([.. runs.Where(r => r.Name.EndsWith("small", StringComparison.Ordinal)).Select(r => (r.Recipe.Model.Hidden, heldOut[r.Name]))]),
                    "Every model saw the same number of tokens. Larger ones therefore used more compute; the loss by FLOPs shows what it bought.",
                ],
                Sections =
                [
                    HeldOutSection(heldOut, words),
                    .. compared.Sections,
                    new Section("Where a model looks", [new Block.Paragraph("What each head of each layer attends to while it translates a word. The model drawn is one with few heads, which is easier to read; it is not the best of the table."), new Block.Figure(attention)]),
                    new Section("How to repeat it", [new Block.Commands(["sextant demo --out demo", "sextant translate demo/runs/h64-small the air conditioning is working", "sextant train demo/recipes/h64-small.json --data PAIRS.tsv --out mine"])]),
                ],
            },
            path);
        return path;
    }

    /// <summary>What the held-out words say about size, in the words that the numbers allow.</summary>
    internal static string BySize(IReadOnlyList<(int Hidden, double Share)> runs)
    {
        var ordered = runs.OrderBy(r => r.Hidden).ToArray();
        bool[] rises = [.. ordered.Zip(ordered.Skip(1), (a, b) => b.Share > a.Share)];
        bool[] falls = [.. ordered.Zip(ordered.Skip(1), (a, b) => b.Share < a.Share)];
        string finding = ordered.All(r => r.Share < Learnt) ? "None of the sizes has learnt to translate them yet"
            : rises.All(r => r) ? "Larger models do better on them"
            : falls.Any(f => f) ? "Larger is not better throughout on them"
            : "Larger models do better on them or as well";
        return $"{finding}: {string.Join(", ", ordered.Select(r => $"{Numbers.Share(r.Share)} at hidden size {r.Hidden}"))}, all trained on the small word list. One seed each, so small gaps may be chance.";
    }

    private static Chart HeldOutChart(IReadOnlyList<ComparedRun> runs, IReadOnlyDictionary<string, double> heldOut) => new()
    {
        Title = "The same held-out words, by hidden size and by data",
        Caption = "Marks: one run each; the spread from seed to seed is not known.",
        X = new Axis("Hidden size") { Scale = Scale.Logarithmic, Ticks = [.. runs.Select(r => r.Recipe.Model.Hidden).Distinct().Order().Select(h => new Tick(h, Numbers.Whole(h)))] },
        Y = new Axis("Translated without a mistake", "% of words"),
        Series = [.. runs.GroupBy(r => ((DataOptions.PigLatin)r.Recipe.Data).Words).Select(words => new Series
        {
            Name = words.Key == WordList.Small ? "trained on the small word list" : "trained on the large word list",
            Points = [.. words.OrderBy(r => r.Recipe.Model.Hidden).Select(r => new ChartPoint(r.Recipe.Model.Hidden, 100 * heldOut[r.Name]))],
        })],
    };

    private static Section HeldOutSection(IReadOnlyDictionary<string, double> heldOut, int words) => new("The same held-out words for all",
    [
        new Block.Paragraph($"Which words test is decided by a hash of the word, so a test word of the small list trains no model and validates in none, the large list's included. There are {Numbers.Whole(words)} of them. The table of the runs below gives each run's own validation words, which are others for the large list and on which each run's best weights were chosen."),
        new Block.Table
        {
            Columns = [new Column("Run"), new Column("Exact match", "% of words", true)],
            Rows = [.. heldOut.Select(p => (IReadOnlyList<string>)[p.Key, Numbers.Share(p.Value).Replace(" %", "", StringComparison.Ordinal)])],
        },
    ]);
}
