using System.Diagnostics;
using Sextant.Data;
using Sextant.Models;
using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// Training steps a second of the course decoder (4 layers, the batch shapes of an epoch of the `small` data, one thread)
/// against the same model in a plain loop of modules and torch.optim.Adam. The arms take turns every few batches of one process, so
/// that a busy machine slows both; the figure is the median over rounds of the ratio of their times.
/// </summary>
internal static class CourseSteps
{
    private const int Layers = 4;
    private const int Turn = 6;

    private static readonly IReadOnlyDictionary<int, double> Bars = new Dictionary<int, double> { [16] = 2.5, [32] = 1.5, [64] = 1.3, [128] = 1.2 };

    public static bool Run(IEnumerable<int> widths, int rounds, TextWriter writer)
    {
        set_num_threads(1);
        var shapes = Shapes(out string? origin);
        writer.WriteLine($"{shapes.Count} batches an epoch ({origin}), mean {shapes.Average(s => s.Examples):F0} words; {rounds} rounds, one thread");
        writer.WriteLine($"{"H",4} {"plain ms",9} {"ours ms",9} {"ratio",6} {"low",6} {"high",6} {"bar",5} {"peak GF/s",10} {"plain",7} {"ours",7} {"products ms",12}");
        bool met = true;
        foreach (int width in widths)
        {
            met &= Compare(width, shapes, rounds, writer);
        }

        return met;
    }

    private static bool Compare(int width, List<(int Examples, int Source, int Target)> shapes, int rounds, TextWriter writer)
    {
        var batches = shapes.Select(s => DecoderBatch.Of(s.Examples, s.Source, s.Target)).ToList();
        using var plain = new PlainCourseDecoder(width, DecoderBatch.Vocabulary, Layers, batches.Max(b => b.Shape.TargetLength));
        using var adam = optim.Adam(plain.parameters(), 5e-4);
        using var model = SequenceModels.Create(new ModelOptions.CourseDecoder { Hidden = width, Layers = Layers }, DecoderBatch.Vocabulary, 1);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.Adam { LearningRate = 5e-4 }, parameters);
        using var sum = zeros(1);
        foreach (var batch in batches)
        {
            PlainStep(batch);
            OurStep(batch);
        }

        var times = new List<(double Plain, double Ours, double Peak, double Products)>();
        for (int round = 0; round < rounds; round++)
        {
            double plainTime = 0, ourTime = 0, productTime = 0, peak = 0;
            foreach (var turn in batches.Chunk(Turn))
            {
                plainTime += Seconds(turn, PlainStep);
                ourTime += Seconds(turn, OurStep);
                productTime += Seconds(turn, batch => Products(batch.Shape, width));
                peak = Math.Max(peak, PeakFlops());
            }

            times.Add((plainTime, ourTime, peak, productTime));
        }

        var ratios = times.Select(t => t.Plain / t.Ours).Order().ToList();
        double flops = batches.Sum(b => 3 * model.ForwardFlops(b.Shape));
        double peakFlops = Median(times.Select(t => t.Peak));
        double Milliseconds(Func<(double Plain, double Ours, double Peak, double Products), double> of) => Median(times.Select(of)) * 1e3 / batches.Count;
        double Share(Func<(double Plain, double Ours, double Peak, double Products), double> of) => flops / Median(times.Select(of)) / peakFlops;
        double bar = Bars.GetValueOrDefault(width);
        writer.WriteLine(
            $"{width,4} {Milliseconds(t => t.Plain),9:F3} {Milliseconds(t => t.Ours),9:F3} {Median(ratios),6:F2} {ratios[0],6:F2} {ratios[^1],6:F2} {bar,5:F1} "
            + $"{peakFlops / 1e9,10:F1} {Share(t => t.Plain),7:P1} {Share(t => t.Ours),7:P1} {Milliseconds(t => t.Products),12:F3}");
        return Median(ratios) >= bar;

        void PlainStep(Batch batch)
        {
            using var scope = NewDisposeScope();
            adam.zero_grad();
            int held = batch.Shape.LossPositions / batch.Shape.Examples;
            var logits = plain.call(batch.Input).narrow(1, batch.Shape.TargetLength - held, held).reshape(-1, DecoderBatch.Vocabulary);
            var loss = nn.functional.cross_entropy(logits, batch.Expected);
            loss.backward();
            adam.step();
            loss.item<float>();
        }

        void OurStep(Batch batch)
        {
            using var scope = NewDisposeScope();
            parameters.ZeroGradient();
            var loss = nn.functional.cross_entropy(model.Logits(batch), batch.Expected);
            loss.backward();
            optimizer.Step(5e-4);
            using var _ = no_grad();
            sum.add_(loss);
        }
    }

    private static double Seconds(Batch[] batches, Action<Batch> step)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (var batch in batches)
        {
            step(batch);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The matrix products of a step and nothing else: forward, by input and by weight, and the attention's.</summary>
    private static void Products(BatchShape shape, int width)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (b, t) = (shape.Examples, shape.TargetLength);
        var (x, wide, head) = (empty(b * t, width), empty(b * t, 3 * width), empty(shape.LossPositions, DecoderBatch.Vocabulary));
        var (qkv, square, output, narrow) = (empty(3 * width, width), empty(width, width), empty(DecoderBatch.Vocabulary, width), empty(shape.LossPositions, width));
        var (sequence, scores) = (empty(b, t, width), empty(b, t, t));
        for (int i = 0; i < Layers; i++)
        {
            x.mm(qkv.t());
            wide.mm(qkv);
            wide.t().mm(x);
            x.mm(square.t());
            x.mm(square);
            x.t().mm(x);
            for (int j = 0; j < 3; j++)
            {
                sequence.bmm(sequence.transpose(1, 2));
                scores.bmm(sequence);
            }
        }

        narrow.mm(output.t());
        head.mm(output);
        head.t().mm(narrow);
    }

    private static readonly Tensor Square = randn(1024, 1024).DetachFromDisposeScope();

    private static double PeakFlops()
    {
        using var scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        Square.mm(Square);
        return 2 * Math.Pow(1024, 3) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Buckets of equal (source, target) lengths cut into chunks of 64 words.</summary>
    private static List<(int Examples, int Source, int Target)> Shapes(out string origin)
    {
        string? shared = Environment.GetEnvironmentVariable("SEXTANT_SHARED");
        string? file = shared is null ? null : Path.Combine(shared, "data", "pig-latin", "small-split-a.tsv");
        IEnumerable<(int Source, int Target)> words;
        if (file is not null && File.Exists(file))
        {
            origin = Path.GetFileName(file);
            words = File.ReadLines(file).Select(line => line.Split('\t')).Where(row => row[0] == "train").Select(row => (row[2].Length, row[3].Length));
        }
        else
        {
            // Lengths of common English words; Pig Latin adds "ay" or "way" to each part.
            origin = "synthetic lengths";
            int[] counts = [8, 70, 250, 360, 380, 370, 350, 280, 210, 130, 80, 40, 20, 10];
            words = counts.SelectMany((count, i) => Enumerable.Range(0, count).Select(j => (i + 1, i + (j % 5 == 0 ? 4 : 3))));
        }

        return [.. words.GroupBy(w => w).SelectMany(g => g.Chunk(64).Select(c => (c.Length, g.Key.Source, g.Key.Target)))];
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
