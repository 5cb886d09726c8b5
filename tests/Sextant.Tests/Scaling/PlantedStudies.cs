using Sextant.Scaling;

namespace Sextant.Tests.Scaling;

/// <summary>Studies whose answer is known, with noise from a seed.</summary>
internal static class PlantedStudies
{
    /// <summary>Hoffmann et al. 2022, rounded.</summary>
    public static readonly ParametricLaw Hoffmann = new(1.69, 406.4, 410.7, 0.34, 0.28);

    private const double Alpha = 0.9;
    private const double Beta = 0.6;

    /// <summary>Budgets from 1e17 to 1e21, sizes evenly spaced in log within <paramref name="decades"/> of the optimum.</summary>
    public static IReadOnlyList<ScalingPoint> Budgets(ParametricLaw surface, int budgets, int sizes, double decades, double noise, ulong seed)
    {
        var random = new SeededRandom(seed);
        var points = new List<ScalingPoint>();
        for (int b = 0; b < budgets; b++)
        {
            double flops = Math.Pow(10, 17 + (4.0 * b / (budgets - 1)));
            for (int k = 0; k < sizes; k++)
            {
                double n = surface.Optimum(flops).Parameters * Math.Pow(10, decades * ((2.0 * k / (sizes - 1)) - 1)), d = flops / 6 / n;
                points.Add(new ScalingPoint { Row = points.Count + 1, Parameters = n, Tokens = d, Flops = flops, Loss = surface.Loss(n, d) + (noise * random.NextGaussian()) });
            }
        }

        return points;
    }

    /// <summary>
    /// The course's six trainings of 100 epochs on a surface whose optimum is 32,000 parameters at 8e10 FLOPs. A training's own noise wanders:
    /// its correlation falls to 1/e over a decade of FLOPs; a tenth as much is an evaluation's alone.
    /// </summary>
    public static IReadOnlyList<LossCurve> SixTrainings(double noise, ulong seed)
    {
        const double optimum = 32_000, lowest = 1.6;
        double tokens = 8e10 / FlopsPerToken(CourseCounting.Hidden(optimum, 4, CourseCounting.Vocabulary)!.Value);
        double ratio = Alpha / Beta * Math.Pow(optimum, -Alpha) / Math.Pow(tokens, -Beta);
        double a = lowest / (Math.Pow(optimum, -Alpha) + (ratio * Math.Pow(tokens, -Beta)));
        var surface = new ParametricLaw(0, a, a * ratio, Alpha, Beta);
        var random = new SeededRandom(seed);
        return [.. new double[] { 16, 32, 48, 64, 96, 128 }.Select(hidden => Training(surface, hidden, noise, random))];
    }

    private static LossCurve Training(ParametricLaw surface, double hidden, double noise, SeededRandom random)
    {
        double n = CourseCounting.Parameters(hidden, 4, CourseCounting.Vocabulary), wander = random.NextGaussian();
        var points = new List<CurvePoint>();
        for (int epoch = 1; epoch <= 100; epoch++)
        {
            double kept = epoch == 1 ? 1 : Math.Exp(-Math.Log10(epoch / (epoch - 1.0)));
            wander = (kept * wander) + (Math.Sqrt(1 - (kept * kept)) * random.NextGaussian());
            double tokens = 50_000.0 * epoch;
            points.Add(new CurvePoint(epoch, tokens * FlopsPerToken(hidden), tokens, surface.Loss(n, tokens) + (noise * (wander + (0.1 * random.NextGaussian())))));
        }

        return new LossCurve { Name = $"h{hidden}", Parameters = n, Layers = 4, Hidden = hidden, Points = points };
    }

    private static double FlopsPerToken(double hidden) =>
        CourseCounting.ExampleFlops(hidden, 4, CourseCounting.Vocabulary, CourseCounting.Length) / CourseCounting.Length;
}
