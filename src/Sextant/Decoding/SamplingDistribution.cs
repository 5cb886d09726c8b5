namespace Sextant.Decoding;

/// <summary>The distribution a token is drawn from.</summary>
internal static class SamplingDistribution
{
    /// <summary>
    /// Tokens and their probabilities, most probable first: softmax(logits / temperature), cut to the k most probable
    /// (Fan 2018, section 5.1.3), renormalised, cut to the smallest set that holds at least p (Holtzman 2020, equation
    /// 2), renormalised (equation 3). Tokens of equal probability stand in the order of their ids.
    /// </summary>
    public static (int Token, double Probability)[] Of(ReadOnlySpan<float> logits, DecodingOptions.Sampling options)
    {
        double[] scaled = new double[logits.Length];
        for (int i = 0; i < logits.Length; i++)
        {
            scaled[i] = logits[i] / options.Temperature;
        }

        double highest = scaled.Max();
        if (!double.IsFinite(highest))
        {
            throw new InvalidOperationException("The model's logits are not finite, so nothing can be drawn from them; its training diverged.");
        }

        IEnumerable<(int Token, double Weight)> ranked = scaled
            .Select((value, token) => (Token: token, Weight: Math.Exp(value - highest)))
            .Where(candidate => candidate.Weight > 0)
            .OrderByDescending(candidate => candidate.Weight);
        var kept = Normalised(options.TopK is { } k ? [.. ranked.Take(k)] : [.. ranked]);
        return options.TopP is { } p ? Normalised(Nucleus(kept, p)) : kept;
    }

    /// <summary>The token at which the cumulative probability passes <paramref name="uniform"/>, which is in [0, 1).</summary>
    public static int Draw((int Token, double Probability)[] distribution, double uniform)
    {
        double cumulative = 0;
        foreach ((int token, double probability) in distribution)
        {
            cumulative += probability;
            if (uniform < cumulative)
            {
                return token;
            }
        }

        return distribution[^1].Token; // rounding left the sum just below 1
    }

    private static (int Token, double Probability)[] Nucleus((int Token, double Probability)[] ranked, double p)
    {
        double cumulative = 0;
        int size = 0;
        while (size < ranked.Length && cumulative < p)
        {
            cumulative += ranked[size++].Probability;
        }

        return ranked[..size];
    }

    private static (int Token, double Probability)[] Normalised((int Token, double Weight)[] weighted)
    {
        double sum = weighted.Sum(candidate => candidate.Weight);
        return [.. weighted.Select(candidate => (candidate.Token, candidate.Weight / sum))];
    }
}
