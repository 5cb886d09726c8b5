using System.CommandLine;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Reports;
using Sextant.Scaling;

namespace Sextant.Cli.Commands;

/// <summary>sextant report DIR: writes the page of what is in a folder.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder that a study filled, one with a fit.json and its table (curves.csv or points.csv), or a run folder." };
        var audit = new Option<string?>("--audit") { Description = "A finished run, held against the fit in words and marked in the pictures.", HelpName = "RUN" };
        var json = Options.Json();
        var command = new Command("report", "Writes report.html, which opens offline, and each picture as PNG and SVG into a folder: what a study, a fit, a run or a fine-tuning says.\n\nExamples:\n  sextant report runs/course-scaling\n  sextant report runs/course-scaling --audit runs/mine")
        {
            folder, audit, json,
        };
        command.SetAction(parsed => Run(terminal, parsed.GetRequiredValue(folder), parsed.GetValue(audit), parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string path, string? audit, bool isJson)
    {
        string page = Path.GetFullPath(Write(terminal, path, audit));
        if (isJson)
        {
            terminal.WriteJson(new { page });
        }
        else
        {
            terminal.Out.WriteLine($"Page and pictures: {page}");
        }

        return 0;
    }

    private static string Write(Terminal terminal, string path, string? audit)
    {
        if (!Directory.Exists(path))
        {
            throw new UserError(File.Exists(path)
                ? $"{path} is a file; give the folder that holds it."
                : $"There is no folder {path}; give one that a study filled, one with a fit.json, or a run folder.");
        }

        var study = new StudyFolder(path);
        if (File.Exists(study.StudyPath) && study.Read() is { Analysis: AnalysisOptions.Scaling } record)
        {
            var kept = File.Exists(study.FitPath) ? FitFile.Read(study.FitPath) : null;
            return DemoStudy.Filled(study, record) && audit is null
                ? CompareCommand.Written(() => DemoPage.Write(DemoFindings.Read(study, record, kept, terminal.Say, terminal.Stop), study.Root), study.Root)
                : ScalingPages.Write(study, record, StudyAnalysis.Of(study, kept)!, audit).Page;
        }

        if (File.Exists(study.StudyPath) && audit is null && BatchAnalysis.Of(study) is { } batches)
        {
            return BatchPages.Write(study, study.Read(), batches);
        }

        if (File.Exists(study.StudyPath) && audit is null && OptimizerTables.Compare(study) is { } optimizers)
        {
            return OptimizerPages.Write(study, study.Read(), optimizers);
        }

        if (audit is not null && !File.Exists(study.FitPath))
        {
            throw new UsageError($"--audit holds a run against a fit, and {path} holds none.");
        }

        return File.Exists(study.FitPath) ? OfFit(study, audit)
            : new RunFolder(path) is { Exists: true } run && run.ReadKind() != RunKind.Sequence ? OfEncoder(run, path)
            : File.Exists(ArmResults.PathIn(path)) ? OfArms(path)
            : File.Exists(study.StudyPath) || new RunFolder(path).Exists ? OfRuns(terminal, path)
            : throw new UserError($"{path} holds no study, no fit.json and no run, so there is nothing to report; fill it with `sextant study run STUDY --out {path}` or `sextant fit KIND FILE --out {study.FitPath}`.");
    }

    /// <summary>A fit of anyone's table, which lies beside it or where it was when it was fitted.</summary>
    private static string OfFit(StudyFolder place, string? audit)
    {
        var fit = FitFile.Read(place.FitPath);
        if (fit is not (AllocationFit or ParametricFit))
        {
            throw new UserError($"{place.FitPath} is a fit of a kind that has no report; make one with `sextant fit curves`, `isoflop` or `parametric`.");
        }

        string beside = fit is CurvesFit ? place.CurvesPath : place.PointsPath;
        string table = new[] { beside, fit.Provenance?.Source }.FirstOrDefault(File.Exists)
            ?? throw new UserError($"The table that {place.FitPath} was fitted to is not there ({fit.Provenance?.Source}); put it into {beside}, or fit again.");
        var evidence = ScalingPages.OfTable(fit, table, [ScalingPages.Reported(place, audit)]) with { Marked = ScalingPages.Marked(fit, place.FitPath, audit) };
        return CompareCommand.Written(() => ScalingReport.Of(evidence).Write(place.Root), place.Root);
    }

    private static string OfEncoder(RunFolder run, string path)
    {
        if (run.ReadKind() == RunKind.Pretraining)
        {
            throw new UserError($"{path} is a pretrained encoder and has no report; fine-tune it with `sextant finetune RECIPE --set model.path={path}` and report that.");
        }

        if (run.ReadKind() == RunKind.Contrastive)
        {
            throw new UserError($"{path} is a CLIP and has no report of its own; its measures are in {run.ResultPath}, and `sextant match` uses it.");
        }

        var report = FinetuningReport.Read(run, [$"sextant finetune {path}/recipe.json --out {path}", $"sextant report {path}"]);
        return CompareCommand.Written(() => report.Write(path), path);
    }

    private static string OfArms(string path)
    {
        var report = ArmsReport.Of(ArmResults.Read(ArmResults.PathIn(path)), [$"sextant report {path}"]);
        return CompareCommand.Written(() => report.Write(path), path);
    }

    private static string OfRuns(Terminal terminal, string path)
    {
        var comparison = Comparison.Of(FinishedRuns.Read([path], terminal.Say));
        return CompareCommand.Written(() => ComparisonPage.Write(comparison, path, [$"sextant report {path}"], ScalingReport.PageName), path);
    }
}
