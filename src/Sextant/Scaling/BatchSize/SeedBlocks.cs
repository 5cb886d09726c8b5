namespace Sextant.Scaling.BatchSize;

/// <summary>
/// Trainings of one seed begin with the same weights and read the data in the same order, so that a seed which is slow at one batch or rate is slow at all. Seeds that were trained in every cell (a rate, a batch) are complete blocks
/// (Fisher 1935, "The Design of Experiments", chapter 4): what each one does to all cells alike is no noise of what is compared between cells.
/// </summary>
internal static class SeedBlocks
{
    /// <summary>The seeds with a training in every cell, in order; empty where there are fewer than two of them or fewer than two cells.</summary>
    public static IReadOnlyList<string> Complete<T>(IEnumerable<IEnumerable<T>> cells, Func<T, string?> seed)
    {
        var seeds = cells.Select(cell => cell.Select(seed).OfType<string>().ToHashSet()).ToList();
        string[] complete = seeds.Count < 2 ? [] : [.. seeds[0].Where(one => seeds.All(cell => cell.Contains(one))).Order(StringComparer.Ordinal)];
        return complete.Length < 2 ? [] : complete;
    }

    /// <summary>By how much each seed lies above the mean of all, over the cells.</summary>
    /// <param name="cells">Of each cell the values by seed, in one order.</param>
    public static double[] Levels(IReadOnlyList<double[]> cells)
    {
        double mean = cells.Average(cell => cell.Average());
        return [.. Enumerable.Range(0, cells[0].Length).Select(seed => cells.Average(cell => cell[seed]) - mean)];
    }
}
