namespace Sextant.Matching.Search;

/// <summary>How captions are searched for.</summary>
public sealed record CaptionSearchOptions
{
    /// <summary>Seconds for each target, once the vocabulary's features are known: two thirds at most to try captions, the rest to weigh what was found. Saying it in other words and explaining it may take a little longer.</summary>
    public double Seconds { get; init; } = 5;

    /// <summary>Most texts that are encoded to be tried for a target, before what was found is confirmed and explained; null for as many as the time allows.</summary>
    public int? Texts { get; init; }

    /// <summary>Most words of a caption that the search makes.</summary>
    public int MostWords { get; init; } = 6;

    /// <summary>Captions of each length that are extended.</summary>
    public int Beam { get; init; } = 16;

    /// <summary>Captions of each length that are tried.</summary>
    public int Proposals { get; init; } = 192;

    /// <summary>Share of the gallery that is kept from the search to confirm what it finds, 0..1; see <see cref="HeldOutPictures"/> for small galleries.</summary>
    public double HeldOut { get; init; } = 1.0 / 3;

    /// <summary>Decides which pictures are held out and which captions are tried beside the most promising.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Most captions that are returned.</summary>
    public int Captions { get; init; } = 5;

    /// <summary>Rivals that are explained for each.</summary>
    public int Rivals { get; init; } = 3;

    /// <summary>What makes no sense, each with its name.</summary>
    public IEnumerable<string> Problems()
    {
        if (!(Seconds > 0))
        {
            yield return $"seconds is {Seconds}; a search takes more than 0.";
        }

        if (Texts is < 1)
        {
            yield return $"texts is {Texts}; at least 1 is tried.";
        }

        if (MostWords < 1)
        {
            yield return $"mostWords is {MostWords}; a caption has at least 1.";
        }

        if (Beam < 1 || Proposals < 1)
        {
            yield return $"beam is {Beam} and proposals {Proposals}; at least 1 caption is extended and tried.";
        }

        if (!(HeldOut >= 0 && HeldOut <= 0.9))
        {
            yield return $"heldOut is {HeldOut}; it is a share of 0 to 0.9.";
        }

        if (Captions < 1 || Rivals < 0)
        {
            yield return $"captions is {Captions} and rivals {Rivals}; at least 1 caption is returned.";
        }
    }
}
