namespace Sextant.Scaling.BatchSize;

/// <summary>Regimes as people say them.</summary>
public static class Regimes
{
    public static string Words(this Regime regime) => regime switch
    {
        Regime.NoiseDominated => "noise-dominated",
        Regime.Efficient => "efficient",
        Regime.CurvatureDominated => "curvature-dominated",
        _ => "uncertain",
    };
}
