using System.Text.RegularExpressions;

namespace Sextant.Matching.Search;

/// <summary>
/// Takes captions that people wrote apart into words by their part, as far as their order tells: "two small red cars on a road" has a number, an attribute, a colour, a noun and a place. What it does not
/// understand it leaves out; what it mistakes is a word more to try.
/// </summary>
internal static partial class CaptionReading
{
    private const int LongestPlace = 4, OftenEnough = 2, FewCaptions = 50;

    private static readonly HashSet<string> _prepositions = ["in", "on", "at", "near", "under", "over", "behind", "beside", "above", "below", "against", "among", "by", "inside", "between", "before"];

    private static readonly HashSet<string> _endings = ["with", "and", "while", "that", "who", "which", "is", "are", "to", "from", "next"];

    private static readonly HashSet<string> _articles = ["a", "an", "the", "some", "this", "these", "his", "her", "its", "their", "there", "is", "are"];

    private static readonly HashSet<string> _frames = ["photo", "photograph", "picture", "image", "drawing", "painting", "view"];

    private static readonly Dictionary<string, CaptionWord> _known = Known();

    /// <summary>Words that come up twice or more, once in a few captions, each once and the most frequent first.</summary>
    public static IReadOnlyList<CaptionWord> Words(IReadOnlyList<string> captions)
    {
        int least = captions.Count < FewCaptions ? 1 : OftenEnough;
        return
        [
            .. captions.SelectMany(Of).GroupBy(word => (word.Kind, word.Text)).Where(same => same.Count() >= least)
                .OrderByDescending(same => same.Count()).ThenBy(same => same.Key.Text, StringComparer.Ordinal).Select(same => same.First()),
        ];
    }

    private static IEnumerable<CaptionWord> Of(string caption)
    {
        var tokens = Token().Matches(caption.ToLowerInvariant()).Select(match => match.Value).ToList();
        int frame = tokens.FindIndex(_frames.Contains);
        if (frame is >= 0 and <= 2 && frame + 1 < tokens.Count && tokens[frame + 1] == "of")
        {
            tokens.RemoveRange(0, frame + 2);
        }

        int end = tokens.FindIndex(token => _prepositions.Contains(token) || _endings.Contains(token) && token is not ("is" or "are") || token == ",");
        end = end < 0 ? tokens.Count : end;
        foreach (var word in Things([.. tokens.Take(end).Where(token => !_articles.Contains(token))]))
        {
            yield return word;
        }

        for (int i = end; i < tokens.Count; i++)
        {
            if (_prepositions.Contains(tokens[i]))
            {
                int last = i + 1;
                while (last < tokens.Count && !_prepositions.Contains(tokens[last]) && !_endings.Contains(tokens[last]) && tokens[last] is not ("," or "."))
                {
                    last++;
                }

                string[] place = [.. tokens.Skip(i).Take(last - i)];
                if (place.Length is >= 2 and <= LongestPlace)
                {
                    yield return new CaptionWord(CaptionWordKind.Place, string.Join(' ', place));
                }

                i = last - 1;
            }
        }
    }

    /// <summary>The words before the first preposition: the last that is none of another part is the noun.</summary>
    private static IEnumerable<CaptionWord> Things(string[] tokens)
    {
        int noun = Array.FindLastIndex(tokens, token => token is not ("," or ".") && _known.GetValueOrDefault(token)?.Kind is null or CaptionWordKind.Noun);
        bool isSeveral = false;
        for (int i = 0; i < tokens.Length; i++)
        {
            var known = _known.GetValueOrDefault(tokens[i]);
            isSeveral |= known is { Kind: CaptionWordKind.Number, IsOne: false };
            if (i == noun)
            {
                yield return known ?? One(tokens[i], isSeveral);
            }
            else if (tokens[i] is not ("," or "."))
            {
                yield return known is { Kind: not CaptionWordKind.Noun } ? known : new CaptionWord(CaptionWordKind.Attribute, tokens[i]);
            }
        }
    }

    /// <summary>A noun that the lists do not have, in the singular as far as its ending tells.</summary>
    private static CaptionWord One(string noun, bool isSeveral)
    {
        string one = !isSeveral || noun.EndsWith("ss", StringComparison.Ordinal) || !noun.EndsWith('s') ? noun
            : noun.EndsWith("ies", StringComparison.Ordinal) ? noun[..^3] + "y"
            : noun.EndsWith("ches", StringComparison.Ordinal) || noun.EndsWith("shes", StringComparison.Ordinal) || noun.EndsWith("xes", StringComparison.Ordinal) || noun.EndsWith("sses", StringComparison.Ordinal) ? noun[..^2]
            : noun[..^1];
        return isSeveral ? new CaptionWord(CaptionWordKind.Noun, one) { Plural = noun } : CaptionWord.Parse(CaptionWordKind.Noun, one);
    }

    /// <summary>Single words of the built-in lists, nouns in both forms; a word that stands in several is what comes first in a caption.</summary>
    private static Dictionary<string, CaptionWord> Known()
    {
        Dictionary<string, CaptionWord> known = new(StringComparer.Ordinal);
        CaptionWordKind[] order = [CaptionWordKind.Number, CaptionWordKind.Colour, CaptionWordKind.Noun, CaptionWordKind.Attribute];
        foreach (var word in order.SelectMany(kind => CaptionVocabulary.BuiltIn.OfKind(kind)).Where(word => !word.Text.Contains(' ', StringComparison.Ordinal)))
        {
            known.TryAdd(word.Text, word);
            if (word.Plural is { } plural)
            {
                known.TryAdd(plural, word);
            }
        }

        return known;
    }

    [GeneratedRegex(@"[\p{L}\p{N}'-]+|[.,]")]
    private static partial Regex Token();
}
