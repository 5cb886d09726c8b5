using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Sextant.Models;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// Ways of doing the same that take turns within a round, so that a busy machine slows all of them; figures are medians over rounds, by the clock and by the processor's time. The peak is the best of
/// libtorch's and our own products of 2048 x 2048 in the same rounds, in operations a second of a processor's time.
/// </summary>
internal static class Arms
{
    private const int Square = 2048;

    /// <summary>Prints each arm and returns the seconds that each took in each round, by the clock.</summary>
    public static double[][] Compare(string what, double flops, int rounds, int threads, TextWriter writer, params (string Name, Action Once)[] arms)
    {
        using Tensor a = randn(Square, Square), b = randn(Square, Square), bias = zeros(Square), product = zeros(Square, Square);
        List<(string Name, Action Once)> turns = [.. arms, ("a product by libtorch", () => nn.functional.linear(a, b, bias))];
        if (PackedProduct.IsSupported)
        {
            turns.Add(("a product of our own", () => OwnProduct(a, b, bias, product, threads)));
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
                CultureInfo.InvariantCulture, $"{turns[turn].Name,-24} {Median(times[turn].Select(t => t.Clock)) * 1e3,8:F1} {rates} {(work / processor / peak is <= 1 and var share ? $"{share:P0}" : ""),8}")); // an arm that leaves the products out has no share

            string Rates(Func<(double Clock, double Processor), double> of)
            {
                var rates = Ratios(times[0], times[turn], of);
                return string.Create(CultureInfo.InvariantCulture, $"{Median(rates),6:F2} {rates.Min(),6:F2} {rates.Max(),6:F2}");
            }
        }

        return [.. times[..arms.Length].Select(rounds => rounds.Select(t => t.Clock).ToArray())];
    }

    private static unsafe void OwnProduct(Tensor a, Tensor b, Tensor bias, Tensor product, int threads) => PackedProduct.Multiply(
        new(ShortAttention.Address(a), Square, 1), Square, Square, new(ShortAttention.Address(b), Square, 1), ShortAttention.Address(bias), Square, ShortAttention.Address(product), false, null,
        threads);

    public static InferenceSession Session(byte[] graph, int threads)
    {
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        options.AddSessionConfigEntry("session.force_spinning_stop", "1"); // after a run, for the other arms' sake
        return new InferenceSession(graph, options);
    }

    public static double Apart(Tensor ours, float[] theirs) => ours.flatten().sub(tensor(theirs)).abs().max().item<float>();

    public static List<double> Ratios<T>(IReadOnlyList<T> first, IReadOnlyList<T> other, Func<T, double> of) => [.. first.Zip(other, (a, b) => of(a) / of(b))];

    public static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
