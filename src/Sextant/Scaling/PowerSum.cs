using System.Runtime.CompilerServices;

namespace Sextant.Scaling;

/// <summary>
/// The fit of E + sum over k of exp(a_k - alpha_k u_k) to losses, u_k = ln x_k less its mean: what all our power laws with a floor are made of.
/// A place is (E, a_1, alpha_1, a_2, alpha_2, ...). Centred logarithms part a_k from alpha_k, which uncentred are all but collinear; E is linear so
/// that its bound 0 is a place like any other.
/// </summary>
internal sealed class PowerSum
{
    private readonly double[][] centred;
    private readonly double[] means;
    private readonly double[] losses;
    private readonly double[] logLosses;
    private readonly double[] weights;
    private readonly LossObjective objective;

    /// <summary>Of x_k of each row and its loss, all positive, and its weight, at least 0.</summary>
    public PowerSum(double[][] variables, double[] losses, double[] weights, LossObjective objective)
        : this([.. variables.Select(x => Array.ConvertAll(x, Math.Log))], null, losses, weights, objective)
    {
    }

    private PowerSum(double[][] logarithms, double[]? means, double[] losses, double[] weights, LossObjective objective)
    {
        this.means = means ?? [.. logarithms.Select(u => u.Average())];
        centred = means is not null ? logarithms : [.. logarithms.Zip(this.means, (u, mean) => Array.ConvertAll(u, x => x - mean))];
        this.losses = losses;
        logLosses = Array.ConvertAll(losses, Math.Log);
        this.weights = weights;
        this.objective = objective;
        Low = new double[1 + (2 * Terms)];
        High = new double[1 + (2 * Terms)];
        double largest = losses.Max();
        High[0] = largest;
        for (int k = 0; k < Terms; k++)
        {
            // A term that is a millionth of the loss in the middle of the points is no term.
            (Low[1 + (2 * k)], High[1 + (2 * k)]) = (Math.Log(largest) - 14, Math.Log(largest) + 5);
            (Low[2 + (2 * k)], High[2 + (2 * k)]) = (LowestExponent, HighestExponent);
        }
    }

    public const double LowestExponent = 0.005;
    public const double HighestExponent = 5;

    public int Terms => centred.Length;

    public int Rows => losses.Length;

    /// <summary>The box that is searched.</summary>
    public double[] Low { get; }

    public double[] High { get; }

    /// <summary>The same rows counted <paramref name="counts"/> times.</summary>
    public PowerSum Resampled(int[] counts)
    {
        int[] kept = [.. Enumerable.Range(0, Rows).Where(row => counts[row] > 0)];
        return new PowerSum(
            Array.ConvertAll(centred, u => Array.ConvertAll(kept, row => u[row])),
            means,
            Array.ConvertAll(kept, row => losses[row]),
            Array.ConvertAll(kept, row => counts[row] * weights[row]),
            objective);
    }

    /// <summary>The same rows with another variable <paramref name="term"/>, whose logarithms are centred as before, so that places keep their meaning.</summary>
    public PowerSum With(int term, double[] variable)
    {
        double[][] logarithms = [.. centred];
        logarithms[term] = Array.ConvertAll(variable, x => Math.Log(x) - means[term]);
        return new PowerSum(logarithms, means, losses, weights, objective);
    }

    /// <summary>(E, coefficient_1, exponent_1, ...), the coefficient being that of x^-exponent.</summary>
    public double[] Constants(ReadOnlySpan<double> at)
    {
        double[] constants = at.ToArray();
        for (int k = 0; k < Terms; k++)
        {
            constants[1 + (2 * k)] = Math.Exp(at[1 + (2 * k)] + (at[2 + (2 * k)] * means[k]));
        }

        return constants;
    }

    /// <summary>The value of the objective.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Value(ReadOnlySpan<double> at)
    {
        double sum = 0;
        for (int row = 0; row < losses.Length; row++)
        {
            double loss = at[0];
            for (int k = 0; k < centred.Length; k++)
            {
                loss += Math.Exp(at[1 + (2 * k)] - (at[2 + (2 * k)] * centred[k][row]));
            }

            sum += weights[row] * objective.Of(objective.OfLogarithm ? Math.Log(loss) - logLosses[row] : loss - losses[row]).Value;
        }

        return sum;
    }

    /// <summary>The value with its gradient, Hessian and majorant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double Derivatives(ReadOnlySpan<double> at, Span<double> gradient, Span<double> hessian, Span<double> majorant)
    {
        int n = at.Length;
        gradient.Clear();
        hessian.Clear();
        majorant.Clear();
        Span<double> slope = stackalloc double[n];
        double sum = 0;
        for (int row = 0; row < losses.Length; row++)
        {
            double loss = at[0];
            slope[0] = 1;
            for (int k = 0; k < centred.Length; k++)
            {
                double term = Math.Exp(at[1 + (2 * k)] - (at[2 + (2 * k)] * centred[k][row]));
                loss += term;
                slope[1 + (2 * k)] = term;
                slope[2 + (2 * k)] = -centred[k][row] * term;
            }

            // For r = ln L: grad r = grad L / L, and its Hessian is (Hessian of L) / L - grad r grad r^T.
            double scale = objective.OfLogarithm ? 1 / loss : 1;
            var penalty = objective.Of(objective.OfLogarithm ? Math.Log(loss) - logLosses[row] : loss - losses[row]);
            double weight = weights[row];
            double outer = weight * scale * scale * (penalty.Curvature - (objective.OfLogarithm ? penalty.Slope : 0));
            double above = weight * scale * scale * penalty.Majorant;
            double along = weight * scale * penalty.Slope;
            sum += weight * penalty.Value;
            for (int i = 0; i < n; i++)
            {
                gradient[i] += along * slope[i];
                for (int j = 0; j <= i; j++)
                {
                    double product = slope[i] * slope[j];
                    hessian[(i * n) + j] += outer * product;
                    majorant[(i * n) + j] += above * product;
                }
            }

            for (int k = 0; k < centred.Length; k++)
            {
                int a = 1 + (2 * k);
                hessian[(a * n) + a] += along * slope[a];
                hessian[((a + 1) * n) + a] += along * slope[a + 1];
                hessian[((a + 1) * n) + a + 1] -= along * centred[k][row] * slope[a + 1];
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                hessian[(i * n) + j] = hessian[(j * n) + i];
                majorant[(i * n) + j] = majorant[(j * n) + i];
            }
        }

        return sum;
    }

    /// <summary>
    /// Starts from a grid of exponents: given those, E and the coefficients are linear in the loss and found by least squares on
    /// relative residuals, none negative (variable projection, Golub and Pereyra 1973). The local minima of the true objective over the grid, best first.
    /// </summary>
    public IReadOnlyList<double[]> Starts(int exponents, int most) => PowerSumGrid.Starts(centred, losses, weights, Value, exponents, most);

    /// <summary>
    /// The condition number of the derivatives of the prediction, column by column scaled to length 1, by the constants as they are printed: (E, ln of
    /// each coefficient, each exponent), logarithms not centred.
    /// </summary>
    public double Condition(double[] at)
    {
        var derivatives = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(Rows, at.Length, (row, column) =>
        {
            int k = (column - 1) / 2;
            double term = column == 0 ? 1 : Math.Exp(at[1 + (2 * k)] - (at[2 + (2 * k)] * centred[k][row]));
            return Math.Sqrt(weights[row]) * term * (column > 0 && column % 2 == 0 ? -(centred[k][row] + means[k]) : 1);
        });
        return derivatives.NormalizeColumns(2).ConditionNumber();
    }

    /// <summary>The nearest local minimum.</summary>
    public Minimum Refine(double[] start)
    {
        if (objective.Path is [var only] && only == objective)
        {
            return BoxedNewton.Minimise(Derivatives, Value, start, Low, High, 1e-13, 1e-24 * weights.Sum());
        }

        var minimum = objective.Path.Aggregate(
            new Minimum(start, double.NaN, double.NaN, false),
            (before, next) => new PowerSum(centred, means, losses, weights, next).Refine(before.At));
        return minimum with { Value = Value(minimum.At) };
    }
}
