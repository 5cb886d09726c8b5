namespace Sextant.Scaling;

/// <summary>When points determine a law. It is judged at one level, whatever the level that intervals are printed at.</summary>
internal static class Identifiability
{
    /// <summary>Of the intervals that a status goes by.</summary>
    public const double Level = Estimated.Level;

    /// <summary>An interval of an exponent wider than this says nothing one could act on.</summary>
    public const double WidestExponent = 0.4;

    /// <summary>The level in a sentence.</summary>
    public static string Percent { get; } = Said.Percent(Level);
}
