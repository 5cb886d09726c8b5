namespace Sextant.Decoding.Measures;

/// <summary>Other units for a loss in nats.</summary>
public static class Likelihood
{
    /// <summary>exp(nats a token): the number of equally likely tokens that would be as hard to guess.</summary>
    public static double Perplexity(double natsPerToken) => Math.Exp(natsPerToken);

    /// <summary>Total nats over the bytes of the text in UTF-8, in bits; comparable across tokenisers (Gao 2020, section 3.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no byte.</exception>
    public static double BitsPerByte(double nats, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return nats / Math.Log(2) / bytes;
    }
}
