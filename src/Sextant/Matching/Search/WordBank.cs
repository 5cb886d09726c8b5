namespace Sextant.Matching.Search;

/// <summary>
/// The vocabulary's words with their scores for every picture. They serve three times: as captions of one word, to guess what a longer caption will score, and as the bank of
/// captions that ask for no particular picture, whose mean score shows which pictures lie near to every text (hubs).
/// </summary>
internal sealed class WordBank
{
    private readonly Dictionary<string, int> rows;
    private readonly float[] scores;
    private readonly int pictures;

    private WordBank(IReadOnlyList<CaptionWord> words, Dictionary<string, int> rows, float[] scores, int pictures, FeatureTable features, HubCorrection? hubs) =>
        (Words, this.rows, this.scores, this.pictures, Features, Hubs) = (words, rows, scores, pictures, features, hubs);

    /// <summary>All but relations, which mean nothing alone.</summary>
    public IReadOnlyList<CaptionWord> Words { get; }

    /// <summary>A row for each text.</summary>
    public FeatureTable Features { get; }

    /// <summary>From nouns, colours, attributes and places; null where these are too few.</summary>
    public HubCorrection? Hubs { get; }

    /// <summary>The texts that a vocabulary's bank holds.</summary>
    public static IEnumerable<string> TextsOf(CaptionVocabulary vocabulary) =>
        vocabulary.Words.Where(word => word.Kind != CaptionWordKind.Relation && word.Text.Length > 0).Select(word => word.Text).Distinct(StringComparer.Ordinal);

    public static WordBank Of(CaptionVocabulary vocabulary, EncodedTexts encoded, FeatureTable pictures)
    {
        CaptionWord[] words = [.. vocabulary.Words.Where(word => word.Kind != CaptionWordKind.Relation && word.Text.Length > 0)];
        string[] texts = [.. TextsOf(vocabulary)];
        var rows = texts.Index().ToDictionary(text => text.Item, text => text.Index, StringComparer.Ordinal);
        var features = encoded.Of(texts);
        float[] scores = texts.Length == 0 ? [] : features.Products(pictures);
        int[] neutral = [.. words.Where(word => word.Kind != CaptionWordKind.Number).Select(word => rows[word.Text]).Distinct()];
        return new WordBank(words, rows, scores, pictures.Rows, features, HubCorrection.Of(scores, neutral, pictures.Rows));
    }

    /// <summary>Row of a word, or -1 where it stands for no text of its own.</summary>
    public int Row(CaptionWord word) => rows.GetValueOrDefault(word.Text, -1);

    /// <summary>Scores of a row for every picture.</summary>
    public ReadOnlySpan<float> Scores(int row) => scores.AsSpan(row * pictures, pictures);
}
