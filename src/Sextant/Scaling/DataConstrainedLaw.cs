namespace Sextant.Scaling;

/// <summary>
/// L(N, D, U) = E + A / N'^alpha + B / D'^beta where D tokens are U different ones read again and again, each repetition worth less
/// (Muennighoff 2023, equations 5 and 6): D' = U + U R_D (1 - exp(-r / R_D)) with r = D / U - 1 repetitions, and parameters in excess of what U tokens
/// can use likewise.
/// </summary>
/// <param name="Fresh">The law where no token is read twice.</param>
/// <param name="RepeatScale">R_D: after this many repetitions a token has given all but 1/e of what repeating it can give; the whole is worth R_D fresh readings.</param>
/// <param name="ExcessScale">R_N, the same of parameters; null where every parameter counts in full.</param>
public sealed record DataConstrainedLaw(ParametricLaw Fresh, double RepeatScale, double? ExcessScale)
{
    /// <summary>Past this many epochs repeated tokens are worth clearly less than fresh ones (Muennighoff 2023).</summary>
    internal const double FreshEpochs = 4;

    /// <summary>Muennighoff 2023, section 6, on C4, where alpha and beta were held equal.</summary>
    public static DataConstrainedLaw Muennighoff { get; } = new(new ParametricLaw(1.87, 521, 1488, 0.353, 0.353), 15.387756, 5.309743);

    /// <summary>Parameters that <paramref name="unique"/> tokens read once train optimally: beyond them parameters are in excess.</summary>
    public double UsableParameters(double unique) =>
        Math.Pow(Fresh.Alpha * Fresh.A / (Fresh.Beta * Fresh.B), 1 / Fresh.Alpha) * Math.Pow(unique, Fresh.Beta / Fresh.Alpha);

    public double Loss(double parameters, double tokens, double unique)
    {
        double effective = parameters;
        if (ExcessScale is double scale)
        {
            effective = Effective(parameters, Math.Min(parameters, UsableParameters(unique)), scale);
        }

        return Fresh.Loss(effective, Effective(tokens, unique, RepeatScale));
    }

    /// <summary>Fresh tokens worth as much as <paramref name="tokens"/> readings of <paramref name="unique"/> ones.</summary>
    public double EffectiveTokens(double tokens, double unique) => Effective(tokens, unique, RepeatScale);

    internal static double Effective(double total, double unique, double scale)
    {
        double repetitions = (total / unique) - 1;
        return repetitions <= 0 ? total : unique * (1 + (scale * (1 - Math.Exp(-repetitions / scale))));
    }
}
