namespace Sextant.Matching.Search;

/// <summary>What a search may still spend. The clock decides when it stops and nothing else.</summary>
internal sealed class SearchBudget(CaptionSearchOptions options, EncodedTexts encoded, TimeProvider clock, CancellationToken stop)
{
    /// <summary>The share of the time after which nothing new is tried: what was found has to be weighed and said in other words as well.</summary>
    private const double TryingShare = 2.0 / 3;

    private readonly long began = clock.GetTimestamp();
    private readonly int before = encoded.Count;

    /// <summary>Texts of a batch: those of <see cref="EncodedTexts"/>, or fewer so that batches add up to the number allowed.</summary>
    public int Batch { get; } = options.Texts is not int most ? EncodedTexts.Batch : most / ((most + EncodedTexts.Batch - 1) / EncodedTexts.Batch);

    public double Seconds => clock.GetElapsedTime(began).TotalSeconds;

    public int Encoded => encoded.Count - before;

    /// <summary>What ran out; null while nothing did.</summary>
    public SpentBudget? Spent { get; private set; }

    /// <summary>Whether to weigh no more of what was found.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public bool IsLate()
    {
        stop.ThrowIfCancellationRequested();
        bool isLate = Seconds >= options.Seconds;
        Spent ??= isLate ? SpentBudget.Seconds : null;
        return isLate;
    }

    /// <summary>Whether to try no more: before the next batch.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public bool IsOver()
    {
        stop.ThrowIfCancellationRequested();
        Spent ??= options.Texts is int most && Encoded + Batch > most ? SpentBudget.Texts : Seconds >= TryingShare * options.Seconds ? SpentBudget.Seconds : null;
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
