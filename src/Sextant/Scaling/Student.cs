using MathNet.Numerics.Distributions;

namespace Sextant.Scaling;

/// <summary>Student's distribution.</summary>
internal static class Student
{
    /// <summary>
    /// How many standard errors an interval of <paramref name="level"/> reaches to each side. One and two degrees of freedom have closed forms, and need them:
    /// their quantiles lie beyond the range that the library searches.
    /// </summary>
    public static double Reach(int degreesOfFreedom, double level) => degreesOfFreedom switch
    {
        1 => Math.Tan(Math.PI * level / 2),
        2 => level * Math.Sqrt(2 / ((1 - level) * (1 + level))),
        _ => StudentT.InvCDF(0, 1, degreesOfFreedom, (1 + level) / 2),
    };
}
