using MathNet.Numerics.Distributions;

namespace Sextant.Matching;

/// <summary>
/// How a caption's cosines with the pictures of a gallery are spread. A cosine by itself says little: of the released CLIP 0.2 is what any picture has with any
/// caption and 0.3 is a good match, and other models lie elsewhere. Against the rest of the gallery it does.
/// </summary>
/// <param name="Count">Pictures.</param>
/// <param name="Mean">Of the cosines.</param>
/// <param name="Deviation">Standard deviation of the cosines, over all pictures; 0 of a single one.</param>
public sealed record Calibration(int Count, double Mean, double Deviation)
{
    /// <summary>How many deviations the best picture lies above the mean on average where cosines are nothing but normally distributed chance (Blom 1958); 0 of a single picture.</summary>
    public double ExpectedBest => Count < 2 ? 0 : Normal.InvCDF(0, 1, (Count - 0.375) / (Count + 0.25));

    /// <summary>How many deviations a cosine lies above the mean; 0 where all are the same.</summary>
    public double Z(double cosine) => Deviation > 0 ? (cosine - Mean) / Deviation : 0;

    /// <summary>How likely the best picture lies as high as this or higher where cosines are nothing but normally distributed chance.</summary>
    /// <param name="z">Of the best picture, as <see cref="Z"/> gives it.</param>
    public double ChanceOf(double z) => -Math.Exp(Count * double.LogP1(-Normal.CDF(0, 1, -z))) + 1;

    /// <param name="cosines">Of one caption with each picture, one or more.</param>
    public static Calibration Of(ReadOnlySpan<float> cosines)
    {
        ArgumentOutOfRangeException.ThrowIfZero(cosines.Length, nameof(cosines));
        double sum = 0, squares = 0;
        foreach (float cosine in cosines)
        {
            sum += cosine;
        }

        double mean = sum / cosines.Length;
        bool varies = false;
        foreach (float cosine in cosines)
        {
            squares += (cosine - mean) * (cosine - mean);
            varies |= cosine != cosines[0];
        }

        return new Calibration(cosines.Length, mean, varies ? Math.Sqrt(squares / cosines.Length) : 0);
    }
}
