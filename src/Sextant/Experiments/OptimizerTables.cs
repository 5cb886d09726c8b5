using System.Globalization;
using System.Text;
using Sextant.Data;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Experiments;

/// <summary>What the trainings of a study of optimisers came to.</summary>
public static class OptimizerTables
{
    private const string Header = "optimizer,batch,seed,rate,trials,target,steps,reached,end_loss,seconds_a_step,flops_a_step,optimizer_flops_a_step\n";

    /// <summary>optimizers.csv in a study's folder: for each target every training of the study's own.</summary>
    public static string Path(StudyFolder place) => System.IO.Path.Combine(place.Root, "optimizers.csv");

    /// <summary>What a batch of the study is counted in: examples or tokens.</summary>
    public static string Unit(StudyRecord study) => BatchSizes.Unit(study.Runs[0].Recipe.Training.Batch);

    /// <summary>Compares at each target, the highest first; null where the study was not made for optimisers.</summary>
    /// <exception cref="UserError">The folder lacks its study.</exception>
    public static IReadOnlyList<OptimizerComparison>? Compare(StudyFolder place)
    {
        if (place.Read() is not { Analysis: AnalysisOptions.Optimizers analysis } study)
        {
            return null;
        }

        var measurements = Trainings(study, analysis).Select(training => training.Measurement).ToList();
        return [.. analysis.Targets.Distinct().OrderDescending().Select(target => OptimizerComparison.Of(measurements, analysis.Baseline, target))];
    }

    /// <summary>Writes optimizers.csv.</summary>
    /// <exception cref="UserError">The folder lacks its study.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(StudyFolder place)
    {
        var study = place.Read();
        var table = new StringBuilder(Header);
        foreach (var (measurement, rate, trials, ownFlops) in Trainings(study, (AnalysisOptions.Optimizers)study.Analysis).OrderByDescending(training => training.Measurement.Target))
        {
            object?[] cells =
            [
                measurement.Optimizer, measurement.Batch, measurement.Seed, rate, trials, measurement.Target, measurement.Outcome is { IsAtFirst: true } ? BatchTables.Early : measurement.Outcome?.Steps, measurement.Outcome?.IsReached == true ? "true" : "false", measurement.Outcome?.EndLoss,
                measurement.Seconds, measurement.Flops, ownFlops,
            ];
            table.Append(string.Join(',', cells.Select(cell => cell is double number ? number.ToString("R", CultureInfo.InvariantCulture) : Convert.ToString(cell, CultureInfo.InvariantCulture)))).Append('\n');
        }

        WholeFile.Write(Path(place), table.ToString());
    }

    /// <summary>The kind of a recipe's optimiser, as recipes call it.</summary>
    internal static string OptimizerOf(Recipe recipe) => (string)RecipeFile.ToJson(recipe)["training"]!["optimizer"]!["kind"]!;

    /// <summary>What keeps these recipes from being compared by their optimisers.</summary>
    internal static IEnumerable<string> Problems(IReadOnlyList<Recipe> recipes, AnalysisOptions.Optimizers analysis)
    {
        string[] kinds = [.. recipes.Select(OptimizerOf).Distinct()];
        if (recipes.Count > 0 && kinds.Length < 2)
        {
            yield return "training.optimizer.kind: all runs have one optimiser; let the grid vary it, such as \"training.optimizer.kind\": [\"adamW\", \"muon\"].";
        }
        else if (recipes.Count > 0 && !kinds.Contains(analysis.Baseline))
        {
            yield return $"analysis.baseline: no run has the optimiser {analysis.Baseline}; there are {string.Join(", ", kinds)}.";
        }

        foreach (string problem in BatchSizes.Others(recipes, recipe => $"{OptimizerOf(recipe)} at batch {BatchSizes.Of(recipe.Training.Batch)}", "optimiser"))
        {
            yield return problem;
        }

        if (recipes.Select(recipe => recipe.Training.Batch).DistinctBy(batch => batch.GetType()).Count() > 1 || recipes.Any(recipe => recipe.Training.Batch is BatchOptions.FixedBuckets))
        {
            yield return "training.batch.kind: give all runs one kind of batch, examples or tokenBudget, whose sizes can be compared.";
        }
    }

    private static IEnumerable<(OptimizerMeasurement Measurement, double Rate, int Trials, double OptimizerFlops)> Trainings(StudyRecord study, AnalysisOptions.Optimizers analysis)
    {
        var searches = study.Tuning.SelectMany(size => size.Runs.Select(run => (run, size.Choice))).ToDictionary();
        foreach (var run in study.Runs.Where(BatchTables.IsOver))
        {
            var result = run.LeftOut is null ? run.Folder.ReadResult() : null;
            var evaluations = result is null ? [] : run.Folder.ReadMetrics();
            double steps = result?.Steps ?? double.NaN;
            var search = searches.GetValueOrDefault(run.Name);
            foreach (double target in analysis.Targets.Distinct())
            {
                yield return (
                    new OptimizerMeasurement
                    {
                        Optimizer = OptimizerOf(run.Recipe),
                        Batch = BatchSizes.Of(run.Recipe.Training.Batch),
                        Seed = run.Recipe.Seed.ToString(CultureInfo.InvariantCulture),
                        Target = target,
                        Outcome = StudyTuning.Outcome(evaluations, target, analysis.Loss),
                        IsTuned = search?.Status is FitStatus.Converged or FitStatus.NotIdentified,
                        Seconds = result?.Seconds / steps ?? double.NaN,
                        Flops = (result?.Flops + result?.OptimizerFlops) / steps ?? double.NaN,
                    },
                    run.Recipe.Training.Optimizer.LearningRate,
                    search?.Trials.Count ?? 0,
                    result?.OptimizerFlops / steps ?? double.NaN);
            }
        }
    }
}
