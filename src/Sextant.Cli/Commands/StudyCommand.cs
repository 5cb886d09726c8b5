using System.CommandLine;
using System.Globalization;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Reports;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant study show, run: sweeps.</summary>
internal static class StudyCommand
{
    public static Command Create(Terminal terminal) => new(
        "study",
        "Trains many recipes, some values varied, for one question.\n\nExample:\n  sextant study show studies/course-scaling.json\n  sextant study run studies/course-scaling.json --out scaling")
    {
        Show(terminal), RunCommand(terminal),
    };

    private static Command Show(Terminal terminal)
    {
        var input = new Input();
        var workers = Options.Workers();
        var json = Options.Json();
        var command = new Command("show", "Says what a study would train, what that takes on this machine (from a few real steps of each model), and what may keep it from answering its question. Trains nothing and leaves no file.\n\nExample:\n  sextant study show studies/course-scaling.json")
        {
            workers, json,
        };
        input.AddTo(command);
        command.SetAction(parsed => ArmsStudy.Is(input.Path(parsed))
            ? ArmsRunning.Show(terminal, input.LoadArms(parsed), parsed.GetValue(json))
            : Show(terminal, input.Load(parsed), parsed.GetValue(workers), parsed.GetValue(json)));
        return command;
    }

    private static Command RunCommand(Terminal terminal)
    {
        var input = new Input();
        var output = Options.Out("The folder to fill, by default runs/NAME; runs that are done there are not repeated.");
        var workers = Options.Workers();
        var on = new Option<string>("--on") { Description = "Where the runs are carried out: local.", HelpName = "PLACE", DefaultValueFactory = _ => "local" };
        var json = Options.Json();
        var command = new Command("run", "Trains every run of a study in worker processes, one a core, writes points.csv and curves.csv and, where the study is made for a law, fit.json, report.html and its pictures. The same command goes on after an interruption; several at once, here or on machines that share the folder, divide the runs.\n\nExample:\n  sextant study run studies/course-scaling.json --out scaling")
        {
            output, workers, on, json,
        };
        input.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(on) is string place && place != "local")
            {
                throw new UsageError($"--on {place}: this version carries out runs on this machine only; leave --on out. Machines that share a folder divide a study's runs if each calls `sextant study run` with the same --out.");
            }

            var board = WorkerBoard.Local(terminal, parsed.GetValue(workers));
            if (ArmsStudy.Is(input.Path(parsed)))
            {
                return ArmsRunning.Run(terminal, input.LoadArms(parsed), board, $"sextant study run {input.Said(parsed)}", parsed.GetValue(output), parsed.GetValue(json)).GetAwaiter().GetResult();
            }

            return Run(terminal, input.Load(parsed) with { Invocation = input.Said(parsed) }, board, input.Path(parsed), parsed.GetValue(output), parsed.GetValue(json)).GetAwaiter().GetResult();
        });
        return command;
    }

    private static int Show(Terminal terminal, Study study, int workers, bool isJson)
    {
        if (workers < 1)
        {
            throw new UsageError($"--workers {workers}: give at least 1.");
        }

        Study[] studies = study.LearningRate is LearningRateOptions.Tuned ? [study, new StudyTuning(study).First] : [study];
        var forecasts = StudyForecaster.OfEach(studies, isMeasured: true, TimeProvider.System, terminal.Stop);
        var (forecast, trials) = (forecasts[0], forecasts.ElementAtOrDefault(1));
        if (isJson)
        {
            terminal.WriteJson(new
            {
                study.Name,
                study.Analysis,
                study.LearningRate,
                tuning = trials is null ? null : new { atLeastRuns = trials.Runs.Count, trials.Flops, trials.Seconds },
                runs = study.Runs.Zip(forecast.Runs, (run, counts) => new { run.Name, run.OtherNames, run.Identity, counts.Parameters, counts.Flops, counts.SharedFlops, flopsConvention = "exact", counts.Tokens, counts.Steps, counts.Epochs, counts.Seconds }),
                total = new { runs = study.Runs.Count, forecast.Flops, forecast.SharedFlops, forecast.Tokens, forecast.Seconds, workers, wallClockSeconds = forecast.WallClock(workers) },
                forecast.Warnings,
                forecast.DesignBias,
                forecast.CoordinateCheck,
            });
            return 0;
        }

        WriteTable(terminal, study, forecast);
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{study.Runs.Count} {(study.Runs.Count == 1 ? "run" : "runs")}, {Numbers.Significant(forecast.Flops)} FLOPs (exact), {Numbers.Significant(forecast.Tokens)} tokens; about {Numbers.Duration(forecast.Seconds!.Value)} of training one after another, {Numbers.Duration(forecast.WallClock(workers)!.Value)} with {workers} {(workers == 1 ? "worker" : "workers")} on as many free cores."));
        if (study.ShareTrunk)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"With shared trunks {Numbers.Significant(forecast.Flops - forecast.SharedFlops)} of these FLOPs are computed, {forecast.SharedFlops / forecast.Flops:P1} fewer than by separate runs, to the same losses."));
        }

        if (trials is not null)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Before these the learning rate of each size is tuned by {trials.Runs.Count} trials or more: {Numbers.Significant(trials.Flops)} FLOPs, about {Numbers.Duration(trials.WallClock(workers)!.Value)} with {workers} {(workers == 1 ? "worker" : "workers")}. The rates in the recipes are where the search begins."));
        }

        if (forecast.CoordinateCheck is { Verdict: CoordinateVerdict.Holds } check)
        {
            terminal.Out.WriteLine(check.Sentence);
        }

        foreach (string sentence in forecast.Beforehand)
        {
            terminal.Out.WriteLine(sentence);
        }

        return 0;
    }

    private static void WriteTable(Terminal terminal, Study study, StudyForecast forecast)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("run");
        var counts = Counts(forecast);
        foreach (string header in counts.Select(c => $"parameters\n({c.Conventions})").Concat(["FLOPs\n(exact)", "tokens", "epochs", "steps", "seconds"]))
        {
            table.AddColumn(new TableColumn(header) { Alignment = Justify.Right });
        }

        foreach (var (i, run) in study.Runs.Index())
        {
            var forecasted = forecast.Runs[i];
            table.AddRow([
                Markup.Escape(run.Name),
                .. counts.Select(c => c.Of[i] is double count ? Numbers.Whole(count) : "-"),
                Numbers.Significant(forecasted.Flops),
                Numbers.Significant(forecasted.Tokens),
                Numbers.Significant(forecasted.Epochs),
                Numbers.Whole(forecasted.Steps),
                Numbers.Significant(forecasted.Seconds ?? double.NaN),
            ]);
        }

        terminal.WriteTable(table);
    }

    /// <summary>Each run's parameters by every convention that applies to one; conventions that agree on all runs stand together.</summary>
    private static IReadOnlyList<(string Conventions, double?[] Of)> Counts(StudyForecast forecast)
    {
        (string Convention, Func<ParameterCounts, double?> Of)[] conventions =
        [
            ("exact", p => p.Exact), ("course", p => p.Course), ("6nd", p => p.SixNd), ("kaplan", p => p.Kaplan), ("hoffmann", p => p.Hoffmann), ("everything", p => p.Everything), ("palm", p => p.Palm),
        ];
        return
        [
            .. conventions.Select(c => (c.Convention, Of: forecast.Runs.Select(run => c.Of(run.Parameters)).ToArray()))
                .Where(c => c.Of.Any(count => count is not null))
                .GroupBy(c => string.Join(' ', c.Of))
                .Select(same => (string.Join(", ", same.Select(c => c.Convention)), same.First().Of)),
        ];
    }

    private static async Task<int> Run(Terminal terminal, Study study, WorkerBoard board, string path, string? output, bool isJson)
    {
        if (output is "")
        {
            throw new UsageError("--out is empty; name a folder.");
        }

        if (File.Exists(output))
        {
            throw new UserError($"--out {output} is a file; name a folder, which may be there or not.");
        }

        long began = TimeProvider.System.GetTimestamp();
        var place = output is null ? StudyFolder.Default(study) : new StudyFolder(output);
        if (new RunFolder(place.Root).Exists)
        {
            throw new UserError($"{place.Root} is the folder of a run; name another one with --out.");
        }

        if (File.Exists(place.StudyPath) && place.Read() is var there && there.Name != study.Name)
        {
            throw new UserError($"{place.Root} holds another study, {there.Name}; name another folder with --out, or delete it.");
        }

        if (study.LearningRate is LearningRateOptions.Tuned)
        {
            if (await Tune(terminal, study, place, board).ConfigureAwait(false) is not { } tuned)
            {
                return Stopped(terminal);
            }

            study = tuned;
        }

        if (await CarryOut(terminal, study, place, board).ConfigureAwait(false) is not var (forecast, folders, leftOut))
        {
            return Stopped(terminal);
        }

        if (leftOut.Count == study.Runs.Count)
        {
            throw new UserError($"Every run of {study.Name} failed; {leftOut.First().Key}: {leftOut.First().Value}");
        }

        if (study.Analysis is AnalysisOptions.Batches)
        {
            CompareCommand.Written(
                () =>
                {
                    BatchTables.Write(place);
                    return place.Root;
                },
                place.Root);
        }

        var analysis = StudyAnalysis.Of(place);
        var batches = BatchAnalysis.Of(place);
        var fit = analysis?.Fit ?? batches?.Fit;
        var optimizers = OptimizerTables.Compare(place);
        string? page = analysis is not null ? ScalingPages.Write(place, place.Read(), analysis).Page
            : batches is not null ? BatchPages.Write(place, place.Read(), batches)
            : optimizers is not null ? OptimizerPages.Write(place, place.Read(), optimizers)
            : study.Analysis is AnalysisOptions.Compare ? Compared(terminal, study, folders, place, path)
            : null;
        var took = TimeProvider.System.GetElapsedTime(began);
        var results = folders.Select(folder => folder.ReadResult()).OfType<RunResult>().ToList();
        double flops = results.Sum(result => result.Flops), shared = results.Sum(result => result.SharedFlops);
        if (isJson)
        {
            terminal.WriteJson(new
            {
                study.Name,
                folder = place.Root,
                runs = study.Runs.Zip(folders, (run, folder) => new { run.Name, run.OtherNames, run.Identity, runFolder = folder.Root, status = leftOut.ContainsKey(run.Name) ? "leftOut" : "done", reason = leftOut.GetValueOrDefault(run.Name) }),
                points = place.PointsPath,
                curves = place.CurvesPath,
                convention = study.Analysis.CountedBy,
                study.LearningRate,
                study.Tuning,
                fit = fit?.WithoutDraws(),
                agreement = batches?.Agreement,
                optimizers,
                page,
                flops,
                sharedFlops = shared,
                forecast.Warnings,
                seconds = took.TotalSeconds,
            });
            return 0;
        }

        foreach (var (name, reason) in leftOut)
        {
            terminal.Out.WriteLine($"{name} is left out: {reason}");
        }

        if (fit is not null)
        {
            FitTable.Write(terminal, fit);
        }

        foreach (string sentence in fit is null ? [] : LearningRateWords.Caveats(study.Tuning))
        {
            terminal.Out.WriteLine(sentence);
        }

        if (batches?.Agreement is { } agreement)
        {
            terminal.Out.WriteLine(agreement.Sentence);
        }

        foreach (string sentence in optimizers is [.., var lowest] ? OptimizerWords.Lead(lowest, OptimizerTables.Unit(place.Read())) : [])
        {
            terminal.Out.WriteLine(sentence);
        }

        if (study.ShareTrunk)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Of {Numbers.Significant(flops)} FLOPs {Numbers.Significant(shared)} ({shared / flops:P1}) were shared and not computed again."));
        }

        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{study.Runs.Count - leftOut.Count} of {study.Runs.Count} runs are done, in {Numbers.Duration(took.TotalSeconds)}. Points: {place.PointsPath}  Curves: {place.CurvesPath}{(page is null ? "" : $"  Page: {page}")}"));
        return 0;
    }

    /// <summary>Trains a study's runs and writes study.json and the tables; null where it was stopped.</summary>
    private static async Task<(StudyForecast Forecast, IReadOnlyList<RunFolder> Folders, IReadOnlyDictionary<string, string> LeftOut)?> CarryOut(Terminal terminal, Study study, StudyFolder place, WorkerBoard board)
    {
        var forecast = StudyForecaster.Of(study, isMeasured: false, TimeProvider.System, terminal.Stop);
        foreach (string warning in forecast.Warnings)
        {
            terminal.Say(warning);
        }

        var jobs = CompareCommand.Written(() => place.Prepare(study, forecast), place.Root);
        terminal.Say($"Training {jobs.Count} {(jobs.Count == 1 ? "run" : "runs")} of {study.Name} into {place.Root}.");
        Record(new Dictionary<string, string>());
        var ends = await board.Run(jobs).ConfigureAwait(false);
        var leftOut = ends.Where(end => end.State == RunState.LeftOut).ToDictionary(end => jobs[end.Job].Name, end => end.Message);
        var folders = Record(leftOut);
        return terminal.Stop.IsCancellationRequested ? null : (forecast, folders, leftOut);

        IReadOnlyList<RunFolder> Record(IReadOnlyDictionary<string, string> failed) => CompareCommand.Written(
            () =>
            {
                var located = place.Locate(study);
                place.Write(study, located, failed, forecast.Beforehand);
                StudyTables.Write(study, forecast, located, [.. failed.Keys], place);
                if (forecast.CoordinateCheck is { } check)
                {
                    place.Write(check);
                }

                return located;
            },
            place.Root);
    }

    /// <summary>Searches each size's learning rate and returns the study with them; null where it was stopped.</summary>
    private static async Task<Study?> Tune(Terminal terminal, Study study, StudyFolder place, WorkerBoard board)
    {
        var tuning = new StudyTuning(study);
        var folder = StudyTuning.Folder(place);
        var results = new Dictionary<string, TrialEnd?>();
        var told = new HashSet<string>();
        while (tuning.Next(results) is { } trials)
        {
            if (await CarryOut(terminal, trials, folder, board).ConfigureAwait(false) is not var (_, folders, leftOut))
            {
                return null;
            }

            foreach (var (run, at) in trials.Runs.Zip(folders))
            {
                string? failed = leftOut.GetValueOrDefault(run.Name);
                results[run.Identity] = failed is null ? tuning.EndOf(at) : null;
                if (failed is not null && told.Add(run.Identity))
                {
                    terminal.Say($"{run.Name} takes no part in the search: {failed}");
                }
            }
        }

        var tuned = tuning.Choose(results);
        foreach (string sentence in tuned.Tuning.Select(LearningRateWords.Of))
        {
            terminal.Say(sentence);
        }

        return tuned;
    }

    private static int Stopped(Terminal terminal)
    {
        terminal.Say("sextant: stopped; the same command goes on from there.");
        return CommandLine.Stopped;
    }

    private static string Compared(Terminal terminal, Study study, IReadOnlyList<RunFolder> folders, StudyFolder place, string path)
    {
        var runs = FinishedRuns.Read(folders.Where(folder => folder.ReadResult() is not null).Select(folder => folder.Root), terminal.Say);
        return Path.GetFullPath(CompareCommand.Written(() => ComparisonPage.Write(Comparison.Of(runs), place.Root, [$"sextant study run {path} --out {place.Root}"]), place.Root));
    }

    /// <summary>The study and what the command line puts into every recipe of it.</summary>
    private sealed class Input
    {
        private readonly Argument<string> study = new("STUDY") { Description = "A study, such as studies/course-scaling.json." };
        private readonly Option<string[]> set = Options.Set();
        private readonly Option<string?> data = Options.Data();
        private readonly Option<string?> split = Options.Split();

        public void AddTo(Command command)
        {
            command.Add(study);
            command.Add(set);
            command.Add(data);
            command.Add(split);
        }

        public string Path(ParseResult parsed) => parsed.GetRequiredValue(study);

        /// <summary>The study and its options as they were given, with the paths made absolute.</summary>
        public string Said(ParseResult parsed)
        {
            List<string> words = [System.IO.Path.GetFullPath(Path(parsed))];
            foreach (string change in parsed.GetValue(set) ?? [])
            {
                words.AddRange(["--set", change]);
            }

            foreach (var (name, path) in new[] { ("--data", parsed.GetValue(data)), ("--split", parsed.GetValue(split)) }.Where(option => option.Item2 is not null))
            {
                words.AddRange([name, System.IO.Path.GetFullPath(path!)]);
            }

            return string.Join(' ', words.Select(word => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '=' or '+') ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        }

        public ArmsStudy LoadArms(ParseResult parsed) => ArmsStudy.Load(Path(parsed), parsed.GetValue(set), parsed.GetValue(data), parsed.GetValue(split));

        public Study Load(ParseResult parsed) => StudyFile.Load(Path(parsed), parsed.GetValue(set), parsed.GetValue(data), parsed.GetValue(split));
    }
}
