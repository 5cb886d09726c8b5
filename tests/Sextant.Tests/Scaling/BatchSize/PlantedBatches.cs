using Sextant.Scaling.BatchSize;

namespace Sextant.Tests.Scaling.BatchSize;

/// <summary>Steps and losses over batch sizes by laws that are known.</summary>
internal static class PlantedBatches
{
    /// <summary>S = S_min (1 + B_crit / B).</summary>
    public static double Steps(double batch, double minSteps, double critical) => minSteps * (1 + (critical / batch));

    /// <summary>Batches of powers of two.</summary>
    public static double[] Doubling(double first, int count) => [.. Enumerable.Range(0, count).Select(i => first * Math.Pow(2, i))];

    /// <summary>Trainings of several seeds with log-normal noise; one that would take more than <paramref name="most"/> steps misses the target there.</summary>
    public static StepsMeasurement[] TradeOff(
        IReadOnlyList<double> batches, double minSteps, double critical, int seeds = 1, double noise = 0, double most = double.PositiveInfinity, ulong study = 0, double target = 2, double betweenBatches = 0, double betweenSeeds = 0)
    {
        var random = new SeededRandom(study, 77);
        double[] levels = Levels(seeds, betweenSeeds, study);
        return
        [
            .. batches.SelectMany((batch, i) =>
            {
                double shared = betweenBatches * random.NextGaussian();
                return Enumerable.Range(0, seeds).Select(seed =>
                {
                    double steps = Steps(batch, minSteps, critical) * Math.Exp(shared + levels[seed] + (noise * random.NextGaussian()));
                    return new StepsMeasurement { Row = (i * seeds) + seed + 1, Batch = batch, Target = target, Steps = Math.Min(steps, most), IsCensored = steps > most, Run = $"s{seed}", Seed = betweenSeeds > 0 ? $"{seed}" : null };
                }).ToArray();
            }),
        ];
    }

    /// <summary>What each seed adds to the logarithm of every training.</summary>
    private static double[] Levels(int seeds, double between, ulong study)
    {
        var random = new SeededRandom(study, 79);
        return [.. Enumerable.Range(0, seeds).Select(_ => between * random.NextGaussian())];
    }

    /// <summary>eps_max / (1 + B_noise / B)^alpha.</summary>
    public static double Best(double batch, double maxRate, double noiseBatch, double exponent = 1) => maxRate / Math.Pow(1 + (noiseBatch / batch), exponent);

    /// <summary>
    /// Losses over a grid of rates that all batches share, three sizes to each side of the best one: valleys of ln loss with the given curvature in ln rate, that rise the more steeply above the best the larger
    /// <paramref name="lean"/> is; ten times the best rate diverges.
    /// </summary>
    public static RateMeasurement[] Rates(
        IReadOnlyList<double> batches, Func<double, double> bestAt, double factor = 2, int seeds = 1, double noise = 0, double curvature = 0.1, double scatter = 0, double lean = 0, ulong study = 0, int side = 3, double betweenSeeds = 0)
    {
        var random = new SeededRandom(study, 78);
        double[] levels = Levels(seeds, betweenSeeds, study);
        var measured = new List<RateMeasurement>();
        foreach (double batch in batches)
        {
            double best = bestAt(batch) * Math.Exp(scatter * random.NextGaussian());
            int middle = (int)Math.Round(Math.Log(best) / Math.Log(factor));
            for (int i = middle - side; i <= middle + side; i++)
            {
                double rate = Math.Pow(factor, i), x = Math.Log(rate / best);
                for (int seed = 0; seed < seeds; seed++)
                {
                    double loss = 2 * Math.Pow(batch, 0.02) * Math.Exp((curvature * x * x * (1 + (lean * x))) + levels[seed] + (noise * random.NextGaussian()));
                    measured.Add(new RateMeasurement { Row = measured.Count + 1, Batch = batch, Rate = rate, Loss = x > Math.Log(10) ? null : loss, Run = $"s{seed}", Seed = betweenSeeds > 0 ? $"{seed}" : null });
                }
            }
        }

        return [.. measured];
    }
}
