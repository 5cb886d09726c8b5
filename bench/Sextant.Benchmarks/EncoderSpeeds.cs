using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Sextant.Data;
using Sextant.Models;
using Sextant.Models.Encoders;
using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// An encoder of BERT's base size with random weights on 32 texts of 32 tokens, two threads: without gradients against onnxruntime, all its optimisations on, and against plain modules; a step
/// of fine-tuning against plain modules. The arms take turns within a round, so that a busy machine slows all of them; figures are medians over rounds, by the clock and by the processor's
/// time. The peak is the best of libtorch's and our own products of 2048 x 2048 in the same rounds, in operations a second of a processor's time.
/// </summary>
internal static class EncoderSpeeds
{
    private const int Vocabulary = 30522;
    private const int Texts = 32;
    private const int Length = 32;
    private const int Threads = 2;
    private const int Square = 2048;
    private const double Bar = 0.90;

    private static readonly EncoderOptions.Bert Base = new() { Hidden = 768, Layers = 12, Heads = 12, FeedForward = 3072 };

    /// <summary>Whether the bar was met, where it was measured.</summary>
    /// <param name="rounds">Of inference; a third of them of steps.</param>
    /// <param name="only">"inference" or "steps"; null for both.</param>
    /// <param name="writer">Of the table.</param>
    public static bool Run(int rounds, string? only, TextWriter writer)
    {
        set_num_threads(Threads);
        random.manual_seed(1);
        using var generator = new Generator(1, CPU);
        using var model = new EncoderClassifier(Base, Vocabulary, 2);
        model.Initialise(generator);
        using var plain = new PlainEncoder(Base, Vocabulary, 2);
        plain.Copy(model.body);
        using var ids = randint(1, Vocabulary, [Texts, Length], dtype: ScalarType.Int64, generator: generator);
        using var classes = randint(0, 2, [Texts], dtype: ScalarType.Int64, generator: generator);
        using Batch batch = new(null, null, ids, null, classes, new BatchShape(Texts, 0, Length, Texts, Texts * Length));
        writer.WriteLine($"{Texts} texts of {Length} tokens, {Threads} threads, {rounds} rounds; load before {Load()}");
        bool met = only == "steps" || CompareInference(model, plain, batch, rounds, writer);
        if (only != "inference")
        {
            CompareSteps(model, plain, batch, Math.Max(1, rounds / 3), writer);
        }

        writer.WriteLine($"load after {Load()}");
        return met;
    }

    private static bool CompareInference(EncoderClassifier model, PlainEncoder plain, Batch batch, int rounds, TextWriter writer)
    {
        using var noGradient = no_grad();
        model.eval();
        plain.eval();
        using var session = Session(OnnxEncoder.Write(model, Length));
        using var ids = OrtValue.CreateTensorValueFromMemory(batch.Input.data<long>().ToArray(), [Texts, Length]);
        using var mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, Texts * Length).ToArray(), [Texts, Length]);
        using RunOptions options = new();
        var inputs = new Dictionary<string, OrtValue> { ["ids"] = ids, ["mask"] = mask };

        float[] theirs;
        using (var outputs = session.Run(options, inputs, session.OutputNames))
        {
            theirs = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"largest differences: ours from onnxruntime {Apart(model.LastHiddenState(batch), theirs):G2}, plain from onnxruntime {Apart(plain.Hidden(batch.Input), theirs):G2}"));
        double width = Base.Hidden, flops = 2.0 * Base.Layers * Texts * Length * width * ((4 * width) + (2 * Base.FeedForward) + (2 * Length)); // projections, scores and weighted values
        double met = Compare(
            "inference", flops, rounds, writer,
            ("onnxruntime", () => session.Run(options, inputs, session.OutputNames).Dispose()),
            ("Sextant", () => model.LastHiddenState(batch)),
            ("Sextant, as in training", () => model.LastHiddenState(batch, _ => { })),
            ("plain modules", () => plain.Hidden(batch.Input)));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Sextant's rate is {met:F2} of onnxruntime's (bar {Bar:F2})"));
        return met >= Bar;
    }

    private static void CompareSteps(EncoderClassifier model, PlainEncoder plain, Batch batch, int rounds, TextWriter writer)
    {
        model.train();
        plain.train();
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 1e-5, WeightDecay = 0.01 }, parameters);
        using var adam = optim.AdamW(plain.parameters(), 1e-5, weight_decay: 0.01);
        Compare("a step of fine-tuning", 3 * model.ForwardFlops(batch.Shape), rounds, writer, ("plain modules", PlainStep), ("Sextant", OurStep));

        void PlainStep()
        {
            adam.zero_grad();
            nn.functional.cross_entropy(plain.call(batch.Input), batch.Expected).backward();
            nn.utils.clip_grad_norm_(plain.parameters(), 1);
            adam.step();
        }

        void OurStep()
        {
            parameters.ZeroGradient();
            nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();
            parameters.ClipNorm(1).Dispose();
            optimizer.Step(1e-5);
        }
    }

    /// <summary>Prints each arm and returns the rate of the second in terms of the first's.</summary>
    private static double Compare(string what, double flops, int rounds, TextWriter writer, params (string Name, Action Once)[] arms)
    {
        using Tensor a = randn(Square, Square), b = randn(Square, Square), bias = zeros(Square), product = zeros(Square, Square);
        List<(string Name, Action Once)> turns = [.. arms, ("a product by libtorch", () => nn.functional.linear(a, b, bias))];
        if (PackedProduct.IsSupported)
        {
            turns.Add(("a product of our own", () => OwnProduct(a, b, bias, product)));
        }

        var times = turns.Select(_ => new List<(double Clock, double Processor)>()).ToArray();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < turns.Count; i++)
            {
                int turn = (i + Math.Max(round, 0)) % turns.Count;
                Thread.Sleep(20); // until the threads of the turn before have stopped waiting for more
                var used = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                using (NewDisposeScope())
                {
                    turns[turn].Once();
                }

                if (round >= 0) // the first compiles
                {
                    times[turn].Add((Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds));
                }
            }
        }

        double peak = 2 * Math.Pow(Square, 3) / times[arms.Length..].SelectMany(t => t).Min(t => t.Processor);
        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}, {flops / 1e9:F0} GFLOP; peak {peak / 1e9:F0} GFLOP a second of one processor"));
        writer.WriteLine($"{"",-24} {"ms",8} {"rate",6} {"low",6} {"high",6} {"processor ms",13} {"rate",6} {"low",6} {"high",6} {"of peak",8}");
        for (int turn = 0; turn < turns.Count; turn++)
        {
            double work = turn < arms.Length ? flops : 2 * Math.Pow(Square, 3), processor = Median(times[turn].Select(t => t.Processor));
            string rates = turn < arms.Length ? $"{Rates(t => t.Clock)} {processor * 1e3,13:F1} {Rates(t => t.Processor)}" : $"{"",20} {processor * 1e3,13:F1} {"",20}";
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{turns[turn].Name,-24} {Median(times[turn].Select(t => t.Clock)) * 1e3,8:F1} {rates} {work / processor / peak,8:P0}"));

            string Rates(Func<(double Clock, double Processor), double> of)
            {
                var rates = Ratios(times[0], times[turn], of);
                return string.Create(CultureInfo.InvariantCulture, $"{Median(rates),6:F2} {rates.Min(),6:F2} {rates.Max(),6:F2}");
            }
        }

        return Median(Ratios(times[0], times[1], t => t.Clock));
    }

    private static unsafe void OwnProduct(Tensor a, Tensor b, Tensor bias, Tensor product) => PackedProduct.Multiply(
        new(ShortAttention.Address(a), Square, 1), Square, Square, new(ShortAttention.Address(b), Square, 1), ShortAttention.Address(bias), Square, ShortAttention.Address(product), false, null,
        Threads);

    private static InferenceSession Session(byte[] graph)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = Threads,
            InterOpNumThreads = 1,
        };
        options.AddSessionConfigEntry("session.force_spinning_stop", "1"); // after a run, for the other arms' sake
        return new InferenceSession(graph, options);
    }

    private static double Apart(Tensor ours, float[] theirs) => ours.flatten().sub(tensor(theirs)).abs().max().item<float>();

    private static List<double> Ratios<T>(List<T> first, List<T> other, Func<T, double> of) => [.. first.Zip(other, (a, b) => of(a) / of(b))];

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
