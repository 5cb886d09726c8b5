using Sextant.Data;
using Sextant.Decoding;
using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Scaling;
using TorchSharp;

namespace Sextant.Cli;

/// <summary>What the runs of the demo say, read from the folder that they are in.</summary>
internal sealed record DemoFindings
{
    private const string AttentionWord = "string";

    /// <summary>How far beyond the ladder's compute is planned.</summary>
    private const double PlannedTimes = 10;

    /// <summary>The ladder as a study of scaling.</summary>
    public required StudyAnalysis Analysis { get; init; }

    /// <summary>What a report of the ladder tells; the audited run is marked.</summary>
    public required ScalingEvidence Evidence { get; init; }

    /// <summary>For ten times what a run of the ladder spends.</summary>
    public required Plan Plan { get; init; }

    /// <summary>Of the ladder's largest model.</summary>
    public required Audit Audit { get; init; }

    /// <summary>Every run, the one on the small words last.</summary>
    public required IReadOnlyList<ComparedRun> Runs { get; init; }

    /// <summary>Exact match of each run on the same test words, 0..1, by name.</summary>
    public required IReadOnlyDictionary<string, double> TestWords { get; init; }

    /// <summary>How many test words there are.</summary>
    public required int Words { get; init; }

    /// <summary>What a model attends to in one word.</summary>
    public required HeatMap Attention { get; init; }

    /// <summary>Reads, fits, plans, audits and translates.</summary>
    /// <param name="place">The folder, with its tables.</param>
    /// <param name="study">What its study.json says.</param>
    /// <param name="kept">A fit of the tables that there is already; null makes it.</param>
    /// <param name="notice">Takes what there is to say on the way.</param>
    /// <param name="stop">Ends it with an OperationCanceledException.</param>
    /// <exception cref="UserError">Something in the folder is missing or damaged.</exception>
    public static DemoFindings Read(StudyFolder place, StudyRecord study, Fit? kept, Action<string> notice, CancellationToken stop)
    {
        var analysis = StudyAnalysis.Of(place, kept)!;
        var audited = RunCurve.Read(FolderOf(study, DemoStudy.AuditedRun), study.Analysis.CountedBy, study.Analysis.MeasuredBy);
        var end = audited.Curve.Points[^1];
        var evidence = ScalingPages.OfStudy(place, study, analysis) with { Marked = new MarkedRun(audited.Curve.Name, end.Flops, audited.Curve.Parameters, end.Tokens) };
        string[] folders = [.. study.Runs.Where(run => run.LeftOut is null).Select(run => run.Folder.Root), DemoStudy.BesideIn(place).Root];
        var runs = FinishedRuns.Read(folders, notice);
        var items = TestItems(study.Runs[0].Recipe with { Data = DemoStudy.Beside().Data });
        return new DemoFindings
        {
            Analysis = analysis,
            Evidence = evidence,
            Plan = Plan.Of(analysis.Fit, new PlanRequest { Flops = PlannedTimes * end.Flops, UniqueTokens = audited.UniqueTokens, Family = audited.Family }) with { Fit = place.FitPath },
            Audit = Audit.Of(analysis.Fit, audited.Curve, new AuditOptions { UniqueTokens = audited.UniqueTokens, Family = audited.Family }) with { Fit = place.FitPath },
            Runs = runs,
            TestWords = folders.Zip(runs).ToDictionary(run => run.Second.Name, run => ExactMatch(new RunFolder(run.First), items, stop)),
            Words = items.Count,
            Attention = AttentionOf(FolderOf(study, DemoStudy.ReadableRun)),
        };
    }

    private static RunFolder FolderOf(StudyRecord study, string name) => study.Runs.Single(run => run.Name == name).Folder;

    /// <summary>The words of the small list that test: they test in the large list too.</summary>
    private static IReadOnlyList<(string Source, IReadOnlyList<string> Targets)> TestItems(Recipe recipe)
    {
        using var corpus = (PairCorpus)Corpora.Create(recipe, Path.GetTempPath());
        return [.. corpus.Test.Select(p => (p.Pair.Source, corpus.TargetsOf(p.Pair.Source)))];
    }

    private static double ExactMatch(RunFolder folder, IReadOnlyList<(string, IReadOnlyList<string>)> items, CancellationToken stop)
    {
        using var model = TrainedModel.Load(folder, torch.CPU);
        return PairMeasures.Of(model, items, stop)["exactMatch"];
    }

    private static HeatMap AttentionOf(RunFolder folder)
    {
        using var model = TrainedModel.Load(folder, torch.CPU);
        int[] source = model.Tokenizer.Encode(AttentionWord).Ids;
        int[] target = [.. model.Translator.Translate([source], new DecodingOptions.Greedy(), model.Limit)[0].Ids];
        return AttentionPicture.Picture(model, AttentionWord, source, target, model.Recipe.Name);
    }
}
