namespace Sextant.Matching.Search;

/// <summary>Texts with their features: a text is encoded once, however often and in whatever search it comes up.</summary>
internal sealed class EncodedTexts(Func<IReadOnlyList<string>, FeatureTable> encode)
{
    /// <summary>Texts of a batch: few enough that a budget in seconds is kept with a large model, and the same on every machine.</summary>
    public const int Batch = 64;

    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<float[]> features = [];

    /// <summary>How many texts were encoded.</summary>
    public int Count => features.Count;

    public bool Has(string text) => places.ContainsKey(text);

    /// <summary>Encodes those that are new, in batches, until done or until <paramref name="isOver"/> says so between two batches; whether all are known now.</summary>
    public bool Learn(IEnumerable<string> texts, Func<bool>? isOver = null, Action<int>? progress = null)
    {
        string[] missing = [.. texts.Distinct(StringComparer.Ordinal).Where(text => !Has(text))];
        foreach (string[] batch in missing.Chunk(Batch))
        {
            if (isOver?.Invoke() == true)
            {
                return false;
            }

            Add(batch, encode(batch));
            progress?.Invoke(batch.Length);
        }

        return true;
    }

    /// <summary>Texts whose features are known from before.</summary>
    public void Add(IReadOnlyList<string> texts, FeatureTable table)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(table.Rows, texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            if (places.TryAdd(texts[i], features.Count))
            {
                features.Add(table.Row(i).ToArray());
            }
        }
    }

    /// <summary>Features of texts that are known, a row each.</summary>
    public FeatureTable Of(IReadOnlyList<string> texts)
    {
        int width = texts.Count == 0 ? 1 : features[places[texts[0]]].Length;
        float[] values = new float[texts.Count * width];
        for (int i = 0; i < texts.Count; i++)
        {
            features[places[texts[i]]].CopyTo(values, i * width);
        }

        return FeatureTable.Of(texts.Count, width, values);
    }
}
