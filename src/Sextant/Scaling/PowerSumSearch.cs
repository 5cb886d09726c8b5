namespace Sextant.Scaling;

/// <summary>The global minimum of a <see cref="PowerSum"/>, and those of its resamples.</summary>
internal static class PowerSumSearch
{
    private const int GridOfExponents = 16;
    private const int Starts = 6;

    /// <summary>A larger problem is searched on every k-th row first, and its best place refined on all.</summary>
    private const int ManyRows = 4000;

    /// <summary>Rows times resamples beyond which fewer resamples are made.</summary>
    private const double MostWork = 5e7;

    /// <summary>The lowest local minimum reached from the grid's best places.</summary>
    public static Minimum Best(PowerSum problem)
    {
        if (problem.Rows > ManyRows)
        {
            int stride = 1 + ((problem.Rows - 1) / ManyRows);
            int[] thinned = new int[problem.Rows];
            for (int row = 0; row < thinned.Length; row += stride)
            {
                thinned[row] = 1;
            }

            return problem.Refine(Best(problem.Resampled(thinned)).At);
        }

        return Lowest(problem.Starts(GridOfExponents, Starts).Select(problem.Refine));
    }

    /// <summary>From a place known to be near, and as a safeguard from the best of a coarse grid.</summary>
    public static Minimum Near(PowerSum problem, double[] place) => problem.Rows > ManyRows
        ? problem.Refine(place)
        : Lowest(problem.Starts(8, 2).Append(place).Select(problem.Refine));

    /// <summary>How many resamples of the number asked for are made: all, unless the rows are so many that it would take minutes.</summary>
    public static int Affordable(int rows, int resamples) => (int)Math.Min(resamples, Math.Max(100, MostWork / rows));

    /// <summary>The constants of the rows counted, as a resample's statistic; not numbers where the minimum was not found.</summary>
    public static Func<int[], int, double[]> Statistic(PowerSum problem, Minimum best) => (counts, _) =>
    {
        var resampled = problem.Resampled(counts);
        var minimum = Near(resampled, best.At);
        double[] constants = resampled.Constants(minimum.At);
        return minimum.Converged ? constants : Array.ConvertAll(constants, _ => double.NaN);
    };

    private static Minimum Lowest(IEnumerable<Minimum> minima) =>
        minima.OrderBy(minimum => double.IsFinite(minimum.Value) ? minimum.Value : double.PositiveInfinity).ThenByDescending(minimum => minimum.Converged).First();
}
