using System.Diagnostics;
using System.Globalization;
using Sextant.Models;
using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// What each part of a modern decoder costs in a training step, forward and backward, on one thread: the model of
/// recipes/modern/decoder-only.json on a batch of words as long as the mean. The parts take turns with the whole step within a
/// round, so that a busy machine slows all of them; the figures are medians over rounds.
/// </summary>
internal static class ModernParts
{
    private const int Examples = 30;
    private const int Source = 7;
    private const int Target = 9;
    private const int Repeats = 5;

    private static readonly ModelOptions.ModernDecoder Options = new() { Hidden = 96, Layers = 3, Heads = 4, FeedForward = 176, Dropout = 0.2 };

    public static void Run(int rounds, TextWriter writer)
    {
        set_num_threads(1);
        using var generator = new Generator(1, CPU);
        using var model = SequenceModels.Create(Options, DecoderBatch.Vocabulary, 1);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 1e-3, WeightDecay = 0.1 }, parameters);
        using var average = new WeightAverage(parameters, 0.99);
        using var batch = DecoderBatch.Of(Examples, Source, Target);
        using var embedding = new Embedding(DecoderBatch.Vocabulary, Options.Hidden);
        using var norm = new RmsNorm(Options.Hidden);
        using var attention = new MultiHeadAttention(Options, cross: false);
        using var feedForward = new GatedFeedForward(Options);
        embedding.InitialiseNormal(1, generator);
        attention.queryKeyValue!.InitialiseNormal(0.05, generator);
        attention.output.InitialiseNormal(0.05, generator);
        feedForward.gateUp.InitialiseNormal(0.05, generator);
        feedForward.down.InitialiseNormal(0.05, generator);
        int time = batch.Shape.TargetLength;
        var x = randn([Examples, time, Options.Hidden], generator: generator).requires_grad_(true);
        var head = randn([batch.Shape.LossPositions, Options.Hidden], generator: generator).requires_grad_(true);
        var heads = Enumerable.Range(0, 3).Select(_ => randn([Examples, Options.Heads, time, Options.Hidden / Options.Heads], generator: generator).requires_grad_(true)).ToArray();
        using var rotations = PositionTable.Rotary(time, Options.Hidden / Options.Heads);

        (string Name, int Count, Action Once)[] parts =
        [
            ("embedding", 1, () => Backward(embedding.Forward(batch.Input))),
            ("norms", (2 * Options.Layers) + 1, () => Backward(norm.Forward(x))),
            ("queries, keys, values and rotation", Options.Layers, () => BackwardAll(attention.Own(x, rotations))),
            ("fused attention", Options.Layers, () => Backward(nn.functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], null, 0, true))),
            ("output projection", Options.Layers, () => Backward(attention.output.Forward(x))),
            ("gated feed-forward", Options.Layers, () => Backward(feedForward.Forward(x))),
            ("dropout", (2 * Options.Layers) + 1, () => Backward(nn.functional.dropout(x, Options.Dropout, true))),
            ("logits and cross-entropy", 1, () => nn.functional.cross_entropy(nn.functional.linear(head, embedding.weight), batch.Expected).backward()),
            ("clipping, AdamW, average", 1, Update),
            ("whole step", 1, Step),
        ];
        foreach (var (_, _, once) in parts)
        {
            Milliseconds(once);
        }

        var times = parts.ToDictionary(p => p.Name, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (var (name, count, once) in parts)
            {
                times[name].Add(count * Milliseconds(once));
            }
        }

        double whole = Median(times["whole step"]);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"H {Options.Hidden}, {Options.Layers} layers, {Examples} words of {time} tokens; {rounds} rounds, one thread; {3 * model.ForwardFlops(batch.Shape) / whole / 1e6:F1} GFLOP/s in the whole step"));
        writer.WriteLine($"{"part",-36} {"times",5} {"ms a step",10} {"of the step",12}");
        foreach (var (name, count, _) in parts)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {count,5} {Median(times[name]),10:F2} {Median(times[name]) / whole,12:P0}"));
        }

        void Update()
        {
            using var scope = NewDisposeScope();
            parameters.ClipNorm(1).Dispose();
            optimizer.Step(1e-3);
            average.Update(1);
        }

        void Step()
        {
            using var scope = NewDisposeScope();
            parameters.ZeroGradient();
            SequenceLoss.Mean(model, batch, 0).backward();
            Update();
        }
    }

    private static void Backward(Tensor output) => output.backward([ones_like(output)]);

    private static void BackwardAll((Tensor Queries, Tensor Keys, Tensor Values) parts) =>
        autograd.backward([parts.Queries, parts.Keys, parts.Values], [ones_like(parts.Queries), ones_like(parts.Keys), ones_like(parts.Values)]);

    private static double Milliseconds(Action once)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
        {
            using var scope = NewDisposeScope();
            once();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Repeats;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
