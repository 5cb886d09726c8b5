using System.Diagnostics;
using System.Globalization;
using Sextant.Scaling;

namespace Sextant.Benchmarks;

/// <summary>
/// What a parametric fit costs, alone with its leave-out checks and with 1,000 resamples: on the columns "Model Size", "Training FLOP" and "loss" of a
/// CSV file without its five highest losses, or on 240 planted points.
/// </summary>
internal static class ParametricFits
{
    private static readonly string[] Columns = ["Model Size", "Training FLOP", "loss"];

    public static void Run(int rounds, string? file, TextWriter writer)
    {
        var points = file is null ? Planted() : Read(file);
        var alone = new ParametricOptions { Resamples = 0 };
        var fit = Timed("first fit, compiled on the way", 1, () => ParametricFit.To(points, alone));
        Timed("fit with its leave-out checks", rounds, () => ParametricFit.To(points, alone));
        Timed("fit with 1,000 resamples", rounds, () => ParametricFit.To(points));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{points.Length} points, objective {fit.Objective:g9}, exponent {fit.Exponent:f4}, {Environment.ProcessorCount} cores"));

        ParametricFit Timed(string name, int times, Func<ParametricFit> once)
        {
            double[] seconds = new double[times];
            ParametricFit? last = null;
            for (int i = 0; i < times; i++)
            {
                var watch = Stopwatch.StartNew();
                last = once();
                seconds[i] = watch.Elapsed.TotalSeconds;
            }

            Array.Sort(seconds);
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {seconds[times / 2],8:f3} s"));
            return last!;
        }
    }

    private static ScalingPoint[] Read(string file)
    {
        string[][] lines = [.. File.ReadLines(file).Select(line => line.Split(','))];
        int[] columns = [.. Columns.Select(name => Array.IndexOf(lines[0], name))];
        return [.. lines.Skip(1).Select((line, i) => Point(i + 1, Number(line[columns[0]]), Number(line[columns[1]]), Number(line[columns[2]])))
            .OrderByDescending(point => point.Loss).Skip(5)];
    }

    private static ScalingPoint[] Planted()
    {
        var law = PublishedLaw.ChinchillaRefit.Law;
        var random = new SeededRandom(1);
        return [.. Enumerable.Range(0, 240).Select(i =>
        {
            var spent = law.Beside(6e18 * Math.Pow(500, i / 24 / 9.0), Math.Pow(8, -1 + (i % 24 / 11.5)));
            return Point(i + 1, spent.Parameters, spent.Flops, spent.Loss * Math.Exp(0.005 * random.NextGaussian()));
        })];
    }

    private static ScalingPoint Point(int row, double parameters, double flops, double loss) =>
        new() { Row = row, Parameters = parameters, Tokens = flops / 6 / parameters, Flops = flops, Loss = loss };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
