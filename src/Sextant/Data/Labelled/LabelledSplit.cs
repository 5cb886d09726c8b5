namespace Sextant.Data.Labelled;

/// <summary>Which labelled texts train, validate and test, each in the order of the data.</summary>
public sealed record LabelledSplit(IReadOnlyList<LabelledText> Train, IReadOnlyList<LabelledText> Validation, IReadOnlyList<LabelledText> Test)
{
    private const int Parts = 3, MostNamed = 3;

    /// <summary>
    /// Divides each class by a shuffle of its own. A class gives each part its share rounded down, and what is left over to the parts with the largest
    /// remainders; where these are equal, to the part that has fallen behind most over the classes before. A class of two or more always trains.
    /// </summary>
    /// <param name="texts">What is divided.</param>
    /// <param name="seed">The same seed divides the same texts in the same way.</param>
    /// <param name="trainShare">The share that trains, 0..1.</param>
    /// <param name="testShare">The share that tests, 0..1; the rest validates.</param>
    public static LabelledSplit Stratified(IReadOnlyList<LabelledText> texts, ulong seed, double trainShare, double testShare = 0)
    {
        double[] shares = [trainShare, 1 - trainShare - testShare, testShare];
        double[] behind = new double[Parts];
        var parts = new Dictionary<LabelledText, SplitPart>(ReferenceEqualityComparer.Instance);
        ulong number = 0;
        foreach (var ofClass in texts.GroupBy(t => t.Label).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            LabelledText[] shuffled = [.. ofClass];
            new SeededRandom(seed, number++).Shuffle(shuffled.AsSpan());
            int[] sizes = Sizes(shuffled.Length, shares, behind);
            int at = 0;
            for (int part = 0; part < Parts; part++)
            {
                foreach (var text in shuffled[at..(at += sizes[part])])
                {
                    parts.Add(text, (SplitPart)part);
                }
            }
        }

        return Of(texts, text => parts[text]);
    }

    /// <summary>Divides the texts that train once more, so that settings can be chosen without a look at those that validate: the result validates on a part of them and tests nothing.</summary>
    public LabelledSplit Inner(ulong seed, double trainShare = 0.8) => Stratified(Train, seed, trainShare);

    /// <summary>What makes the parts say more or less than they seem to, a sentence each: texts that stand in several, and classes that never train.</summary>
    internal IEnumerable<string> Notices()
    {
        var first = new Dictionary<(string, string?), (string Part, int Row)>();
        var again = new List<string>();
        (string Part, IReadOnlyList<LabelledText> Texts)[] parts = [("train", Train), ("validation", Validation), ("test", Test)];
        foreach (var (part, texts) in parts)
        {
            foreach (var text in texts)
            {
                if (first.TryAdd((text.Text, text.Pair), (part, text.Row)) is false && first[(text.Text, text.Pair)] is { } there && there.Part != part)
                {
                    again.Add($"row {there.Row} of {there.Part} as row {text.Row} of {part}");
                }
            }
        }

        if (again.Count > 0)
        {
            yield return $"{again.Count} texts that validate or test stand in another part too ({string.Join(", ", again.Take(MostNamed))}{(again.Count > MostNamed ? ", ..." : "")}), so that what is measured on them flatters; leave repetitions out or put all of a text into one part.";
        }

        var trained = Train.Select(text => text.Label).ToHashSet(StringComparer.Ordinal);
        string[] never = [.. Validation.Concat(Test).Where(text => !trained.Contains(text.Label)).GroupBy(text => text.Label).Select(of => $"'{of.Key}' ({of.Count()})")];
        if (never.Length > 0)
        {
            yield return $"No text trains of labels that validate or test: {string.Join(", ", never.Take(MostNamed))}{(never.Length > MostNamed ? ", ..." : "")}; they can only be classified wrong.";
        }
    }

    internal static LabelledSplit Of(IReadOnlyList<LabelledText> texts, Func<LabelledText, SplitPart?> part)
    {
        var by = texts.ToLookup(part);
        return new LabelledSplit([.. by[SplitPart.Train]], [.. by[SplitPart.Validation]], [.. by[SplitPart.Test]]);
    }

    private static int[] Sizes(int count, double[] shares, double[] behind)
    {
        const double Rounding = 1e-9; // 0.7 of 10 is a hair below or above 7
        double[] quotas = [.. shares.Select(share => share * count)];
        int[] sizes = [.. quotas.Select(quota => (int)Math.Floor(quota + Rounding))];
        int[] order = [.. Enumerable.Range(0, Parts).OrderByDescending(p => Math.Round((quotas[p] - sizes[p]) / Rounding)).ThenByDescending(p => behind[p])];
        for (int i = 0; sizes.Sum() < count; i++)
        {
            sizes[order[i]]++;
        }

        if (sizes[0] == 0 && count >= 2)
        {
            sizes[Array.IndexOf(sizes, sizes.Max())]--;
            sizes[0]++;
        }

        for (int p = 0; p < Parts; p++)
        {
            behind[p] += quotas[p] - sizes[p];
        }

        return sizes;
    }
}
