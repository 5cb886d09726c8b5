namespace Sextant.Training;

/// <summary>The two validation losses, which differ: one weighs batches equally, the other tokens.</summary>
/// <param name="ValidationLoss">Unweighted mean over batches of each batch's mean loss, nats a token (the course's measure).</param>
/// <param name="ValidationLossPerToken">Mean over all tokens, nats a token.</param>
public readonly record struct ValidationLosses(double ValidationLoss, double ValidationLossPerToken)
{
    /// <summary>The share of examples, or of expected tokens, whose most likely class is the right one, 0..1; null where that was not counted.</summary>
    public double? Accuracy { get; init; }

    /// <summary>For data whose batches mean nothing by themselves, such as stretches of one text: the mean over tokens under both names.</summary>
    public ValidationLosses ByToken() => this with { ValidationLoss = ValidationLossPerToken };

    /// <summary>Both losses from each batch's summed loss and the number of tokens it was summed over.</summary>
    /// <exception cref="ArgumentException">There is no batch, or a batch without tokens.</exception>
    public static ValidationLosses Of(IEnumerable<(double Nats, long Tokens)> batches)
    {
        int count = 0;
        long tokens = 0;
        double means = 0, nats = 0;
        foreach ((double batchNats, long batchTokens) in batches)
        {
            if (batchTokens < 1)
            {
                throw new ArgumentException($"Validation batch {count} holds no token, so it has no mean loss.", nameof(batches));
            }

            count++;
            tokens += batchTokens;
            means += batchNats / batchTokens;
            nats += batchNats;
        }

        return count > 0 ? new(means / count, nats / tokens) : throw new ArgumentException("There is no validation batch to measure a loss on.", nameof(batches));
    }
}
