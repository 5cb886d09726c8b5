namespace Sextant.Matching.Search;

/// <summary>Other ways to say a caption that mean the same: how far scores move between them is noise.</summary>
public static class Paraphrases
{
    /// <summary>With {} for the caption as it is and {a} for it with its article.</summary>
    public static IReadOnlyList<string> Frames { get; } = ["{a}", "the {}", "a photo of {}", "a photo of {a}", "a picture of {}", "an image of {a}"];

    /// <summary>The caption in each frame; what comes out as the caption itself or twice is left out.</summary>
    internal static IReadOnlyList<string> Of(TriedCaption caption, IReadOnlyList<string> frames)
    {
        string withArticle = Article(caption) + caption.Text;
        return [.. frames.Select(frame => frame.Replace("{a}", withArticle, StringComparison.Ordinal).Replace("{}", caption.Text, StringComparison.Ordinal)).Where(text => text != caption.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>"a " or "an " before one counted thing.</summary>
    private static string Article(TriedCaption caption) =>
        caption.Phrase is { Number: null, Noun.Plural: not null } ? (caption.Text[0] is 'a' or 'e' or 'i' or 'o' or 'u' ? "an " : "a ") : "";
}
