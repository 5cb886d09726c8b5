using System.Runtime.CompilerServices;

namespace Sextant.Scaling;

/// <summary>Starting places for <see cref="PowerSum"/>: every pair (or one) of exponents of a grid with the linear constants projected out.</summary>
internal static class PowerSumGrid
{
    private const double Lowest = 0.03;
    private const double Highest = 2.5;

    /// <summary>Rows beyond this many are thinned for the grid, which only finds starts.</summary>
    private const int MostRows = 2000;

    public static IReadOnlyList<double[]> Starts(double[][] centred, double[] losses, double[] weights, BoxedNewton.Value value, int exponents, int most)
    {
        int terms = centred.Length;
        int stride = 1 + ((losses.Length - 1) / MostRows);
        int[] rows = [.. Enumerable.Range(0, losses.Length).Where(row => row % stride == 0)];
        double[] grid = [.. Enumerable.Range(0, exponents).Select(i => Lowest * Math.Pow(Highest / Lowest, i / (double)(exponents - 1)))];

        // Columns of the linear problem in relative residuals: (1, x_1^-alpha, x_2^-beta) / loss against 1.
        double[] ones = Array.ConvertAll(rows, row => 1 / losses[row]);
        double[] wide = Array.ConvertAll(rows, row => weights[row]);
        double[][][] powers = [.. centred.Select(u => grid.Select(exponent => Array.ConvertAll(rows, row => Math.Exp(-exponent * u[row]) / losses[row])).ToArray())];
        int places = terms == 1 ? exponents : exponents * exponents;
        double[][] at = new double[places][];
        double[] values = new double[places];
        for (int place = 0; place < places; place++)
        {
            int[] index = terms == 1 ? [place] : [place / exponents, place % exponents];
            double[][] columns = [ones, .. index.Select((i, k) => powers[k][i])];
            double[] linear = Projected(columns, wide);
            at[place] = new double[1 + (2 * terms)];
            at[place][0] = linear[0];
            for (int k = 0; k < terms; k++)
            {
                at[place][1 + (2 * k)] = linear[1 + k] > 0 ? Math.Log(linear[1 + k]) : Math.Log(losses.Max()) - 10;
                at[place][2 + (2 * k)] = grid[index[k]];
            }

            values[place] = Misfit(columns, wide, linear);
        }

        int[] minima = [.. Enumerable.Range(0, places).Where(place => Neighbours(place, exponents, terms).All(other => values[place] <= values[other]))];
        return [.. minima.Concat(Enumerable.Range(0, places).OrderBy(place => values[place]).Take(most)).Distinct()
            .Select(place => (Place: at[place], Value: value(at[place]))).OrderBy(start => start.Value).Take(most).Select(start => start.Place)];
    }

    private static IEnumerable<int> Neighbours(int place, int exponents, int terms)
    {
        int row = terms == 1 ? 0 : place / exponents;
        int column = terms == 1 ? place : place % exponents;
        for (int i = Math.Max(0, row - 1); i <= (terms == 1 ? 0 : Math.Min(exponents - 1, row + 1)); i++)
        {
            for (int j = Math.Max(0, column - 1); j <= Math.Min(exponents - 1, column + 1); j++)
            {
                yield return (i * exponents) + j;
            }
        }
    }

    /// <summary>Sum of weighted absolute relative residuals: nearer to Huber's penalty than their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Misfit(double[][] columns, double[] weights, double[] linear)
    {
        double sum = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            double residual = -1;
            for (int c = 0; c < columns.Length; c++)
            {
                residual += linear[c] * columns[c][row];
            }

            sum += weights[row] * Math.Abs(residual);
        }

        return sum;
    }

    /// <summary>Least squares of the columns against 1, no coefficient negative: the best of all choices of columns whose free solution is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double[] Projected(double[][] columns, double[] weights)
    {
        int n = columns.Length;
        double[,] normal = new double[n, n + 1];
        for (int i = 0; i < n; i++)
        {
            for (int j = i; j < n; j++)
            {
                double sum = 0;
                for (int row = 0; row < weights.Length; row++)
                {
                    sum += weights[row] * columns[i][row] * columns[j][row];
                }

                normal[i, j] = normal[j, i] = sum;
            }

            double right = 0;
            for (int row = 0; row < weights.Length; row++)
            {
                right += weights[row] * columns[i][row];
            }

            normal[i, n] = right;
        }

        double[] best = new double[n];
        double explained = double.NegativeInfinity;
        for (int chosen = 1; chosen < 1 << n; chosen++)
        {
            double[]? solution = Solve(normal, n, chosen);
            if (solution is null || solution.Any(x => x < 0))
            {
                continue;
            }

            // At a least-squares solution the squares explained are coefficients times right-hand sides.
            double share = Enumerable.Range(0, n).Sum(i => solution[i] * normal[i, n]);
            if (share > explained)
            {
                (explained, best) = (share, solution);
            }
        }

        return best;
    }

    /// <summary>The normal equations over the chosen columns, by elimination; null where they are singular.</summary>
    private static double[]? Solve(double[,] normal, int n, int chosen)
    {
        int[] columns = [.. Enumerable.Range(0, n).Where(i => (chosen >> i & 1) == 1)];
        int m = columns.Length;
        double[,] system = new double[m, m + 1];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < m; j++)
            {
                system[i, j] = normal[columns[i], columns[j]];
            }

            system[i, m] = normal[columns[i], n];
        }

        for (int i = 0; i < m; i++)
        {
            // Symmetric and positive definite: no pivoting is needed, and a lost pivot means collinear columns.
            if (!(system[i, i] > 1e-13 * normal[columns[i], columns[i]]))
            {
                return null;
            }

            for (int below = i + 1; below < m; below++)
            {
                double factor = system[below, i] / system[i, i];
                for (int j = i; j <= m; j++)
                {
                    system[below, j] -= factor * system[i, j];
                }
            }
        }

        double[] solution = new double[n];
        for (int i = m - 1; i >= 0; i--)
        {
            double value = system[i, m];
            for (int j = i + 1; j < m; j++)
            {
                value -= system[i, j] * solution[columns[j]];
            }

            solution[columns[i]] = value / system[i, i];
        }

        return solution;
    }
}
