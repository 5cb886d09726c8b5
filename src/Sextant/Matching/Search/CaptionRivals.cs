namespace Sextant.Matching.Search;

/// <summary>Which pictures come near for a caption and what separates them from the target.</summary>
internal sealed class CaptionRivals(FeatureTable pictures, WordBank bank, EncodedTexts encoded)
{
    /// <summary>Words of the vocabulary that are named for each side.</summary>
    private const int Words = 3;

    /// <param name="caption">What is explained.</param>
    /// <param name="scores">Of the gallery for it.</param>
    /// <param name="target">The picture.</param>
    /// <param name="others">Those it is held against.</param>
    /// <param name="count">How many to name.</param>
    public IReadOnlyList<CaptionRival> Of(TriedCaption caption, float[] scores, int target, int[] others, int count)
    {
        int[] nearest = [.. others.OrderByDescending(other => scores[other]).ThenBy(other => other).Take(count)];
        var parts = Parts(caption);
        string[] rests = [.. parts.Select(part => part.Left).Where(rest => rest.Length > 0).Distinct(StringComparer.Ordinal)];
        encoded.Learn(rests);
        float[] without = rests.Length == 0 ? [] : encoded.Of(rests).Products(pictures);
        return [.. nearest.Select(rival => new CaptionRival(
            rival,
            scores[rival],
            scores[target] - scores[rival],
            [.. parts.Select(part => new WordEffect(part.Part, scores[target] - scores[rival] - Margin(rests.IndexOf(part.Left), without, target, rival)))],
            Telling(target, rival),
            Telling(rival, target) is var theirs ? [.. theirs.Select(word => word with { Effect = -word.Effect })] : []))];
    }

    /// <summary>Each part of the caption with what is left of it; of a sentence, each word.</summary>
    private static (string Part, string Left)[] Parts(TriedCaption caption)
    {
        if (caption.Phrase is { } phrase)
        {
            return [.. phrase.Parts.Where(part => part.Text.Length > 0).Select(part => (part.Text, phrase.Without(part)))];
        }

        string[] words = caption.Text.Split(' ');
        return [.. words.Select((word, i) => (word, string.Join(' ', words.Where((_, j) => j != i))))];
    }

    /// <summary>The margin without a part; of no words at all, what any text gives.</summary>
    private double Margin(int row, float[] without, int target, int rival) =>
        row >= 0 ? without[(row * pictures.Rows) + target] - without[(row * pictures.Rows) + rival] : Hub(target) - Hub(rival);

    private double Hub(int picture) => bank.Hubs?.Means[picture] ?? 0;

    private IReadOnlyList<WordEffect> Telling(int of, int from) =>
    [
        .. bank.Words.Where(word => word.Kind != CaptionWordKind.Number).DistinctBy(word => word.Text)
            .Select(word => new WordEffect(word.Text, bank.Scores(bank.Row(word)) is var s ? s[of] - s[from] - (Hub(of) - Hub(from)) : 0))
            .Where(word => word.Effect > CaptionStanding.Tie).OrderByDescending(word => word.Effect).ThenBy(word => word.Word, StringComparer.Ordinal).Take(Words),
    ];
}
