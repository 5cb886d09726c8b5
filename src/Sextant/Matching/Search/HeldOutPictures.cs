namespace Sextant.Matching.Search;

/// <summary>Which pictures of a gallery the search does not see, so that what it finds can be confirmed.</summary>
/// <param name="Searched">Pictures other than the target that the search sees.</param>
/// <param name="HeldOut">The others; none where the gallery is too small.</param>
internal sealed record HeldOutPictures(int[] Searched, int[] HeldOut)
{
    /// <summary>Fewest that confirm: an arbitrary caption comes first among 19 and the target in 1 case of 20.</summary>
    public const int FewestToConfirm = 19;

    /// <summary>Fewest that are searched: with fewer almost any caption comes first, and there is nothing to confirm.</summary>
    public const int FewestToSearch = 21;

    /// <summary>A share of the others by lot, and at least <see cref="FewestToConfirm"/>; none where that leaves fewer than <see cref="FewestToSearch"/>.</summary>
    public static HeldOutPictures Of(int pictures, int target, double share, ulong seed)
    {
        int[] others = [.. Enumerable.Range(0, pictures).Where(i => i != target)];
        int held = share == 0 ? 0 : Math.Max(FewestToConfirm, (int)Math.Round(share * others.Length));
        if (held == 0 || others.Length - held < FewestToSearch)
        {
            return new HeldOutPictures(others, []);
        }

        new SeededRandom(seed, (ulong)target).Shuffle(others.AsSpan());
        int[] searched = others[held..], confirming = others[..held];
        Array.Sort(searched);
        Array.Sort(confirming);
        return new HeldOutPictures(searched, confirming);
    }
}
