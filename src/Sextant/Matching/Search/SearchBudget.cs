namespace Sextant.Matching.Search;

/// <summary>What a search may still spend. The clock decides when it stops and nothing else.</summary>
internal sealed class SearchBudget(CaptionSearchOptions options, EncodedTexts encoded, TimeProvider clock, CancellationToken stop)
{
    private readonly long began = clock.GetTimestamp();
    private readonly int before = encoded.Count;

    public double Seconds => clock.GetElapsedTime(began).TotalSeconds;

    public int Encoded => encoded.Count - before;

    /// <summary>What ran out; null while nothing did.</summary>
    public SpentBudget? Spent { get; private set; }

    /// <summary>Whether to stop before the next batch.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public bool IsOver()
    {
        stop.ThrowIfCancellationRequested();
        Spent ??= options.Texts is int most && Encoded + EncodedTexts.Batch > Math.Max(most, EncodedTexts.Batch) ? SpentBudget.Texts : Seconds >= options.Seconds ? SpentBudget.Seconds : null;
        return Spent is not null;
    }
}

/// <summary>What ended a search before it was through.</summary>
public enum SpentBudget
{
    /// <summary>The time allowed: on a faster machine the same search finds more.</summary>
    Seconds,

    /// <summary>The number of texts allowed.</summary>
    Texts,
}
