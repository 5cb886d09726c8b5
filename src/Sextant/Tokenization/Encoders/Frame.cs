namespace Sextant.Tokenization.Encoders;

/// <summary>The special tokens around a text and between two, and how a pair is cut to fit.</summary>
/// <param name="Before">Before the first text.</param>
/// <param name="Between">Between the texts of a pair; the first stands behind a single text too where nothing else does.</param>
/// <param name="After">Behind the last text.</param>
/// <param name="PairType">The type id of a pair's second text and of what stands behind it.</param>
internal sealed record Frame(TokenSpan Before, TokenSpan[] Between, TokenSpan After, int PairType)
{
    public int Added(bool isPair) => 2 + (isPair ? Between.Length : 0);

    /// <summary>
    /// How many tokens stay of each text: the shorter is left whole while the other can make room, else both get half, the longer one the odd token.
    /// The Rust tokenizers do so; the Python ones take token by token from the longer, which differs by one where both are long.
    /// </summary>
    public static (int First, int Second) Kept(int first, int second, int room)
    {
        if (first + second <= room)
        {
            return (first, second);
        }

        int shorter = Math.Min(first, second);
        int longer = Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + (room % 2);
        }

        return first > second ? (longer, shorter) : (shorter, longer);
    }

    public EncodedText Around(List<TokenSpan> text, int kept, List<TokenSpan>? pair, int keptOfPair)
    {
        List<TokenSpan> spans = [Before, .. text.Take(kept)];
        int types = spans.Count + 1;
        if (pair is not null)
        {
            spans.AddRange(Between);
            types = spans.Count;
            spans.AddRange(pair.Take(keptOfPair));
        }

        spans.Add(After);
        int[] ids = new int[spans.Count];
        int[] typeIds = new int[spans.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = spans[i].Id;
            typeIds[i] = i < types ? 0 : PairType;
        }

        return new EncodedText(ids, typeIds, spans);
    }

    /// <summary>A token that the tokeniser adds.</summary>
    public static TokenSpan Added(int id, string token) => new(id, token, -1, 0, 0);
}
