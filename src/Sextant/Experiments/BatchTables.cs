using System.Globalization;
using System.Text;
using Sextant.Scaling.BatchSize;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>
/// What the trainings of a study of batch sizes came to, the search's and the study's own, as tables for `fit learning-rate`, `fit steps` and anyone else. No time of a clock stands in them.
/// </summary>
public static class BatchTables
{
    private const string RatesHeader = "run,batch,seed,rate,steps,loss\n", StepsHeader = "run,batch,seed,rate,target,steps,reached,steps_to_target,end_loss\n";

    /// <summary>What stands in place of steps where the first evaluation had the target already: nothing tells when it was reached.</summary>
    internal const string Early = "early";

    /// <summary>The fit of rates beside fit.json in the folder of a study of steps.</summary>
    public const string RatesFit = "rates.json";

    /// <summary>Of intervals that are not used.</summary>
    private const double Level = 0.95;

    /// <summary>Rates within this factor of the bottom take hardly more steps than it.</summary>
    private const double Near = 1.25;

    /// <summary>What stands in place of a loss where a training diverged.</summary>
    private const string Diverged = "diverged";

    /// <summary>What stands in place of the steps to a target that was not reached: no number, and no divergence either, so that a fit of rates leaves the row out.</summary>
    private const string Missed = "missed";

    /// <summary>rates.csv in a study's folder: each training's last loss, and the steps it took to it.</summary>
    public static string RatesPath(StudyFolder place) => Path.Combine(place.Root, "rates.csv");

    /// <summary>steps.csv in a study's folder: for each target the trainings at the rate nearest to each batch's best.</summary>
    public static string StepsPath(StudyFolder place) => Path.Combine(place.Root, "steps.csv");

    /// <summary>trials.csv in a study's folder: the same at every rate.</summary>
    public static string TrialsPath(StudyFolder place) => Path.Combine(place.Root, "trials.csv");

    /// <summary>Reads the run folders and writes the tables.</summary>
    /// <param name="place">The folder of a study of batch sizes that was carried out.</param>
    /// <exception cref="UserError">The folder lacks its study or its search.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(StudyFolder place)
    {
        var study = place.Read();
        var analysis = (AnalysisOptions.Batches)study.Analysis;
        // Trials of values that were not kept, or of another horizon, are no measurements of these trainings; they are in study.json.
        var kept = study.Runs.Select(run => Kind(run.Recipe)).ToHashSet();
        // A run at a rate that the search tried with its seed is the same training, to the bit, and no second measurement.
        var trainings = StudyTuning.Folder(place).Read().Runs.Concat(study.Runs).Where(run => IsOver(run) && kept.Contains(Kind(run.Recipe))).DistinctBy(run => RunIdentity.Of(run.Recipe)).Select(run => Training.Of(run, analysis)).ToList();
        var rates = new StringBuilder(RatesHeader);
        foreach (var training in trainings)
        {
            rates.Append(Row(training.Name, training.Batch, training.Seed, training.Rate, training.Evaluations is [.., var last] ? last.Step : (object)"", training.Loss ?? (object)Diverged));
        }

        WholeFile.Write(RatesPath(place), rates.ToString());
        if (analysis is not AnalysisOptions.BatchSize { Targets: var targets })
        {
            return;
        }

        StringBuilder best = new(StepsHeader), all = new(StepsHeader);
        foreach (double target in targets.OrderDescending())
        {
            var outcomes = trainings.Select(training => (Training: training, Outcome: training.To(target, analysis.Loss))).ToList();
            // Not the rate of the fewest steps: of few trainings that is the luckiest one. A parabola through all rates near it, seeds as blocks, tells the bottom better.
            var bottoms = BestRates.Of(outcomes.Select((one, i) => new RateMeasurement
            {
                Row = i + 1,
                Batch = one.Training.Batch,
                Rate = one.Training.Rate,
                Loss = one.Outcome is { IsReached: true } reached ? reached.Steps : null,
                Seed = one.Training.Seed.ToString(CultureInfo.InvariantCulture),
            }), Level).Best.ToDictionary(best => best.Batch, best => best.Rate);
            foreach (var batch in outcomes.GroupBy(one => one.Training.Batch).OrderBy(batch => batch.Key))
            {
                var byRate = batch.GroupBy(one => one.Training.Rate).OrderBy(rate => rate.Key).ToList();
                double? bottom = bottoms[batch.Key] ?? StepsSearch.Choose([.. byRate.Select(rate => StepsTrial.Of(rate.Key, [.. rate.Select(one => one.Outcome)]))]).Rate;
                // A rate near the bottom that more seeds were trained at tells more than one a little nearer.
                double? nearest = bottom is double least ? byRate.OrderBy(rate => Math.Max(0, Math.Abs(Math.Log(rate.Key / least)) - Math.Log(Near))).ThenByDescending(rate => rate.Count()).ThenBy(rate => Math.Abs(Math.Log(rate.Key / least))).First().Key : null;
                foreach (var (training, reached) in byRate.SelectMany(rate => rate))
                {
                    string row = reached is { } outcome
                        ? Row(training.Name, training.Batch, training.Seed, training.Rate, target, outcome.IsAtFirst ? Early : outcome.Steps, outcome.IsReached, outcome.IsAtFirst ? Early : outcome.IsReached ? outcome.Steps : Missed, outcome.EndLoss)
                        : Row(training.Name, training.Batch, training.Seed, training.Rate, target, "", false, Diverged, Diverged);
                    all.Append(row);
                    if (training.Rate == nearest)
                    {
                        best.Append(row);
                    }
                }
            }
        }

        WholeFile.Write(StepsPath(place), best.ToString());
        WholeFile.Write(TrialsPath(place), all.ToString());
    }

    /// <summary>What a training is but for its seed and rate.</summary>
    private static (string Size, Horizon Horizon) Kind(Recipe recipe) => (StudyTuning.SizeOf(recipe), recipe.Training.Horizon);

    /// <summary>Whether a training says something: it is done, or it diverged.</summary>
    internal static bool IsOver(StudiedRun run) => run.LeftOut is null || TrainingDiverged.IsMeantBy(run.LeftOut);

    private static string Row(params object[] cells) => string.Join(',', cells.Select(cell => cell switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool holds => holds ? "true" : "false",
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture),
    })) + "\n";

    /// <summary>A training as the tables know it; without evaluations it diverged.</summary>
    private sealed record Training(string Name, int Batch, ulong Seed, double Rate, IReadOnlyList<Evaluation> Evaluations, double? Loss)
    {
        public static Training Of(StudiedRun run, AnalysisOptions.Batches analysis)
        {
            var options = run.Recipe.Training;
            var evaluations = run.LeftOut is null ? run.Folder.ReadMetrics() : [];
            return new Training(run.Name, BatchSizes.Of(options.Batch), run.Recipe.Seed, options.Optimizer.LearningRate, evaluations, evaluations is [.., var last] ? last.Loss(analysis.Loss) : null);
        }

        public TargetOutcome? To(double target, LossKind kind) => StudyTuning.Outcome(Evaluations, target, kind);
    }
}
