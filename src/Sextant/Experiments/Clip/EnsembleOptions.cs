namespace Sextant.Experiments.Clip;

/// <summary>
/// Weight-space ensembling (Wortsman 2022, WiSE-FT): after a fine-tuning its weights are mixed with those that it started from, (1 - alpha) start + alpha fine-tuned, which often keeps most of what the
/// model knew at little cost to what it learned. One mixture is picked and kept.
/// </summary>
public sealed record EnsembleOptions
{
    /// <summary>How much of the fine-tuned weights, 0..1 each.</summary>
    public IReadOnlyList<double> Alphas { get; init; } = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

    /// <summary>By what one of them is picked.</summary>
    public EnsembleRule Rule { get; init; }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "ensemble")
    {
        if (Alphas.Count == 0)
        {
            yield return $"{path}.alphas: there is none; leave it out for 0, 0.1, ... 1.";
        }

        foreach (double alpha in Alphas.Where(alpha => alpha is not (>= 0 and <= 1)))
        {
            yield return FormattableString.Invariant($"{path}.alphas: {alpha} is not from 0 to 1.");
        }
    }
}

/// <summary>By what a mixture of weights is picked. Of equals the smallest alpha is, which is nearest to what the model was.</summary>
public enum EnsembleRule
{
    /// <summary>The highest mean of what is known (the share that is right of the known task) and what is new (recall at 1 of the pictures that validate, mean of both directions).</summary>
    Mean,

    /// <summary>The highest of what is new.</summary>
    New,
}
