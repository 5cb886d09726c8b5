namespace Sextant.Decoding.Measures;

/// <summary>Other units for a loss in nats.</summary>
public static class Likelihood
{
    /// <summary>exp(nats a token): the number of equally likely tokens that would be as hard to guess.</summary>
    public static double Perplexity(double natsPerToken) => Math.Exp(natsPerToken);
}
