namespace Sextant.Matching.Search;

/// <summary>A caption that the search evaluated, among the pictures that it sees.</summary>
/// <param name="Text">As it was encoded.</param>
/// <param name="Phrase">Its parts; null for a user's sentence.</param>
/// <param name="Raw">By cosine.</param>
/// <param name="Corrected">With what every caption gives a picture taken off; null where that is not known.</param>
internal sealed record TriedCaption(string Text, CaptionPhrase? Phrase, CaptionStanding Raw, CaptionStanding? Corrected)
{
    public int Words { get; } = CaptionPhrase.WordsOf(Text);

    /// <summary>What it says, whatever words it takes for it.</summary>
    public string Sense => Phrase?.Sense ?? Text;

    /// <summary>What the search maximises: the log-probability of the target, raw or corrected, whichever is lower, so that being near to all texts gains nothing.</summary>
    public double Objective => Math.Min(Raw.LogProbability, Corrected?.LogProbability ?? double.PositiveInfinity);

    public bool IsFirst => Raw.Rank == 1 && Corrected is null or { Rank: 1 };
}
