using Sextant.Data;
using Sextant.Reports;

namespace Sextant.Cli;

/// <summary>report.html of the demo.</summary>
internal static class DemoPage
{
    private const double Learnt = 0.01;

    /// <summary>Writes the page and the pictures into a folder and returns the page's path.</summary>
    public static string Write(DemoFindings found, string folder)
    {
        var report = ScalingReport.Of(found.Evidence with { Commands = [] });
        var comparison = Comparison.Of(found.Runs);
        // Each list validates on its own words, so losses do not tell what more data is worth: the same test words do. Loss by FLOPs is the ladder's picture.
        NamedChart[] compared = [new("test-words", TestChart(found)), .. comparison.Charts.Where(c => c.Name is not ("loss-by-data-size" or "loss-by-flops"))];
        foreach ((string name, var picture) in report.Charts.Concat(compared).Select(named => (named.Name, (Picture)named.Chart)).Append(("attention", found.Attention)))
        {
            PictureFile.Write(picture, Path.Combine(folder, name + ".png"));
            if (picture is Chart)
            {
                PictureFile.Write(picture, Path.Combine(folder, name + ".svg"));
            }
        }

        string path = Path.Combine(folder, ScalingReport.PageName);
        PageFile.Write(Of(found, report.Page, comparison with { Charts = compared }, folder), path);
        return path;
    }

    private static Page Of(DemoFindings found, Page scaling, Comparison comparison, string folder)
    {
        var fit = found.Analysis.Fit;
        string best = found.TestWords.MaxBy(p => p.Value).Key;
        Section[] conclusions = [.. scaling.Sections.TakeWhile(section => section.Heading != ScalingReport.Grounds)];
        return new Page
        {
            Title = "How small transformers scale: English to Pig Latin",
            Lead =
            [
                scaling.Lead[0],
                $"Ten times the compute: {found.Plan.Conclusion[0]}",
                $"The largest model, audited: {found.Audit.Advice[0]}",
                $"Of {Numbers.Whole(found.Words)} test words, which took part neither in training nor in any choice, {best} translates {Numbers.Share(found.TestWords[best])} without a mistake.",
                OneSeed(Sizes(found).Count),
            ],
            Sections =
            [
                new Section("The fit in words", [.. scaling.Lead.Skip(1).Select(text => new Block.Paragraph(text))]),
                .. conclusions,
                GuidanceSections.Of(found.Plan, fit),
                GuidanceSections.Of(found.Audit, fit),
                TestSection(found),
                .. ComparisonPage.Of(comparison, []).Sections.Select(section => section with { Heading = section.Heading == "The runs" ? "The runs side by side" : section.Heading }),
                new Section("Where a model looks", [new Block.Paragraph("What each head of each layer attends to while it translates a word. The model drawn is one with few heads, which is easier to read; it is not the best of the table."), new Block.Figure(found.Attention)]),
                .. scaling.Sections.Skip(conclusions.Length),
                new Section("How to repeat each step", [new Block.Commands(Steps(found, best, folder))]),
            ],
        };
    }

    private static string[] Steps(DemoFindings found, string best, string folder)
    {
        string[] commands =
        [
            $"sextant demo --out {folder}",
            .. found.Evidence.Commands.Where(command => command.StartsWith("sextant fit", StringComparison.Ordinal)).Select(command => $"{command} --out {found.Plan.Fit}"),
            FormattableString.Invariant($"sextant plan --fit {found.Plan.Fit} --flops {found.Plan.Flops:0.###e0}"),
            $"sextant audit {Path.Combine(folder, "runs", found.Audit.Run)} --fit {found.Audit.Fit}",
            $"sextant compare {Path.Combine(folder, "runs")} --out comparison",
            $"sextant translate {Path.Combine(folder, "runs", best)} the air conditioning is working",
            $"sextant train {Path.Combine(folder, "recipes", best + ".json")} --data PAIRS.tsv --out mine",
        ];
        string near = Path.GetRelativePath(Environment.CurrentDirectory, folder);
        return near.StartsWith("..", StringComparison.Ordinal) ? commands : [.. commands.Select(command => command.Replace(folder, near, StringComparison.Ordinal))];
    }

    /// <summary>What keeps a study of a few minutes from being believed too much.</summary>
    internal static string OneSeed(int sizes) =>
        $"A demonstration: {sizes} sizes, one seed each, leave wide intervals, and another seed would move the numbers. A study that decides something takes more.";

    /// <summary>What the test words say about size at equal compute, in the words that the numbers allow.</summary>
    internal static string BySize(IReadOnlyList<(int Hidden, double Share)> runs)
    {
        var ordered = runs.OrderBy(r => r.Hidden).ToArray();
        int best = ordered.Index().MaxBy(r => r.Item.Share).Index;
        bool rises = Enumerable.Range(1, best).All(i => ordered[i].Share >= ordered[i - 1].Share);
        bool falls = Enumerable.Range(best, ordered.Length - 1 - best).All(i => ordered[i + 1].Share <= ordered[i].Share);
        string finding = ordered.All(r => r.Share < Learnt) ? "None of the sizes has learnt to translate them yet"
            : !rises || !falls ? "For equal compute there is no order by size on them"
            : best == ordered.Length - 1 ? "For equal compute larger models do better on them"
            : best == 0 ? "For equal compute smaller models do better on them"
            : $"For equal compute hidden size {ordered[best].Hidden} does best on them, and smaller and larger models do worse";
        return $"{finding}: {string.Join(", ", ordered.Select(r => $"{Numbers.Share(r.Share)} at hidden size {r.Hidden}"))}, all trained on the large word list. One seed each, so small gaps may be chance.";
    }

    /// <summary>What more data is worth to one size at equal compute.</summary>
    internal static string ByList(int hidden, double small, double large) =>
        $"Hidden size {hidden} translates {Numbers.Share(small)} of them when it is trained on the small word list and {Numbers.Share(large)} when it is trained on the large one, for equal compute. They are words of the small list, common ones: its other words resemble them more than those of the large list do.";

    private static IReadOnlyList<(int Hidden, double Share)> Sizes(DemoFindings found) =>
        [.. found.Runs.Where(r => ListOf(r) == WordList.Large).Select(r => (r.Recipe.Model.Hidden, found.TestWords[r.Name]))];

    private static WordList ListOf(ComparedRun run) => ((DataOptions.PigLatin)run.Recipe.Data).Words;

    private static Chart TestChart(DemoFindings found) => new()
    {
        Title = "The same test words, by hidden size and by data",
        Caption = "Every run spent the same compute. Marks: one run each; the spread from seed to seed is not known.",
        X = new Axis("Hidden size") { Scale = Scale.Logarithmic, Ticks = [.. found.Runs.Select(r => r.Recipe.Model.Hidden).Distinct().Order().Select(h => new Tick(h, Numbers.Whole(h)))] },
        Y = new Axis("Translated without a mistake", "% of test words"),
        Series = [.. found.Runs.GroupBy(ListOf).Select(words => new Series
        {
            Name = words.Key == WordList.Small ? "trained on the small word list" : "trained on the large word list",
            Points = [.. words.OrderBy(r => r.Recipe.Model.Hidden).Select(r => new ChartPoint(r.Recipe.Model.Hidden, 100 * found.TestWords[r.Name]))],
        })],
    };

    private static Section TestSection(DemoFindings found)
    {
        var small = found.Runs.Single(r => ListOf(r) == WordList.Small);
        var large = found.Runs.Single(r => ListOf(r) == WordList.Large && r.Recipe.Model.Hidden == small.Recipe.Model.Hidden);
        return new("The same test words for all",
        [
            new Block.Paragraph(BySize(Sizes(found))),
            new Block.Paragraph(ByList(small.Recipe.Model.Hidden, found.TestWords[small.Name], found.TestWords[large.Name])),
            new Block.Paragraph($"Which words test is decided by a hash of the word, so a test word of the small list trains no model and validates in none, the large list's included. There are {Numbers.Whole(found.Words)} of them. The table of the runs below gives each run's own validation words, which are others for the small list and on which each run's best weights were chosen."),
            new Block.Table
            {
                Columns = [new Column("Run"), new Column("Exact match", "% of test words", true)],
                Rows = [.. found.TestWords.Select(p => (IReadOnlyList<string>)[p.Key, Numbers.Share(p.Value).Replace(" %", "", StringComparison.Ordinal)])],
            },
        ]);
    }
}
