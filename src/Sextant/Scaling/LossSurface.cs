namespace Sextant.Scaling;

/// <summary>L(N, D) = E + A / N^Alpha + B / D^Beta (Hoffmann et al. 2022), with C = 6ND.</summary>
public sealed record LossSurface(double E, double A, double B, double Alpha, double Beta)
{
    /// <summary>The loss of <paramref name="parameters"/> N after <paramref name="tokens"/> D, nats a token.</summary>
    public double Loss(double parameters, double tokens) => E + (A / Math.Pow(parameters, Alpha)) + (B / Math.Pow(tokens, Beta));

    /// <summary>N* = G (C/6)^(Beta/(Alpha+Beta)) with G = (Alpha A / (Beta B))^(1/(Alpha+Beta)).</summary>
    public double OptimalParameters(double flops) =>
        Math.Pow(Alpha * A / (Beta * B), 1 / (Alpha + Beta)) * Math.Pow(flops / 6, Beta / (Alpha + Beta));

    /// <summary>D* = (C/6) / N*.</summary>
    public double OptimalTokens(double flops) => flops / 6 / OptimalParameters(flops);
}
