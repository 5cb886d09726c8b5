namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Steps with each seed's own level taken out, where two seeds or more were trained at every batch (<see cref="SeedBlocks"/>); else as they were measured. A level is what a seed's ln steps lie above the mean, over the batches at which all
/// of these seeds reached the target. The critical batch goes by what is left; the fewest steps and examples, which are those of seeds that nobody chose, also by how the levels differ.
/// </summary>
internal sealed record SeedLevels
{
    /// <summary>ln steps of each seed above the mean; empty where seeds are no blocks.</summary>
    private double[] Levels { get; init; } = [];

    /// <summary>Batches that the levels are means over.</summary>
    private int Batches { get; init; }

    public required IReadOnlyList<StepsMeasurement> Rows { get; init; }

    /// <summary>What one must know of the seeds; null where there is nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Degrees of freedom that the levels took.</summary>
    public int Lost => Math.Max(0, Levels.Length - 1);

    public static SeedLevels Of(IReadOnlyList<StepsMeasurement> measurements)
    {
        var batches = measurements.GroupBy(row => row.Batch).ToList();
        var seeds = SeedBlocks.Complete(batches, row => row.Seed);
        var blocks = batches.Select(batch => seeds.Select(seed => One([.. batch.Where(row => row.Seed == seed)])).ToArray()).ToList();
        var whole = blocks.Where(block => block.All(row => !row.IsCensored)).ToList();
        if (seeds.Count == 0 || whole.Count < 2)
        {
            return new SeedLevels { Rows = measurements, Remark = measurements.Select(row => row.Seed).OfType<string>().Distinct().Count() > 1 ? "No two seeds were trained at every batch, so that seeds are no blocks: what they differ by counts as noise of the batches." : null };
        }

        double[] levels = SeedBlocks.Levels([.. whole.Select(block => block.Select(row => Math.Log(row.Steps)).ToArray())]);
        return new SeedLevels
        {
            Levels = levels,
            Remark = measurements.Count(row => row.Seed is null || !seeds.Contains(row.Seed)) is > 0 and var others ? $"{others} of {measurements.Count} trainings take no part: their seeds were not trained at every batch, as the others were." : null,
            Batches = whole.Count,
            Rows = [.. blocks.SelectMany(block => block.Select((row, seed) => row with { Steps = row.Steps * Math.Exp(-levels[seed]) }))],
        };
    }

    /// <summary>A seed's trainings at one batch as one: their geometric mean, censored where one is.</summary>
    private static StepsMeasurement One(StepsMeasurement[] same) => same.Length == 1 ? same[0] : same[0] with { Steps = Math.Exp(same.Average(row => Math.Log(row.Steps))), IsCensored = same.Any(row => row.IsCensored) };

    /// <summary>Half the interval of the mean level, by how seeds differ beyond the noise of their trainings; 0 where seeds are no blocks.</summary>
    /// <param name="level">Of the interval.</param>
    /// <param name="spread">The standard deviation of that noise, which the levels hold a part of.</param>
    public double Reach(double level, double spread) => Levels.Length == 0 ? 0
        : Student.Reach(Lost, level) * Math.Sqrt(Math.Max(0, (Levels.Sum(one => one * one) / Lost) - (spread * spread / Batches)) / Levels.Length);
}
