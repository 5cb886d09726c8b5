using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Sextant.Data;
using Sextant.Models.Encoders;
using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// An encoder of BERT's base size with random weights on 32 texts of 32 tokens, two threads: without gradients against onnxruntime, all its optimisations on, and against plain modules; a step
/// of fine-tuning against plain modules. The arms take turns within a round, so that a busy machine slows all of them; figures are medians over rounds. Rates of products are shares
/// of the largest that any arm's like reaches in the same run on a square of 2048: of libtorch and of our own.
/// </summary>
internal static class EncoderSpeeds
{
    private const int Vocabulary = 30522;
    private const int Texts = 32;
    private const int Length = 32;
    private const int Threads = 2;
    private const double Bar = 0.90;

    private static readonly EncoderOptions.Bert Base = new() { Hidden = 768, Layers = 12, Heads = 12, FeedForward = 3072 };

    /// <summary>Whether the bar was met.</summary>
    public static bool Run(int rounds, bool trains, TextWriter writer)
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
        writer.WriteLine($"{Texts} texts of {Length} tokens, {Threads} threads, {rounds} rounds; load before {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        bool met = CompareInference(model, plain, batch, rounds, writer);
        if (trains)
        {
            CompareSteps(model, plain, batch, Math.Max(1, rounds / 3), writer);
        }

        writer.WriteLine($"load after {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
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
        double flops = model.body.Flops(Texts, Length, Texts * Length, isFirstOnly: false);
        double met = Compare(
            "inference", flops, rounds, writer,
            ("onnxruntime", () => session.Run(options, inputs, session.OutputNames).Dispose()),
            ("Sextant", () => model.LastHiddenState(batch)),
            ("Sextant, by libtorch", () => model.LastHiddenState(batch, _ => { })),
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
        Compare(
            "a step of fine-tuning", 3 * model.ForwardFlops(batch.Shape), rounds, writer,
            ("plain modules", () =>
            {
                adam.zero_grad();
                nn.functional.cross_entropy(plain.call(batch.Input), batch.Expected).backward();
                nn.utils.clip_grad_norm_(plain.parameters(), 1);
                adam.step();
            }),
            ("Sextant", () =>
            {
                parameters.ZeroGradient();
                nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();
                parameters.ClipNorm(1).Dispose();
                optimizer.Step(1e-5);
            }));
    }

    /// <summary>Prints each arm and returns the second's rate in terms of the first's.</summary>
    private static double Compare(string what, double flops, int rounds, TextWriter writer, params (string Name, Action Once)[] arms)
    {
        using Tensor a = randn(2048, 2048), b = randn(2048, 2048);
        (string Name, Action Once)[] all = [.. arms, ("product of 2048 x 2048", () => a.matmul(b))];
        var times = all.Select(_ => new List<double>()).ToArray();
        var processor = all.Select(_ => new List<double>()).ToArray();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < all.Length; i++)
            {
                int arm = (i + Math.Max(round, 0)) % all.Length; // whoever comes after a given arm changes with the round
                Thread.Sleep(20); // the threads of the arm before stop waiting for work
                var used = Environment.CpuUsage.TotalTime;
                long start = Stopwatch.GetTimestamp();
                using (NewDisposeScope())
                {
                    all[arm].Once();
                }

                if (round >= 0) // the first compiles
                {
                    times[arm].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                    processor[arm].Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
                }
            }
        }

        double peak = 2 * Math.Pow(2048, 3) / times[^1].Min();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {flops / 1e9:F0} GFLOP; libtorch's best product {peak / 1e9:F0} GFLOP/s"));
        writer.WriteLine($"{"",-24} {"ms",8} {"rate of the first",18} {"low",6} {"high",6} {"processor ms",13} {"of it",6} {"GFLOP/s",8} {"of peak",8}");
        for (int arm = 0; arm < arms.Length; arm++)
        {
            var ratios = Ratios(times[0], times[arm]);
            double seconds = Median(times[arm]), busy = Median(processor[arm]);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{arms[arm].Name,-24} {seconds * 1e3,8:F1} {Median(ratios),18:F2} {ratios.Min(),6:F2} {ratios.Max(),6:F2} {busy * 1e3,13:F1} {Median(Ratios(processor[0], processor[arm])),6:F2} {flops / seconds / 1e9,8:F0} {flops / seconds / peak,8:P0}"));
        }

        return Median(Ratios(times[0], times[1]));
    }

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
        if (Environment.GetEnvironmentVariable("OPTIMISED") is { } path) { options.OptimizedModelFilePath = path; }
        return new InferenceSession(graph, options);
    }

    private static double Apart(Tensor ours, float[] theirs) => ours.flatten().sub(tensor(theirs)).abs().max().item<float>();

    private static List<double> Ratios(List<double> first, List<double> other) => [.. first.Zip(other, (a, b) => a / b)];

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
