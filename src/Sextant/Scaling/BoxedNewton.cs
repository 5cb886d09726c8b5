namespace Sextant.Scaling;

/// <summary>
/// Newton's method for a smooth function in a box, damped where its quadratic is not to be trusted (Levenberg 1944, Marquardt 1963). The damping
/// is the function's own majorant, so that a fully damped step still has the scale of the problem.
/// </summary>
internal static class BoxedNewton
{
    private const int MostSteps = 300;

    /// <summary>Fills gradient (n), Hessian and majorant (n x n, row by row) at a place and returns the value; the majorant is positive semidefinite.</summary>
    public delegate double Derivatives(ReadOnlySpan<double> at, Span<double> gradient, Span<double> hessian, Span<double> majorant);

    /// <summary>The value alone.</summary>
    public delegate double Value(ReadOnlySpan<double> at);

    /// <summary>
    /// Moves <paramref name="start"/> to a local minimum between <paramref name="low"/> and <paramref name="high"/>. It has converged when a step promises less
    /// than the share <paramref name="tolerance"/> of the value, or less than <paramref name="floor"/>.
    /// </summary>
    public static Minimum Minimise(Derivatives derivatives, Value value, double[] start, double[] low, double[] high, double tolerance, double floor)
    {
        int n = start.Length;
        double[] at = [.. start.Select((x, i) => Math.Clamp(x, low[i], high[i]))];
        double[] trial = new double[n];
        double[] step = new double[n];
        double[] gradient = new double[n];
        double[] hessian = new double[n * n];
        double[] majorant = new double[n * n];
        double[] system = new double[n * n];
        bool[] held = new bool[n];
        double damping = 1e-3;
        double current = derivatives(at, gradient, hessian, majorant);
        for (int count = 0; count < MostSteps; count++)
        {
            for (int i = 0; i < n; i++)
            {
                held[i] = (at[i] <= low[i] && gradient[i] >= 0) || (at[i] >= high[i] && gradient[i] <= 0);
            }

            bool moved = false;
            for (int attempt = 0; attempt < 40 && !moved; attempt++)
            {
                if (!Step(hessian, majorant, gradient, at, low, high, held, damping, system, step))
                {
                    damping = Math.Max(damping * 10, 1e-8);
                    continue;
                }

                double length = Inside(at, step, low, high, trial);
                double promised = 0;
                for (int i = 0; i < n; i++)
                {
                    promised -= gradient[i] * step[i] * length / 2;
                }

                if (damping <= 1e-3 && length == 1 && promised <= Math.Max(tolerance * current, floor))
                {
                    return new Minimum(at, current, promised, true);
                }

                double tried = value(trial);
                if (tried < current)
                {
                    damping = current - tried > promised / 2 ? (damping < 1e-10 ? 0 : damping / 10) : damping;
                    moved = true;
                }
                else
                {
                    // No step lowers the value any more: the place is as good as arithmetic allows if little was promised.
                    if (promised <= Math.Max(1e-11 * current, floor))
                    {
                        return new Minimum(at, current, promised, true);
                    }

                    damping = Math.Max(damping * 10, 1e-8);
                }
            }

            if (!moved)
            {
                return new Minimum(at, current, double.NaN, false);
            }

            (at, trial) = (trial, at);
            current = derivatives(at, gradient, hessian, majorant);
        }

        return new Minimum(at, current, double.NaN, false);
    }

    /// <summary>
    /// Solves (H + damping M) step = -gradient over what is not held, by Cholesky; false where the matrix is not positive definite. What stands at
    /// a bound and would be moved out is held as well, and the rest solved again.
    /// </summary>
    private static bool Step(
        double[] hessian, double[] majorant, double[] gradient, double[] at, double[] low, double[] high, bool[] held, double damping, double[] system, double[] step)
    {
        int n = gradient.Length;
        bool[] fixedNow = [.. held];
        for (bool again = true; again;)
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    bool free = !fixedNow[i] && !fixedNow[j];
                    system[(i * n) + j] = free ? hessian[(i * n) + j] + (damping * majorant[(i * n) + j] * (i == j ? 1.001 : 1)) : i == j ? 1 : 0;
                }

                step[i] = fixedNow[i] ? 0 : -gradient[i];
            }

            if (!Cholesky(system, step))
            {
                return false;
            }

            again = false;
            for (int i = 0; i < n; i++)
            {
                if ((at[i] <= low[i] && step[i] < 0) || (at[i] >= high[i] && step[i] > 0))
                {
                    (fixedNow[i], again) = (true, true);
                }
            }
        }

        return true;
    }

    /// <summary>Goes along the step as far as the box allows, at most its whole length, and returns the share gone.</summary>
    private static double Inside(double[] at, double[] step, double[] low, double[] high, double[] trial)
    {
        double length = 1;
        for (int i = 0; i < at.Length; i++)
        {
            double room = step[i] < 0 ? (low[i] - at[i]) / step[i] : step[i] > 0 ? (high[i] - at[i]) / step[i] : 1;
            length = Math.Min(length, room);
        }

        for (int i = 0; i < at.Length; i++)
        {
            // The coordinate that stops the step lands on its bound exactly.
            double moved = at[i] + (length * step[i]);
            double room = step[i] < 0 ? (low[i] - at[i]) / step[i] : step[i] > 0 ? (high[i] - at[i]) / step[i] : 2;
            trial[i] = room <= length ? (step[i] < 0 ? low[i] : high[i]) : moved;
        }

        return length;
    }

    /// <summary>Solves in place; the matrix is replaced by its factor.</summary>
    private static bool Cholesky(double[] matrix, double[] right)
    {
        int n = right.Length;
        for (int j = 0; j < n; j++)
        {
            double pivot = matrix[(j * n) + j];
            double scale = Math.Abs(pivot);
            for (int k = 0; k < j; k++)
            {
                pivot -= matrix[(j * n) + k] * matrix[(j * n) + k];
            }

            if (!(pivot > 1e-14 * scale) || !double.IsFinite(pivot))
            {
                return false;
            }

            double root = Math.Sqrt(pivot);
            matrix[(j * n) + j] = root;
            for (int i = j + 1; i < n; i++)
            {
                double sum = matrix[(i * n) + j];
                for (int k = 0; k < j; k++)
                {
                    sum -= matrix[(i * n) + k] * matrix[(j * n) + k];
                }

                matrix[(i * n) + j] = sum / root;
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
            {
                right[i] -= matrix[(i * n) + k] * right[k];
            }

            right[i] /= matrix[(i * n) + i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                right[i] -= matrix[(k * n) + i] * right[k];
            }

            right[i] /= matrix[(i * n) + i];
        }

        return true;
    }
}

/// <summary>Where a search ended.</summary>
/// <param name="At">The place.</param>
/// <param name="Value">The function there.</param>
/// <param name="Promised">By how much another step would lower it, by the quadratic there: the squared gradient in the problem's own scale.</param>
/// <param name="Converged">Whether that is nothing.</param>
internal sealed record Minimum(double[] At, double Value, double Promised, bool Converged);
