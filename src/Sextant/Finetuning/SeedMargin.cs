using MathNet.Numerics.Distributions;
using Sextant.Scaling;

namespace Sextant.Finetuning;

/// <summary>How far the mean over seeds and examples may lie from that over all there could be; see <see cref="SeedMean"/>.</summary>
/// <param name="Seeds">How many.</param>
/// <param name="Examples">How many, at least two.</param>
/// <param name="BySeed">Mean square of the seeds; 0 of one.</param>
/// <param name="ByExample">Mean square of the examples.</param>
/// <param name="Rest">Mean square of what is left; 0 of one seed.</param>
/// <param name="Farthest">How far from the mean an example could be.</param>
internal sealed record SeedMargin(int Seeds, int Examples, double BySeed, double ByExample, double Rest, double Farthest)
{
    private const double SmallestP = 1e-6; // beyond, the quantile of few degrees of freedom is not found

    public static SeedMargin Of(IReadOnlyList<double[]> worth, double mean, double[] perSeed, double[] perExample, double lowest)
    {
        double farthest = Math.Max(mean - lowest, 1 - mean);
        int seeds = worth.Count, examples = perExample.Length;
        double byExample = seeds * perExample.Sum(e => (e - mean) * (e - mean)) / (examples - 1);
        if (worth.All(row => row.All(w => w == worth[0][0])))
        {
            return new SeedMargin(seeds, examples, 0, 0, 0, farthest); // and nothing of rounding
        }

        if (seeds == 1)
        {
            return new SeedMargin(seeds, examples, 0, byExample, 0, farthest);
        }

        double rest = 0;
        for (int s = 0; s < seeds; s++)
        {
            for (int e = 0; e < examples; e++)
            {
                double left = worth[s][e] - perSeed[s] - perExample[e] + mean;
                rest += left * left;
            }
        }

        return new SeedMargin(seeds, examples, examples * perSeed.Sum(s => (s - mean) * (s - mean)) / (seeds - 1), byExample, rest / ((seeds - 1) * (examples - 1)), farthest);
    }

    /// <summary>Half the width of an interval, before it is cut off at what is possible.</summary>
    public double Half(double level)
    {
        if (BySeed + ByExample + Rest == 0)
        {
            // Wilson 1927: where none of so many examples was worth another amount, at most this share of all there could be is.
            double z = Normal.InvCDF(0, 1, (1 + level) / 2);
            return Farthest * z * z / (Examples + (z * z));
        }

        if (Seeds == 1)
        {
            return Math.Sqrt(Squared(Examples - 1, level) * ByExample / Examples);
        }

        double ofSeeds = Math.Max(Squared(Seeds - 1, level) * BySeed, Squared((Seeds - 1) * (Examples - 1), level) * Rest); // seeds that came out alike by chance are no surer than what is left to chance
        double ofExamples = Squared(Examples - 1, level) * Math.Max(ByExample - Rest, 0);
        return Math.Sqrt((ofSeeds + ofExamples) / ((double)Seeds * Examples));
    }

    /// <summary>Two-sided: one less the level of the interval that just reaches zero, by halving to a millionth of it; not below 1e-6.</summary>
    public double P(double mean)
    {
        if (mean == 0)
        {
            return 1;
        }

        double low = Math.Log(SmallestP), high = 0; // the logarithm of p
        if (Half(1 - SmallestP) < Math.Abs(mean))
        {
            return SmallestP;
        }

        while (high - low > 1e-6)
        {
            double middle = (low + high) / 2;
            (low, high) = Half(1 - Math.Exp(middle)) < Math.Abs(mean) ? (low, middle) : (middle, high);
        }

        return Math.Exp(high);
    }

    /// <summary>Student's two-sided quantile at the level, squared.</summary>
    private static double Squared(int freedom, double level)
    {
        double t = Student.Reach(freedom, level);
        return t * t;
    }
}
