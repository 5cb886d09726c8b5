namespace Sextant.Matching.Search;

/// <summary>Keeps the features of a vocabulary's words beside the gallery, since with a large model a thousand words take longer than a search.</summary>
public static class KeptWords
{
    /// <summary>Prepares a search with what was kept, and keeps what was new.</summary>
    /// <param name="search">What to prepare.</param>
    /// <param name="gallery">Whose cache it is.</param>
    /// <param name="encoder">Of the features.</param>
    /// <param name="cache">Where features are kept; null for .sextant in the gallery.</param>
    /// <param name="notice">Told where nothing can be kept.</param>
    /// <param name="progress">Told how many words are done, of how many.</param>
    /// <param name="stop">Ends it between two batches.</param>
    public static void Prepare(CaptionSearch search, Gallery gallery, ClipEncoder encoder, string? cache, Action<string> notice, Action<int, int>? progress = null, CancellationToken stop = default)
    {
        var kept = FeatureCache.Open(gallery.Folder, cache, encoder.Identity, encoder.Width, notice);
        string[] known = [.. search.BankTexts.Where(kept.HasText)];
        search.Prepare(known.Length == 0 ? null : (known, kept.Texts(known)), progress, stop);
        var (texts, features) = search.Prepared();
        if (known.Length < texts.Count)
        {
            kept.AddTexts(texts, features);
            kept.Save();
        }
    }
}
