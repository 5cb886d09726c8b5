using System.Globalization;
using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Scaling.GradientNoise;
using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// What measuring the gradient noise adds to training, amortised, at the interval that a recipe takes by itself: the training loop with and without it, in turns of
/// one interval within one process, so that a busy machine slows both. Times are the processor's, of one thread; the figure is the median over rounds of the ratio.
/// </summary>
internal static class NoiseOverhead
{
    private const double Bar = 0.05;

    private static readonly string[] Defaults = ["recipes/modern/decoder-only.json", "recipes/course/decoder-only.json", "recipes/course/h32-small.json"];

    public static bool Run(int rounds, IReadOnlyList<string> recipes, TextWriter writer)
    {
        writer.WriteLine($"{"recipe",-22} {"every",6} {"micro",7} {"without ms",11} {"with ms",9} {"share",7} {"low",7} {"high",7} {"bar",5} {"steps each",11}");
        bool met = true;
        foreach (string path in recipes.Count > 0 ? recipes : Defaults)
        {
            met &= Compare(RecipeFile.Load(path), rounds, writer);
        }

        return met;
    }

    private static bool Compare(Recipe recipe, int rounds, TextWriter writer)
    {
        set_num_threads(recipe.Training.Threads);
        using var corpus = Corpora.Create(recipe, Path.GetTempPath());
        using Arm without = new(recipe, corpus), with = new(recipe, corpus);
        var plan = with.Plan;
        without.Train(plan.Every, measures: false); // compiled, and batches that are kept are built
        with.Train(plan.Every, measures: true);
        var times = new List<(double Without, double With)>();
        for (int round = 0; round < rounds; round++)
        {
            times.Add((without.Train(plan.Every, measures: false), with.Train(plan.Every, measures: true)));
        }

        var shares = times.Select(time => (time.With / time.Without) - 1).Order().ToList();
        double plain = Median([.. times.Select(time => time.Without)]), share = Median(shares);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{recipe.Name,-22} {plan.Every,6} {$"{plan.MicroBatches}x{plan.MicroBatch}",7} {1e3 * plain / plan.Every,11:F3} {1e3 * Median([.. times.Select(time => time.With)]) / plan.Every,9:F3} {share,7:P1} {shares[0],7:P1} {shares[^1],7:P1} {Bar,5:P0} {share * plan.Every,11:F1}"));
        return share <= Bar;
    }

    private static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>A training that goes on by one interval at a time.</summary>
    private sealed class Arm : IDisposable
    {
        private readonly Recipe recipe;
        private readonly SequenceModel model;
        private readonly FlatParameters parameters;
        private readonly Optimizer optimizer;
        private readonly WeightAverage? average;
        private readonly BatchSource batches;
        private readonly List<NoiseMeasurement> measured = [];
        private TrainingState state = new();

        public Arm(Recipe recipe, Corpus corpus)
        {
            this.recipe = recipe;
            model = SequenceModels.Create(recipe.Model, corpus.Tokenizer.VocabularySize, recipe.Seed);
            parameters = new FlatParameters(model);
            optimizer = Optimizer.Create(recipe.Training.Optimizer, parameters);
            average = recipe.Training.AveragingDecay is double decay ? new WeightAverage(parameters, decay) : null;
            batches = corpus.TrainingBatches(recipe.Training.Batch, recipe.Model.Layout, recipe.Seed, CPU);
            Plan = NoisePlan.Of(new NoiseScaleOptions(), batches, shape => 3 * model.ForwardFlops(shape));
            model.train();
        }

        public NoisePlan Plan { get; }

        /// <summary>Seconds of the processor for so many steps more.</summary>
        public double Train(int steps, bool measures)
        {
            var loop = new TrainingLoop
            {
                Options = recipe.Training with
                {
                    Schedule = new ScheduleOptions.Constant(),
                    Horizon = new Horizon.Steps { Count = state.Step + steps },
                    Evaluate = new EvaluationInterval.Steps { Count = int.MaxValue },
                    Patience = null,
                },
                Seed = recipe.Seed,
                Parameters = parameters,
                Optimizer = optimizer,
                Average = average,
                Batches = batches,
                Loss = Loss,
                Evaluate = () => new ValidationLosses(0, 0),
                Flops = shape => 3 * model.ForwardFlops(shape),
                Journal = new TrainingJournal((_, _) => { }, _ => { }, _ => { }),
                CheckpointInterval = TimeSpan.MaxValue,
                Noise = measures ? new NoiseProbe { Plan = Plan, Seed = recipe.Seed, Parameters = parameters, Batches = batches, Loss = Loss, Measured = measured.Add } : null,
            };
            var start = Environment.CpuUsage.TotalTime;
            loop.Run(state, CancellationToken.None);
            double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
            state = loop.State;
            return seconds;

            Tensor Loss(Batch batch) => SequenceLoss.Mean(model, batch, recipe.Training.LabelSmoothing);
        }

        public void Dispose()
        {
            batches.Dispose();
            average?.Dispose();
            optimizer.Dispose();
            parameters.Dispose();
            model.Dispose();
        }
    }
}
