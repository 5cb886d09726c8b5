using System.Globalization;
using System.Text.Json;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>
/// One size's way through a search: rates with the recipe's own values; then at the best of them each other value (<see cref="LearningRateOptions.Tuned.With"/>), one path after the other, and rates again
/// about it wherever one did better. A search along coordinates: that values of two paths are better together and neither alone it does not see.
/// </summary>
internal sealed record SizeSearch
{
    public required string Name { get; init; }

    /// <summary>Its runs, by their place in the study.</summary>
    public required IReadOnlyList<int> Runs { get; init; }

    /// <summary>Of the first of them.</summary>
    public required Recipe Recipe { get; init; }

    public required IReadOnlyList<ulong> Seeds { get; init; }

    public required Horizon Horizon { get; init; }

    public required LearningRateOptions.Tuned Options { get; init; }

    /// <summary>Whether the fewest steps to a target are looked for, and not the least loss.</summary>
    public required bool CountsSteps { get; init; }

    /// <summary>Three rates, and each other value once.</summary>
    public IReadOnlyList<TuningTrial> Fewest =>
    [
        .. Wanted([], Start).Select(rate => new TuningTrial(TunedSetting.Own, rate)),
        .. Options.With.SelectMany(axis => Others(TunedSetting.Own, axis.Key, axis.Value)).Select(setting => new TuningTrial(setting, Start)),
    ];

    private double Start => Recipe.Training.Optimizer.LearningRate;

    /// <summary>A training of each seed.</summary>
    public IReadOnlyList<StudyRun> Trainings(TuningTrial trial) =>
    [
        .. Seeds.Select(seed =>
        {
            double rounded = LearningRateOptions.Rounded(trial.Rate);
            string name = string.Create(CultureInfo.InvariantCulture, $"{Name}{trial.Setting.Suffix}-lr{rounded:R}{(Seeds.Count > 1 ? $"-s{seed}" : "")}");
            var recipe = StudyTuning.AtRate(trial.Setting.In(Recipe), rounded);
            recipe = recipe with { Name = name, Seed = seed, Training = recipe.Training with { Horizon = Horizon } };
            return new StudyRun(name, recipe, RunIdentity.Of(recipe), []);
        }),
    ];

    /// <summary>How far the search has come with the trainings that are over.</summary>
    public SizeStanding Standing(IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var standing = Rates(new SizeStanding(TunedSetting.Own, [], [], [], []), Start, results);
        foreach (var (path, values) in Options.With)
        {
            if (standing.Next.Count > 0 || Nearest(standing.Trials) is not { } from)
            {
                return standing;
            }

            TuningTrial[] others = [.. Others(standing.Setting, path, values).Select(setting => new TuningTrial(setting, from.Rate))];
            var tried = others.Select(trial => (Trial: trial, Tried: Over(trial, results))).ToList();
            standing = standing with { Done = [.. standing.Done, .. tried.Where(one => one.Tried is not null).Select(one => one.Trial)], Next = [.. tried.Where(one => one.Tried is null).Select(one => one.Trial)] };
            if (standing.Next.Count > 0)
            {
                return standing;
            }

            var compared = tried.Select(one => (one.Trial.Setting, Ratio: Value(one.Tried!) / Value(from))).ToList();
            var best = compared.Where(one => one.Ratio < 1).OrderBy(one => one.Ratio).FirstOrDefault();
            string before = standing.Setting.ValueIn(Recipe, path);
            standing = standing with { Values = [.. standing.Values, .. compared.Select(one => new TunedValue(path, one.Setting.ValueIn(Recipe, path), before, from.Rate, one.Ratio, one.Setting == best.Setting))] };
            if (best.Setting is { } better)
            {
                standing = Rates(standing with { Setting = better, Trials = [] }, from.Rate, results);
            }
        }

        return standing;
    }

    /// <summary>Goes on with the rates at the standing's setting.</summary>
    private SizeStanding Rates(SizeStanding standing, double start, IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var trials = new List<TriedRate>();
        while (Wanted(trials, start) is { Count: > 0 } rates)
        {
            var wanted = rates.Select(rate => new TuningTrial(standing.Setting, LearningRateOptions.Rounded(rate))).ToList();
            var over = wanted.Select(trial => Over(trial, results)).OfType<TriedRate>().ToList();
            trials.AddRange(over);
            if (over.Count < wanted.Count)
            {
                return With([.. wanted.Where(trial => !over.Any(tried => tried.Rate == trial.Rate))]);
            }
        }

        return With([]);

        SizeStanding With(IReadOnlyList<TuningTrial> next) =>
            standing with { Trials = trials, Done = [.. standing.Done.Union(trials.Select(tried => new TuningTrial(standing.Setting, tried.Rate)))], Next = next };
    }

    private IReadOnlyList<double> Wanted(IReadOnlyList<TriedRate> trials, double start)
    {
        var search = new RateSearchOptions { Start = start, Factor = Options.Factor, Most = Options.Most, Finest = Options.Finest };
        return CountsSteps ? StepsSearch.Next(TriedRate.BySteps(trials), search) : RateSearch.Next(TriedRate.ByLoss(trials), search);
    }

    /// <summary>The rate tried that lies nearest to the bottom; null where none has a value.</summary>
    private TriedRate? Nearest(IReadOnlyList<TriedRate> trials)
    {
        double? bottom = CountsSteps ? StepsSearch.Choose(TriedRate.BySteps(trials)).Rate : RateSearch.Choose(TriedRate.ByLoss(trials)).Rate;
        return bottom is double rate ? trials.Where(tried => Value(tried) is not null).MinBy(tried => Math.Abs(Math.Log(tried.Rate / rate))) : null;
    }

    private double? Value(TriedRate tried) => CountsSteps ? TriedRate.BySteps([tried])[0].Steps : TriedRate.ByLoss([tried])[0].Loss;

    /// <summary>What a trial came to; null where one of its trainings is not over.</summary>
    private TriedRate? Over(TuningTrial trial, IReadOnlyDictionary<string, TrialEnd?> results)
    {
        var runs = Trainings(trial);
        return runs.All(run => results.ContainsKey(run.Identity)) ? new TriedRate(trial.Rate, [.. runs.Select(run => results[run.Identity])]) : null;
    }

    /// <summary>The settings that have another value at a path than this one has.</summary>
    private IEnumerable<TunedSetting> Others(TunedSetting setting, string path, IReadOnlyList<JsonElement> values) =>
        values.Select(value => setting.With(path, value)).DistinctBy(other => other.ValueIn(Recipe, path)).Where(other => other.ValueIn(Recipe, path) != setting.ValueIn(Recipe, path));
}

/// <summary>Trainings of a search, one a seed.</summary>
internal sealed record TuningTrial(TunedSetting Setting, double Rate);

/// <summary>How far a size's search has come.</summary>
/// <param name="Setting">The best values so far.</param>
/// <param name="Trials">The rates tried with them, in the order in which the search came to them.</param>
/// <param name="Values">The other values that were tried.</param>
/// <param name="Done">Every trial that is over.</param>
/// <param name="Next">Those to make next; empty where the search is over.</param>
internal sealed record SizeStanding(TunedSetting Setting, IReadOnlyList<TriedRate> Trials, IReadOnlyList<TunedValue> Values, IReadOnlyList<TuningTrial> Done, IReadOnlyList<TuningTrial> Next);

/// <summary>A rate, and what became of each training at it; null diverged or failed.</summary>
internal sealed record TriedRate(double Rate, IReadOnlyList<TrialEnd?> Ends)
{
    public static RateTrial[] ByLoss(IEnumerable<TriedRate> trials) => [.. trials.Select(trial => RateTrial.Of(trial.Rate, [.. trial.Ends.Select(end => end?.Loss)]))];

    public static StepsTrial[] BySteps(IEnumerable<TriedRate> trials) => [.. trials.Select(trial => StepsTrial.Of(trial.Rate, [.. trial.Ends.Select(end => end?.Outcome)]))];
}
