namespace Sextant.Models.Encoders;

/// <summary>Low-rank adapters on the queries and values of every layer (Hu 2021, section 4.2).</summary>
public sealed record AdapterOptions
{
    /// <summary>The inner width of an adapter.</summary>
    public int Rank { get; init; } = 8;

    /// <summary>The adapter's product is multiplied by this over the rank.</summary>
    public double Alpha { get; init; } = 16;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path)
    {
        if (Rank < 1)
        {
            yield return $"{path}.rank: {Rank} is not at least 1.";
        }

        if (Alpha is not (> 0 and < 1e6))
        {
            yield return FormattableString.Invariant($"{path}.alpha: {Alpha} is not a positive number.");
        }
    }
}
