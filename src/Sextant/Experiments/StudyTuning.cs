using System.Globalization;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>A size of a study, whose runs train at one rate.</summary>
/// <param name="Name">What the names of its runs share.</param>
/// <param name="Runs">Their names.</param>
/// <param name="Horizon">How long each trial trained.</param>
/// <param name="Choice">What the search found; of a search of the fewest steps the rate alone, and the trials' losses at their ends.</param>
/// <param name="Steps">What a search of the fewest steps to a loss found; null for one of the least loss.</param>
public sealed record TunedSize(string Name, IReadOnlyList<string> Runs, Horizon Horizon, RateChoice Choice, StepsChoice? Steps = null);

/// <summary>What a trial came to.</summary>
/// <param name="Loss">Its last, as the study's own runs count.</param>
/// <param name="Outcome">Its way to the lowest target; null where the study has none.</param>
public sealed record TrialEnd(double Loss, TargetOutcome? Outcome);

/// <summary>
/// The search for each size's learning rate that goes before a study's own runs. Its trials are runs of a study of their own, in a folder within the
/// study's, so that they are skipped, resumed and divided like any others; what is tried next follows from the losses there.
/// </summary>
public sealed class StudyTuning
{
    private readonly Study study;
    private readonly LearningRateOptions.Tuned options;
    private readonly IReadOnlyList<Size> sizes;

    /// <summary>Nats; trials count by their steps to it. Null where they count by their loss.</summary>
    private readonly double? target;

    /// <param name="study">Whose <see cref="Study.LearningRate"/> is <see cref="LearningRateOptions.Tuned"/>.</param>
    public StudyTuning(Study study)
    {
        this.study = study;
        options = (LearningRateOptions.Tuned)study.LearningRate!;
        sizes = Sizes(study, options);
        target = (study.Analysis as AnalysisOptions.BatchSize)?.Targets.Min();
    }

    /// <summary>The search's folder within the study's.</summary>
    public static StudyFolder Folder(StudyFolder place) => new(Path.Combine(place.Root, "tuning"));

    /// <summary>The fewest trials that the search takes: three rates of each size.</summary>
    public Study First => Trials([.. sizes.Select(_ => new List<Tried>())])!;

    /// <summary>Every trial so far and those to do next; null where every size has its rate.</summary>
    /// <param name="results">The search's runs that are over, by identity; null where one diverged or failed.</param>
    public Study? Next(IReadOnlyDictionary<string, TrialEnd?> results) => Trials([.. sizes.Select(size => TrialsOf(size, results))]);

    /// <summary>
    /// The study with each size's runs at its rate. A size for which every rate failed keeps the lowest one tried: its runs then show why they are left out. Runs that become one by it, as those of
    /// recipes that differed in rate alone, are one.
    /// </summary>
    /// <param name="results">As in <see cref="Next"/>.</param>
    public Study Choose(IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var tuned = sizes.Select(size => Found(size, TrialsOf(size, results))).ToList();
        var rates = sizes.Zip(tuned, (size, found) => (size.Runs, Rate: LearningRateOptions.Rounded(found.Choice.Rate ?? found.Choice.Trials[0].Rate))).SelectMany(size => size.Runs.Select(run => (run, size.Rate))).ToDictionary();
        return study with
        {
            Tuning = tuned,
            Runs = [.. study.Runs.Select((run, i) => WithRate(run, rates[i])).GroupBy(run => run.Identity).Select(same => same.First() with { OtherNames = [.. same.First().OtherNames, .. same.Skip(1).SelectMany(run => run.OtherNames.Prepend(run.Name))] })],
        };
    }

    /// <summary>What a trial that is done came to; null where it has no evaluation.</summary>
    public TrialEnd? EndOf(RunFolder folder) => folder.ReadMetrics() is [.., var last] and var evaluations
        ? new TrialEnd(last.Loss(study.Analysis.MeasuredBy), target is double loss ? Outcome(evaluations, loss, study.Analysis.MeasuredBy) : null)
        : null;

    /// <summary>A training's way to a target, by its evaluations.</summary>
    internal static TargetOutcome? Outcome(IReadOnlyList<Evaluation> evaluations, double target, LossKind kind) =>
        TargetCrossing.Of([.. evaluations.Select(evaluation => new StepLoss(evaluation.Step, evaluation.Loss(kind)))], target);

    internal static Recipe AtRate(Recipe recipe, double rate) =>
        recipe with { Training = recipe.Training with { Optimizer = recipe.Training.Optimizer with { LearningRate = rate } } };

    internal static StudyRun WithRate(StudyRun run, double rate)
    {
        var recipe = AtRate(run.Recipe, rate);
        return run with { Recipe = recipe, Identity = RunIdentity.Of(recipe) };
    }

    /// <summary>The trials of each size, and what its search wants next; null where none wants any.</summary>
    private Study? Trials(List<List<Tried>> done)
    {
        var next = sizes.Select((size, i) => Wanted(done[i], size.Search)).ToList();
        if (next.All(rates => rates.Count == 0))
        {
            return null;
        }

        var runs = sizes.SelectMany((size, i) => done[i].Select(trial => trial.Rate).Concat(next[i]).SelectMany(rate => size.At(rate, study.Runs)));
        return new Study { Name = $"{study.Name}-tuning", Analysis = new AnalysisOptions.Compare(), Runs = [.. runs] };
    }

    /// <summary>The rates of the search whose trainings are all over, in the order in which it came to them.</summary>
    private List<Tried> TrialsOf(Size size, IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var trials = new List<Tried>();
        while (Wanted(trials, size.Search) is { Count: > 0 } rates)
        {
            var over = rates.Select(rate => (Rate: rate, Runs: size.At(rate, study.Runs)))
                .Where(rate => rate.Runs.All(run => results.ContainsKey(run.Identity)))
                .Select(rate => new Tried(LearningRateOptions.Rounded(rate.Rate), [.. rate.Runs.Select(run => results[run.Identity])]))
                .ToList();
            trials.AddRange(over);
            if (over.Count < rates.Count)
            {
                break;
            }
        }

        return trials;
    }

    private IReadOnlyList<double> Wanted(List<Tried> trials, RateSearchOptions search) =>
        target is null ? RateSearch.Next(ByLoss(trials), search) : StepsSearch.Next(BySteps(trials), search);

    private TunedSize Found(Size size, List<Tried> trials)
    {
        string[] runs = [.. size.Runs.Select(i => study.Runs[i].Name)];
        if (target is null)
        {
            return new TunedSize(size.Name, runs, size.Horizon, RateSearch.Choose(ByLoss(trials)));
        }

        var steps = StepsSearch.Choose(BySteps(trials));
        var choice = new RateChoice { Status = steps.Status, Rate = steps.Rate, RateInterval = steps.RateInterval, Trials = [.. ByLoss(trials).OrderBy(trial => trial.Rate)], Remark = steps.Remark };
        return new TunedSize(size.Name, runs, size.Horizon, choice, steps);
    }

    private static RateTrial[] ByLoss(List<Tried> trials) => [.. trials.Select(trial => RateTrial.Of(trial.Rate, [.. trial.Ends.Select(end => end?.Loss)]))];

    private static StepsTrial[] BySteps(List<Tried> trials) => [.. trials.Select(trial => StepsTrial.Of(trial.Rate, [.. trial.Ends.Select(end => end?.Outcome)]))];

    private static List<Size> Sizes(Study study, LearningRateOptions.Tuned options)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. study.Runs.Index().GroupBy(run => Key(run.Item.Recipe)).Select(group =>
            {
                int[] runs = [.. group.Select(run => run.Index)];
                var first = study.Runs[runs[0]].Recipe;
                ulong[] seeds = [.. runs.Select(i => study.Runs[i].Recipe.Seed).Distinct().Take(options.Seeds)];
                var horizons = runs.Select(i => study.Runs[i].Recipe.Training.Horizon).Distinct().OrderBy(horizon => horizon.Count).ToList();
                string name = Shared([.. runs.Select(i => study.Runs[i].Name)]);
                string unique = name;
                for (int i = 2; !names.Add(unique); i++)
                {
                    unique = $"{name}-{i}";
                }

                return new Size(unique, runs, seeds, options.Horizon ?? horizons[(horizons.Count - 1) / 2], new RateSearchOptions
                {
                    Start = first.Training.Optimizer.LearningRate,
                    Factor = options.Factor,
                    Most = options.Most,
                    Finest = options.Finest,
                });
            }),
        ];
    }

    /// <summary>Everything of a recipe but its seed, horizon and rate.</summary>
    private static string Key(Recipe recipe) => RunIdentity.Of(AtRate(recipe, 1) with { Seed = 0, Training = AtRate(recipe, 1).Training with { Horizon = new Horizon.Steps { Count = 1 } } });

    /// <summary>The parts that all names have.</summary>
    private static string Shared(string[] names)
    {
        string[] parts = [.. names[0].Split('-').Where(part => names.All(name => name.Split('-').Contains(part)))];
        return parts.Length > 0 ? string.Join('-', parts) : "all";
    }

    /// <summary>A rate, and what became of each training at it; null diverged or failed.</summary>
    private sealed record Tried(double Rate, IReadOnlyList<TrialEnd?> Ends);

    private sealed record Size(string Name, IReadOnlyList<int> Runs, IReadOnlyList<ulong> Seeds, Horizon Horizon, RateSearchOptions Search)
    {
        /// <summary>A training of each seed at a rate.</summary>
        public IReadOnlyList<StudyRun> At(double rate, IReadOnlyList<StudyRun> runs) =>
        [
            .. Seeds.Select(seed =>
            {
                double rounded = LearningRateOptions.Rounded(rate);
                string name = string.Create(CultureInfo.InvariantCulture, $"{Name}-lr{rounded:R}{(Seeds.Count > 1 ? $"-s{seed}" : "")}");
                var recipe = AtRate(runs[Runs[0]].Recipe, rounded);
                recipe = recipe with { Name = name, Seed = seed, Training = recipe.Training with { Horizon = Horizon } };
                return new StudyRun(name, recipe, RunIdentity.Of(recipe), []);
            }),
        ];
    }
}
