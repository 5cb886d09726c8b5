using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Scaling.GradientNoise;
using Sextant.Tests.Experiments;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Training;

public sealed class NoiseProbeTests
{
    [Fact]
    public void Measured_norms_are_those_of_the_micro_batches_and_of_their_mean()
    {
        using TemporaryFolder folder = new();
        using var model = new Trained(ToyRecipes.Modern(ToyRecipes.Pairs(folder)));
        var state = new TrainingState { Step = 6, Tokens = 90 };

        var measured = model.Probe(microBatch: 3, microBatches: 4).Measure(state);

        var random = new SeededRandom(7, 6, NoiseProbe.Stream);
        double[][] gradients =
        [
            .. Enumerable.Range(0, 4).Select(_ =>
            {
                torch.manual_seed((long)random.NextUInt64());
                using var batch = model.Batches.Draw(0, 3, random);
                return model.Gradient(batch);
            }),
        ];
        Assert.All(gradients.Zip(measured.SquaredNorms!), pair => Assert.Equal(pair.First.Sum(part => part * part), pair.Second, 1e-5 * pair.Second));
        double ofMean = Enumerable.Range(0, gradients[0].Length).Sum(i => Math.Pow(gradients.Average(gradient => gradient[i]), 2));
        Assert.Equal(ofMean, measured.SquaredNormOfMean!.Value, 1e-5 * ofMean);
        Assert.Equal((6L, 90.0, 3), (measured.Step, measured.Tokens, measured.MicroBatch));
        Assert.InRange(measured.Loss!.Value, 1, 10);
    }

    /// <summary>The whole way from examples to pieces, held against the gradient of every example: where all have as many tokens, the mean loss is the mean over examples.</summary>
    [Fact]
    public void The_pieces_are_unbiased_for_a_models_own_gradients()
    {
        using TemporaryFolder folder = new();
        const string letters = "abcdefghijklmnopqrstuvwxyz";
        string pairs = folder.Write("pairs.tsv", string.Concat(Enumerable.Range(0, 30).Select(i => $"{letters[i % 26]}{letters[i * 7 % 26]}{letters[i / 2]}\t{letters[i / 2]}{letters[i % 26]}\n")));
        var recipe = ToyRecipes.Modern(pairs);
        recipe = recipe with { Model = new ModelOptions.ModernDecoder { Hidden = 8, Layers = 1, Heads = 1, FeedForward = 8 }, Training = recipe.Training with { Batch = new BatchOptions.Examples { Size = 1 } } };
        using var model = new Trained(recipe);
        double[][] gradients = [.. Enumerable.Range(0, model.Batches.BatchesInEpoch).Select(i => model.Gradient(model.Batches.Get(0, i)))];
        double[] mean = [.. Enumerable.Range(0, gradients[0].Length).Select(i => gradients.Average(gradient => gradient[i]))];
        double squared = mean.Sum(part => part * part), trace = gradients.Average(gradient => gradient.Sum(part => part * part)) - squared;

        var probe = model.Probe(microBatch: 2, microBatches: 4);
        NoisePieces[] trials = [.. Enumerable.Range(1, 300).Select(step => probe.Measure(new TrainingState { Step = step, Tokens = step }).Pieces)];

        Within([.. trials.Select(one => one.SquaredGradient)], squared);
        Within([.. trials.Select(one => one.Trace)], trace);

        static void Within(double[] values, double truth)
        {
            double average = values.Average(), error = Math.Sqrt(values.Sum(value => Math.Pow(value - average, 2)) / (values.Length - 1) / values.Length);
            Assert.InRange((average - truth) / error, -3.5, 3.5);
        }
    }

    [Theory]
    [InlineData("buckets")]
    [InlineData("budget")]
    public void Draws_are_uniform_whatever_the_batches(string kind)
    {
        using TemporaryFolder folder = new();
        string pairs = folder.Write("pairs.tsv", string.Concat(Enumerable.Range(1, 20).Select(i => $"{new string('a', i)}\t{new string('b', (2 * i) - 1)}\n")));
        var recipe = ToyRecipes.Modern(pairs);
        BatchOptions batch = kind == "buckets" ? new BatchOptions.FixedBuckets { Size = 4 } : new BatchOptions.TokenBudget { Tokens = 64 };
        using var model = new Trained(recipe with { Training = recipe.Training with { Batch = batch } });
        var random = new SeededRandom(1);
        const int draws = 16_000;

        var counts = Enumerable.Range(0, draws).GroupBy(_ => model.Batches.DrawnShape(1, random).Tokens).Select(length => length.Count()).ToList();

        double expected = (double)draws / model.Batches.ExamplesInEpoch; // every length is one example
        Assert.Equal(model.Batches.ExamplesInEpoch, counts.Count);
        Assert.All(counts, count => Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
    }

    [Fact]
    public void Left_to_itself_it_takes_micro_batches_of_a_batch_and_a_twenty_fifth_of_the_time()
    {
        using TemporaryFolder folder = new();
        using var model = new Trained(ToyRecipes.Course(ToyRecipes.Pairs(folder)));

        var plan = NoisePlan.Of(new NoiseScaleOptions(), model.Batches, shape => shape.Examples * shape.TargetLength);

        Assert.Equal((double)model.Batches.ExamplesInEpoch / model.Batches.BatchesInEpoch, plan.BatchExamples);
        Assert.Equal(Math.Round(plan.BatchExamples), plan.MicroBatch);
        Assert.True(plan.Every >= 25 * plan.MicroBatches);
        Assert.Equal(5, NoisePlan.Of(new NoiseScaleOptions { Every = 5 }, model.Batches, _ => 1).Every);
    }

    /// <summary>A model with its parameters and its data.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly TemporaryFolder cache = new();
        private readonly Corpus corpus;
        private readonly SequenceModel model;
        private readonly FlatParameters parameters;

        public Trained(Recipe recipe)
        {
            torch.set_num_threads(1);
            corpus = Corpora.Create(recipe, cache.Path);
            model = SequenceModels.Create(recipe.Model, corpus.Tokenizer.VocabularySize, 1);
            parameters = new FlatParameters(model);
            Batches = corpus.TrainingBatches(recipe.Training.Batch, recipe.Model.Layout, 1, torch.CPU);
        }

        public BatchSource Batches { get; }

        public NoiseProbe Probe(int microBatch, int microBatches) => new()
        {
            Plan = new NoisePlan(1, microBatch, microBatches, 1, 1),
            Seed = 7,
            Parameters = parameters,
            Batches = Batches,
            Loss = batch => SequenceLoss.Mean(model, batch, 0),
            Measured = _ => { },
        };

        public double[] Gradient(Batch batch)
        {
            using var scope = torch.NewDisposeScope();
            parameters.ZeroGradient();
            SequenceLoss.Mean(model, batch, 0).backward();
            return [.. parameters.Gradient.data<float>().ToArray().Select(value => (double)value)];
        }

        public void Dispose()
        {
            Batches.Dispose();
            parameters.Dispose();
            model.Dispose();
            corpus.Dispose();
            cache.Dispose();
        }
    }
}
