using MathNet.Numerics.LinearAlgebra;

namespace Sextant.Scaling;

/// <summary>
/// Noise as the residuals of several profiles show it, drawn anew for a bootstrap. What one training adds to the loss is shared by all
/// computes read off it, so that its residuals are drawn together: their covariance across profiles is estimated from the trainings, each
/// draw gives a training one vector of that covariance, and its size is drawn from its own uncertainty (a scaled inverse chi-square),
/// which makes the interval of a linear quantity Student's. A bootstrap of pairs has nothing to draw from six sizes.
/// </summary>
internal sealed class ProfileNoise
{
    private readonly IReadOnlyList<Profile> profiles;
    private readonly double[][] fitted;

    /// <summary>F with F F' the covariance across profiles.</summary>
    private readonly double[,] factor;
    private readonly int[] units;

    private ProfileNoise(IReadOnlyList<Profile> profiles, double[][] fitted, double[,] factor, int[] units, int degreesOfFreedom)
    {
        this.profiles = profiles;
        this.fitted = fitted;
        this.factor = factor;
        this.units = units;
        DegreesOfFreedom = degreesOfFreedom;
    }

    /// <summary>Of the noise's size: trainings less the 3 of a quadratic.</summary>
    public int DegreesOfFreedom { get; }

    /// <summary>Null where no profile has more sizes than its quadratic has coefficients.</summary>
    public static ProfileNoise? Of(IReadOnlyList<Profile> profiles)
    {
        int count = profiles.Count, freedom = profiles.Select(profile => profile.Quadratic!.DegreesOfFreedom).DefaultIfEmpty(0).Max();
        if (freedom < 1)
        {
            return null;
        }

        double[][] fitted = [.. profiles.Select(profile => profile.Window.Select(point => profile.Quadratic!.At(point.X).Value).ToArray())];
        var residuals = profiles.Select((profile, p) => profile.Window
            .Select((point, i) => (point.Unit, Residual: (point.Loss - fitted[p][i]) * Math.Sqrt(point.Weight)))
            .GroupBy(pair => pair.Unit)
            .ToDictionary(unit => unit.Key, unit => unit.Sum(pair => pair.Residual))).ToList();
        double pooled = profiles.Sum(profile => profile.Quadratic!.ResidualSumOfSquares) / profiles.Sum(profile => profile.Quadratic!.DegreesOfFreedom);
        var covariance = Matrix<double>.Build.Dense(count, count);
        for (int p = 0; p < count; p++)
        {
            int own = profiles[p].Quadratic!.DegreesOfFreedom;
            covariance[p, p] = own > 0 ? profiles[p].Quadratic!.ResidualSumOfSquares / own : pooled;
            for (int q = 0; q < p && own > 0; q++)
            {
                int others = profiles[q].Quadratic!.DegreesOfFreedom;
                double shared = residuals[p].Sum(unit => unit.Value * residuals[q].GetValueOrDefault(unit.Key));
                covariance[p, q] = covariance[q, p] = others > 0 ? shared / Math.Sqrt((double)own * others) : 0;
            }
        }

        var values = covariance.Evd(Symmetricity.Symmetric);
        double[,] factor = new double[count, count];
        for (int p = 0; p < count; p++)
        {
            for (int k = 0; k < count; k++)
            {
                factor[p, k] = values.EigenVectors[p, k] * Math.Sqrt(Math.Max(0, values.EigenValues[k].Real));
            }
        }

        return new ProfileNoise(profiles, fitted, factor, [.. profiles.SelectMany(profile => profile.Window.Select(point => point.Unit)).Distinct().Order()], freedom);
    }

    /// <summary>The vertices of one resample, a profile each; null for one that has no minimum.</summary>
    public double?[] Vertices(ulong seed, int resample)
    {
        var random = new SeededRandom(seed, (ulong)resample);
        double squares = 0;
        for (int i = 0; i < DegreesOfFreedom; i++)
        {
            double normal = random.NextGaussian();
            squares += normal * normal;
        }

        double scale = Math.Sqrt(DegreesOfFreedom / squares);
        var errors = new Dictionary<int, double[]>(units.Length);
        double[] normals = new double[profiles.Count];
        foreach (int unit in units)
        {
            for (int k = 0; k < normals.Length; k++)
            {
                normals[k] = random.NextGaussian();
            }

            double[] error = new double[profiles.Count];
            for (int p = 0; p < error.Length; p++)
            {
                for (int k = 0; k < normals.Length; k++)
                {
                    error[p] += scale * factor[p, k] * normals[k];
                }
            }

            errors.Add(unit, error);
        }

        double?[] vertices = new double?[profiles.Count];
        for (int p = 0; p < vertices.Length; p++)
        {
            var window = profiles[p].Window;
            double[] losses = [.. window.Select((point, i) => fitted[p][i] + (errors[point.Unit][p] / Math.Sqrt(point.Weight)))];
            vertices[p] = profiles[p].Refit(losses) is Vertex { IsMinimum: true } vertex ? vertex.At : null;
        }

        return vertices;
    }
}
