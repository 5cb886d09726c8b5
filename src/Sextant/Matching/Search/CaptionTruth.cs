namespace Sextant.Matching.Search;

/// <summary>Whether captions are true of the pictures of a gallery, where that is known: of drawn pictures.</summary>
/// <param name="pictures">How many.</param>
/// <param name="read">What a caption claims, as a test of pictures by their place; null where it is not understood.</param>
/// <param name="isKnown">Whether anything is known of a picture; null where it is of all.</param>
public sealed class CaptionTruth(int pictures, Func<string, Func<int, bool>?> read, Func<int, bool>? isKnown = null)
{
    private readonly Dictionary<string, Func<int, bool>?> claims = new(StringComparer.Ordinal);

    /// <summary>Whether it is known what is true of a picture.</summary>
    public bool Knows(int picture) => isKnown?.Invoke(picture) ?? true;

    /// <summary>Whether it is true of a picture; null where it is not understood, or nothing is known of the picture.</summary>
    public bool? Says(string caption, int picture) => Knows(picture) ? Claim(caption)?.Invoke(picture) : null;

    /// <summary>Of how many pictures it is true; null where it is not understood.</summary>
    public int? Count(string caption) => Claim(caption) is { } claim ? Enumerable.Range(0, pictures).Count(claim) : null;

    private Func<int, bool>? Claim(string caption)
    {
        if (!claims.TryGetValue(caption, out var claim))
        {
            claim = claims[caption] = read(caption);
        }

        return claim;
    }
}
