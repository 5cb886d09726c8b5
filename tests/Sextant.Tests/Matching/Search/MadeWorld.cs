using Sextant.Matching;
using Sextant.Matching.Search;

namespace Sextant.Tests.Matching.Search;

/// <summary>
/// A world in which the right captions are known: every word has a direction, a text's features are the sum of its words' and of what all texts share, and a picture's are those of its
/// attributes with noise.
/// </summary>
internal sealed class MadeWorld
{
    private const int Width = 256; // so that unlike words are nearly at right angles

    private const float Common = 3; // what all texts share, where a word is 1

    private static readonly string[] _colours = ["red", "orange", "yellow", "green", "blue", "purple"];
    private static readonly string[] _nouns = ["fish", "bird", "cat", "car", "boat", "house", "tree", "cup"];
    private static readonly string[] _places = ["in water", "on grass", "on sand", "at night", "in snow", "on roads"];
    private static readonly string[] _small = ["in", "on", "at", "a", "an", "the", "of", "photo", "picture", "image"]; // say nothing of a picture
    private static readonly string[] _numbers = ["two", "three"];

    private readonly Dictionary<string, float[]> words = [];
    private readonly List<float[]> features = [];
    private readonly ulong seed;

    /// <param name="count">Pictures, no two of them alike.</param>
    /// <param name="noise">The length of a picture's own direction, where a word's is 1.</param>
    /// <param name="seed">Of everything.</param>
    public MadeWorld(int count, double noise = 0.3, ulong seed = 1)
    {
        this.seed = seed;
        var random = new SeededRandom(seed, 1);
        HashSet<string> taken = [];
        while (Pictures.Count < count)
        {
            MadePicture picture = new(_numbers[random.Next(2)], _colours[random.Next(6)], _nouns[random.Next(8)], _places[random.Next(6)]);
            if (taken.Add(picture.Full))
            {
                Pictures.Add(picture);
                float[] sum = Sum(picture.Full, 0);
                AddRandom(sum, new SeededRandom(seed, 2, (ulong)Pictures.Count), noise);
                features.Add(sum);
            }
        }
    }

    public List<MadePicture> Pictures { get; } = [];

    /// <summary>Every text that was encoded, in order.</summary>
    public List<string> Encoded { get; } = [];

    public CaptionVocabulary Vocabulary { get; } = CaptionVocabulary.Of(
    [
        .. _nouns.Select(noun => CaptionWord.Parse(CaptionWordKind.Noun, noun + "/" + noun)), .. _colours.Select(colour => new CaptionWord(CaptionWordKind.Colour, colour)),
        .. _numbers.Select(number => new CaptionWord(CaptionWordKind.Number, number)), .. _places.Select(place => new CaptionWord(CaptionWordKind.Place, place)),
    ]);

    public FeatureTable Gallery => FeatureTable.Of(features.Count, Width, [.. features.SelectMany(f => f)]);

    public CaptionTruth Truth => new(Pictures.Count, text => text.Split(' ').All(word => words.ContainsKey(word) || _small.Contains(word)) ? picture => Pictures[picture].Satisfies(text) : null);

    public static bool IsSmall(string word) => _small.Contains(word);

    public FeatureTable Encode(IReadOnlyList<string> texts)
    {
        Encoded.AddRange(texts);
        return FeatureTable.Of(texts.Count, Width, [.. texts.SelectMany(text => Sum(text, Common))]);
    }

    /// <summary>Features that have nothing to do with what a text says: of each text others.</summary>
    public static FeatureTable Misunderstood(IReadOnlyList<string> texts) => FeatureTable.Of(texts.Count, Width, [.. texts.SelectMany(text =>
    {
        float[] direction = new float[Width];
        AddRandom(direction, new SeededRandom(text.Aggregate(7ul, (h, c) => SeededRandom.Mix(h ^ c))), 1);
        return direction;
    })]);

    public CaptionSearch Search(CaptionSearchOptions? options = null, bool knowsTruth = false, TimeProvider? clock = null) =>
        new(Gallery, Encode, 30, Vocabulary, options ?? new() { Seconds = 600 }, clock) { Truth = knowsTruth ? Truth : null };

    /// <summary>A picture that lies near to all texts.</summary>
    public void MakeHub(int picture, float strength)
    {
        float[] common = Word("");
        for (int i = 0; i < Width; i++)
        {
            features[picture][i] += strength * common[i];
        }
    }

    /// <summary>A picture that nothing tells from another.</summary>
    public void MakeDouble(int of)
    {
        features.Add([.. features[of]]);
        Pictures.Add(Pictures[of]);
    }

    /// <summary>Pictures that have nothing to do with any word.</summary>
    public void Scramble()
    {
        for (int i = 0; i < features.Count; i++)
        {
            features[i] = new float[Width];
            AddRandom(features[i], new SeededRandom(seed, 3, (ulong)i), 1);
        }
    }

    private float[] Sum(string text, float common)
    {
        float[] sum = [.. Word("").Select(value => common * value)];
        foreach (string word in text.Split(' '))
        {
            float[] direction = Word(word);
            bool isSmall = _small.Contains(word);
            for (int i = 0; i < Width; i++)
            {
                sum[i] += direction[i] * (isSmall ? 0.1f : 1);
            }
        }

        return sum;
    }

    private float[] Word(string word)
    {
        if (!words.TryGetValue(word, out float[]? direction))
        {
            direction = words[word] = new float[Width];
            ulong hash = word.Aggregate(seed, (h, c) => SeededRandom.Mix(h ^ c));
            AddRandom(direction, new SeededRandom(hash), 1);
        }

        return direction;
    }

    private static void AddRandom(float[] to, SeededRandom random, double length)
    {
        double[] draws = [.. to.Select(_ => random.NextGaussian())];
        double norm = Math.Sqrt(draws.Sum(d => d * d));
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += (float)(length * draws[i] / norm);
        }
    }
}

/// <summary>What a made picture shows.</summary>
internal sealed record MadePicture(string Number, string Colour, string Noun, string Place)
{
    public string Full => $"{Number} {Colour} {Noun} {Place}";

    /// <summary>Whether every word is one of the picture's, or says nothing.</summary>
    public bool Satisfies(string text) => text.Split(' ').All(word => Full.Split(' ').Contains(word) || MadeWorld.IsSmall(word));
}
