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
public sealed record TunedSize(string Name, IReadOnlyList<string> Runs, Horizon Horizon, RateChoice Choice, StepsChoice? Steps = null)
{
    /// <summary>The other values that were tried at the best rate, in order; empty where the rate alone is tuned.</summary>
    public IReadOnlyList<TunedValue> Values { get; init; } = [];
}

/// <summary>A value of a size's recipe that was tried in place of another, at one rate and with the same seeds.</summary>
/// <param name="Path">Where it stands in the recipe.</param>
/// <param name="Value">As JSON.</param>
/// <param name="InPlaceOf">What stood there until then, as JSON.</param>
/// <param name="Rate">The learning rate at which the two were compared.</param>
/// <param name="Ratio">Of the losses with and without it, or of the steps to the lowest target; null where one training diverged or missed the target.</param>
/// <param name="IsKept">Whether it took the other's place: it did better than that and than every other value tried there.</param>
public sealed record TunedValue(string Path, string Value, string InPlaceOf, double Rate, double? Ratio, bool IsKept);

/// <summary>What a trial came to.</summary>
/// <param name="Loss">Its last, as the study's own runs count.</param>
/// <param name="Outcome">Its way to the lowest target; null where the study has none.</param>
public sealed record TrialEnd(double Loss, TargetOutcome? Outcome);

/// <summary>
/// The search for each size's learning rate, and for whatever else is tuned with it, that goes before a study's own runs. Its trials are runs of a study of their own, in a folder within the
/// study's, so that they are skipped, resumed and divided like any others; what is tried next follows from the losses there.
/// </summary>
public sealed class StudyTuning
{
    private readonly Study study;
    private readonly IReadOnlyList<SizeSearch> sizes;

    /// <summary>Nats; trials count by their steps to it. Null where they count by their loss.</summary>
    private readonly double? target;

    /// <param name="study">Whose <see cref="Study.LearningRate"/> is <see cref="LearningRateOptions.Tuned"/>.</param>
    public StudyTuning(Study study)
    {
        this.study = study;
        target = study.Analysis.StepTargets?.Min();
        sizes = Sizes(study, (LearningRateOptions.Tuned)study.LearningRate!, countsSteps: target is not null);
    }

    /// <summary>The search's folder within the study's.</summary>
    public static StudyFolder Folder(StudyFolder place) => new(Path.Combine(place.Root, "tuning"));

    /// <summary>The fewest trials that the search takes: three rates of each size, and each other value once.</summary>
    public Study First => Trials([.. sizes.Select(size => size.Fewest)]);

    /// <summary>Every trial so far and those to do next; null where every size has its rate.</summary>
    /// <param name="results">The search's runs that are over, by identity; null where one diverged or failed.</param>
    public Study? Next(IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var standings = sizes.Select(size => size.Standing(results)).ToList();
        return standings.All(standing => standing.Next.Count == 0) ? null : Trials([.. standings.Select(standing => (IReadOnlyList<TuningTrial>)[.. standing.Done, .. standing.Next])]);
    }

    /// <summary>
    /// The study with each size's runs at its rate and values. A size for which every rate failed keeps the lowest one tried: its runs then show why they are left out. Runs that become one by it, as those of
    /// recipes that differed in rate alone, are one.
    /// </summary>
    /// <param name="results">As in <see cref="Next"/>.</param>
    public Study Choose(IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var tuned = sizes.Select(size => (Size: size, Standing: size.Standing(results))).Select(size => (size.Size, size.Standing, Found: Found(size.Size, size.Standing))).ToList();
        var recipes = tuned.SelectMany(size => size.Size.Runs.Select(run => (run, Recipe: AtRate(size.Standing.Setting.In(study.Runs[run].Recipe), LearningRateOptions.Rounded(size.Found.Choice.Rate ?? size.Found.Choice.Trials[0].Rate))))).ToDictionary();
        return study with
        {
            Tuning = [.. tuned.Select(size => size.Found)],
            Runs =
            [
                .. study.Runs.Select((run, i) => run with { Recipe = recipes[i], Identity = RunIdentity.Of(recipes[i]) })
                    .GroupBy(run => run.Identity)
                    .Select(same => same.First() with { OtherNames = [.. same.First().OtherNames, .. same.Skip(1).SelectMany(run => run.OtherNames.Prepend(run.Name))] }),
            ],
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

    /// <summary>Everything of a recipe but its seed, horizon and rate.</summary>
    internal static string SizeOf(Recipe recipe) => RunIdentity.Of(AtRate(recipe, 1) with { Seed = 0, Training = AtRate(recipe, 1).Training with { Horizon = new Horizon.Steps { Count = 1 } } });

    private Study Trials(IReadOnlyList<IReadOnlyList<TuningTrial>> trials) => new()
    {
        Name = $"{study.Name}-tuning",
        Analysis = new AnalysisOptions.Compare(),
        Runs = [.. sizes.Zip(trials, (size, ofSize) => ofSize.SelectMany(size.Trainings)).SelectMany(runs => runs)],
    };

    private TunedSize Found(SizeSearch size, SizeStanding standing)
    {
        string[] runs = [.. size.Runs.Select(i => study.Runs[i].Name)];
        var trials = standing.Trials;
        var byLoss = TriedRate.ByLoss(trials);
        if (target is null)
        {
            return new TunedSize(size.Name, runs, size.Horizon, RateSearch.Choose(byLoss)) { Values = standing.Values };
        }

        var steps = StepsSearch.Choose(TriedRate.BySteps(trials));
        var choice = new RateChoice { Status = steps.Status, Rate = steps.Rate, RateInterval = steps.RateInterval, Trials = [.. byLoss.OrderBy(trial => trial.Rate)], Remark = steps.Remark };
        return new TunedSize(size.Name, runs, size.Horizon, choice, steps) { Values = standing.Values };
    }

    private static List<SizeSearch> Sizes(Study study, LearningRateOptions.Tuned options, bool countsSteps)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. study.Runs.Index().GroupBy(run => SizeOf(run.Item.Recipe)).Select(group =>
            {
                int[] runs = [.. group.Select(run => run.Index)];
                var horizons = runs.Select(i => study.Runs[i].Recipe.Training.Horizon).Distinct().OrderBy(horizon => horizon.Count).ToList();
                string name = Shared([.. runs.Select(i => study.Runs[i].Name)]);
                string unique = name;
                for (int i = 2; !names.Add(unique); i++)
                {
                    unique = $"{name}-{i}";
                }

                return new SizeSearch
                {
                    Name = unique,
                    Runs = runs,
                    Recipe = study.Runs[runs[0]].Recipe,
                    Seeds = [.. runs.Select(i => study.Runs[i].Recipe.Seed).Distinct().Take(options.Seeds)],
                    Horizon = options.Horizon ?? horizons[(horizons.Count - 1) / 2],
                    Options = options,
                    CountsSteps = countsSteps,
                };
            }),
        ];
    }

    /// <summary>The parts that all names have.</summary>
    private static string Shared(string[] names)
    {
        string[] parts = [.. names[0].Split('-').Where(part => names.All(name => name.Split('-').Contains(part)))];
        return parts.Length > 0 ? string.Join('-', parts) : "all";
    }
}
