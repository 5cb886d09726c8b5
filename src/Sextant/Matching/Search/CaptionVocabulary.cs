using System.Collections.Immutable;

namespace Sextant.Matching.Search;

/// <summary>What the search for a caption makes captions of: words by their part, and sentences that are tried as they are.</summary>
public sealed class CaptionVocabulary
{
    private static readonly Lazy<CaptionVocabulary> General = new(() => new CaptionVocabulary([.. Enum.GetValues<CaptionWordKind>().SelectMany(Listed)], []));

    private CaptionVocabulary(ImmutableArray<CaptionWord> words, ImmutableArray<string> sentences) => (Words, Sentences) = (words, sentences);

    /// <summary>Each once.</summary>
    public IReadOnlyList<CaptionWord> Words { get; }

    /// <summary>Each once.</summary>
    public IReadOnlyList<string> Sentences { get; }

    /// <summary>General English for photographs, written for this project: things, colours, attributes, numbers, places and what joins two things.</summary>
    public static CaptionVocabulary BuiltIn => General.Value;

    /// <summary>A vocabulary of nothing.</summary>
    public static CaptionVocabulary Empty { get; } = new([], []);

    /// <summary>The words of captions that people wrote, by their part as far as their order tells it.</summary>
    public static CaptionVocabulary OfCaptions(IReadOnlyList<string> captions) => Of(CaptionReading.Words(captions));

    /// <summary>A vocabulary of these words and sentences; what comes twice is taken once.</summary>
    public static CaptionVocabulary Of(IEnumerable<CaptionWord> words, IEnumerable<string>? sentences = null) => Empty.With(words, sentences);

    /// <summary>The words of a part.</summary>
    public IEnumerable<CaptionWord> OfKind(CaptionWordKind kind) => Words.Where(word => word.Kind == kind);

    /// <summary>These words and those of another vocabulary.</summary>
    public CaptionVocabulary With(CaptionVocabulary other) => With(other.Words, other.Sentences);

    /// <summary>The same without words of a form that is not known, such as those that a model's tokeniser has no token for.</summary>
    public CaptionVocabulary Where(Func<string, bool> isKnown) => new([.. Words.Where(word => isKnown(word.Text))], [.. Sentences]);

    private CaptionVocabulary With(IEnumerable<CaptionWord> words, IEnumerable<string>? sentences) => new(
        [.. Words.Concat(words).DistinctBy(word => (word.Kind, word.Text))],
        [.. Sentences.Concat(sentences ?? []).Distinct(StringComparer.Ordinal)]);

    private static IEnumerable<CaptionWord> Listed(CaptionWordKind kind)
    {
        string list = kind.ToString().ToLowerInvariant() + "s";
        using var stream = typeof(CaptionVocabulary).Assembly.GetManifestResourceStream($"CaptionWords/{list}.txt")
            ?? throw new InvalidOperationException($"The word list '{list}' is not in this assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            foreach (string entry in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                yield return CaptionWord.Parse(kind, entry);
            }
        }
    }
}
