using System.CommandLine;
using System.Globalization;
using Sextant.Experiments;
using Sextant.Reports;
using Sextant.Scaling;

namespace Sextant.Cli.Commands;

/// <summary>sextant demo: a built-in study with a page of its own: trains a ladder of models on built-in words, fits, plans, audits, compares.</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal)
    {
        var output = Options.Out("The folder to fill, by default demo; runs that are done there are not repeated.");
        var workers = Options.Workers();
        var scale = new Option<double>("--scale") { Description = "Shrinks the runs, 0..1.", DefaultValueFactory = _ => 1, Hidden = true };
        var json = Options.Json();
        var command = new Command("demo", "The main job in a few minutes, with built-in data: trains transformers of several sizes that translate English to Pig Latin, fits how they scale, plans for ten times the compute, audits the largest of them, compares them and writes report.html. The folder is one of a study: report, plan and audit take it.\n\nExample:\n  sextant demo --out demo")
        {
            output, workers, scale, json,
        };
        command.SetAction(parsed => Run(
            terminal, new StudyFolder(parsed.GetValue(output) ?? "demo"), parsed.GetValue(workers), parsed.GetValue(scale), parsed.GetValue(json)).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> Run(Terminal terminal, StudyFolder place, int workers, double scale, bool isJson)
    {
        var board = WorkerBoard.Local(terminal, workers);
        if (scale is not (> 0 and <= 1))
        {
            throw new UsageError("--scale must be more than 0 and at most 1.");
        }

        long began = TimeProvider.System.GetTimestamp();
        var study = DemoStudy.Ladder(scale);
        var forecast = StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, terminal.Stop);
        var jobs = CompareCommand.Written(() => Prepare(place, study, forecast, DemoStudy.Beside(scale)), place.Root);
        terminal.Say($"Training {jobs.Count} models, {workers} at a time, on English words and their Pig Latin.");
        var ends = await board.Run(jobs).ConfigureAwait(false);
        if (terminal.Stop.IsCancellationRequested)
        {
            terminal.Say($"sextant: stopped; `sextant demo --out {place.Root}` goes on from there.");
            return CommandLine.Stopped;
        }

        if (ends.FirstOrDefault(end => end.State == RunState.LeftOut) is { Message.Length: > 0 } failed)
        {
            throw new UserError($"The run {jobs[failed.Job].Name} failed: {failed.Message} Mend it and call `sextant demo --out {place.Root}` again; the runs that are done stay.");
        }

        var found = DemoFindings.Read(place, Recorded(place, study, forecast), kept: null, terminal.Say, terminal.Stop);
        string page = CompareCommand.Written(
            () =>
            {
                FitFile.Write(found.Analysis.Fit, place.FitPath);
                return DemoPage.Write(found, place.Root);
            },
            place.Root);
        var took = TimeProvider.System.GetElapsedTime(began);
        var comparison = Comparison.Of(found.Runs);
        if (isJson)
        {
            terminal.WriteJson(new
            {
                page,
                folder = place.Root,
                points = place.PointsPath,
                curves = place.CurvesPath,
                seconds = took.TotalSeconds,
                comparison.Lead,
                comparison.Rows,
                comparison.TestSentence,
                found.TestWords,
                fit = found.Analysis.Fit.WithoutDraws(),
                found.Plan,
                found.Audit,
            });
            return 0;
        }

        CompareCommand.WriteTable(terminal, comparison);
        WriteGuidance(terminal, found, place);
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nDone in {took.TotalMinutes:F1} minutes. Open {page}"));
        return 0;
    }

    /// <summary>Writes the recipes and returns what is to do, the longest first: for equal compute the small models take most steps.</summary>
    private static IReadOnlyList<RunJob> Prepare(StudyFolder place, Study study, StudyForecast forecast, Recipe beside)
    {
        var ladder = place.Prepare(study, forecast);
        string path = Path.Combine(place.Root, "recipes", beside.Name + ".json");
        RecipeFile.Write(beside, path);
        var steps = study.Runs.Zip(forecast.Runs, (run, counts) => (run.Name, counts.Steps)).ToDictionary();
        return [.. ladder.OrderByDescending(job => steps[job.Name]), new RunJob(beside.Name, path, DemoStudy.BesideIn(place).Root, RunIdentity.Of(beside))];
    }

    /// <summary>Writes study.json and the tables, as a study does.</summary>
    private static StudyRecord Recorded(StudyFolder place, Study study, StudyForecast forecast) => CompareCommand.Written(
        () =>
        {
            var folders = place.Locate(study);
            place.Write(study, folders, new Dictionary<string, string>(), forecast.Beforehand);
            StudyTables.Write(study, forecast, folders, [], place);
            return place.Read();
        },
        place.Root);

    /// <summary>What it comes to, and the commands that say the rest.</summary>
    private static void WriteGuidance(Terminal terminal, DemoFindings found, StudyFolder place)
    {
        string audited = Path.Combine(place.Root, "runs", found.Audit.Run);
        string[] lines =
        [
            $"fit    {FitTable.Verdict(found.Analysis.Fit)}",
            $"       {FitTable.Sentences((AllocationFit)found.Analysis.Fit).Last()}",
            $"plan   {found.Plan.Conclusion[0]}",
            $"audit  {found.Audit.Advice[0]}",
            $"       {DemoPage.OneSeed(found.Evidence.Curves.Count)}",
            "",
            string.Create(CultureInfo.InvariantCulture, $"More: sextant plan --fit {place.FitPath} --flops {found.Plan.Flops:0.##e0}"),
            $"      sextant audit {audited} --fit {place.FitPath}",
        ];
        terminal.Out.WriteLine();
        foreach (string line in lines)
        {
            terminal.Out.WriteLine(line);
        }
    }
}
