namespace Sextant.Matching.Search;

/// <summary>Whether captions are true of the pictures of a gallery, where that is known: of drawn pictures.</summary>
/// <param name="pictures">How many.</param>
/// <param name="read">What a caption claims, as a test of pictures by their place; null where it is not understood.</param>
public sealed class CaptionTruth(int pictures, Func<string, Func<int, bool>?> read)
{
    private readonly Dictionary<string, Func<int, bool>?> claims = new(StringComparer.Ordinal);

    /// <summary>Whether it is true of a picture; null where it is not understood.</summary>
    public bool? Says(string caption, int picture) => Claim(caption)?.Invoke(picture);

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
