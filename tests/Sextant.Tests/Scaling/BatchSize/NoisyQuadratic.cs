using Sextant.Scaling.BatchSize;

namespace Sextant.Tests.Scaling.BatchSize;

/// <summary>
/// The noisy quadratic model (Zhang 2019, "Which algorithmic choices matter at which batch sizes?"): loss 1/2 sum h w^2, gradients h w with noise of variance c / B in each direction, steps of rate * p against them. The expected
/// squares of w, and so the expected loss after any number of steps, are known exactly.
/// </summary>
/// <param name="Curvatures">h.</param>
/// <param name="Noises">c.</param>
/// <param name="Starts">Expected squares of w at the start.</param>
/// <param name="Preconditioner">p; 1 everywhere for plain gradient descent.</param>
internal sealed record NoisyQuadratic(double[] Curvatures, double[] Noises, double[] Starts, double[] Preconditioner)
{
    /// <summary>h = 1 / i and noise of the same covariance, as Zhang 2019 has them.</summary>
    public static NoisyQuadratic Harmonic(int directions)
    {
        double[] h = [.. Enumerable.Range(1, directions).Select(i => 1.0 / i)];
        double[] one = [.. h.Select(_ => 1.0)];
        return new NoisyQuadratic(h, h, one, one);
    }

    /// <summary>p = h^-power.</summary>
    public NoisyQuadratic Preconditioned(double power) => this with { Preconditioner = [.. Curvatures.Select(h => Math.Pow(h, -power))] };

    /// <summary>The rate above which a direction diverges.</summary>
    public double HighestRate => 2 / Curvatures.Zip(Preconditioner, (h, p) => h * p).Max();

    /// <summary>B_noise = tr(H Sigma) / G H G at the start, of one step of plain gradient descent (McCandlish 2018, equation 2.7).</summary>
    public double NoiseBatch => Curvatures.Select((h, i) => h * Noises[i]).Sum() / Curvatures.Select((h, i) => h * h * h * Starts[i]).Sum();

    /// <summary>eps_max = |G|^2 / G H G at the start.</summary>
    public double MaxRate => Curvatures.Select((h, i) => h * h * Starts[i]).Sum() / Curvatures.Select((h, i) => h * h * h * Starts[i]).Sum();

    /// <summary>The expected loss.</summary>
    public double Loss(double steps, double rate, double batch)
    {
        double loss = 0;
        for (int i = 0; i < Curvatures.Length; i++)
        {
            double h = Curvatures[i], p = Preconditioner[i], shrink = Math.Pow(1 - (rate * p * h), 2);
            double settled = rate * rate * p * p * Noises[i] / batch / (1 - shrink);
            loss += h / 2 * (settled + ((Starts[i] - settled) * Math.Pow(shrink, steps)));
        }

        return loss;
    }

    /// <summary>What a training at a constant rate comes to.</summary>
    public TargetOutcome? Train(double target, double rate, double batch, double most)
    {
        if (rate >= HighestRate)
        {
            return null;
        }

        var curve = new List<StepLoss>();
        for (double steps = 1; curve.Count == 0 || curve[^1].Steps < most; steps *= 1.02)
        {
            curve.Add(new StepLoss(Math.Min(steps, most), Loss(Math.Min(steps, most), rate, batch)));
            if (curve[^1].Loss < target * 0.98)
            {
                break;
            }
        }

        return TargetCrossing.Of(curve, target, lasting: 1);
    }

    /// <summary>The fewest steps of all rates at a batch, by golden section over the logarithm of the rate.</summary>
    public double FewestSteps(double target, double batch) => Least(Math.Log(HighestRate * 1e-5), Math.Log(HighestRate * 0.9999), log => Crossing(steps => Loss(steps, Math.Exp(log), batch), target, 1e9));

    /// <summary>E_min: the fewest examples in the limit of small batches, where training is a flow in the rate times the steps, and only rate / batch counts.</summary>
    public double FewestExamples(double target)
    {
        return Least(Math.Log(1e-6), Math.Log(1e2), log =>
        {
            double perBatch = Math.Exp(log);
            double time = Crossing(
                time => Curvatures.Select((h, i) =>
                {
                    double p = Preconditioner[i], settled = perBatch * p * Noises[i] / (2 * h), left = Math.Exp(-2 * p * h * time);
                    return h / 2 * (settled + ((Starts[i] - settled) * left));
                }).Sum(),
                target,
                1e9);
            return time / perBatch;
        });
    }

    /// <summary>S_min: the fewest steps without noise.</summary>
    public double FewestStepsWithoutNoise(double target) => FewestSteps(target, double.PositiveInfinity);

    /// <summary>The first place, to a part in 10^10, where a loss is at most the target; infinite where it is nowhere before the end.</summary>
    private static double Crossing(Func<double, double> loss, double target, double end)
    {
        double before = 1e-6, at = 1e-6;
        while (loss(at) > target)
        {
            (before, at) = (at, at * 1.3);
            if (at > end)
            {
                return double.PositiveInfinity;
            }
        }

        for (int i = 0; i < 50; i++)
        {
            double middle = (before + at) / 2;
            (before, at) = loss(middle) > target ? (middle, at) : (before, middle);
        }

        return at;
    }

    private static double Least(double low, double high, Func<double, double> value)
    {
        // A grid first: outside the rates that reach the target everything is infinite.
        double[] grid = [.. Enumerable.Range(0, 81).Select(i => low + ((high - low) * i / 80))];
        int best = Enumerable.Range(0, grid.Length).MinBy(i => value(grid[i]));
        (low, high) = (grid[Math.Max(0, best - 1)], grid[Math.Min(80, best + 1)]);
        for (int i = 0; i < 40; i++)
        {
            double left = low + (0.382 * (high - low)), right = low + (0.618 * (high - low));
            (low, high) = value(left) <= value(right) ? (low, right) : (left, high);
        }

        return value((low + high) / 2);
    }
}
