using Sextant.Tokenization;

namespace Sextant.Finetuning;

/// <summary>What of a text its encoder did not see: the first thing to look at where a text was classified wrong.</summary>
internal static class UnseenParts
{
    /// <summary>In words; empty where it saw everything.</summary>
    public static string Of(string text, string? pair, EncodedText encoded, EncoderTokenizer tokenizer) => Joined(Unknowns(text, pair, encoded, tokenizer), CutOff(text, pair, encoded));

    /// <summary>Both kinds in one.</summary>
    public static string Joined(string unknown, string cut) => cut.Length == 0 ? unknown : unknown.Length == 0 ? cut : $"{unknown}; {cut}";

    /// <summary>What has no token of its own, in words; empty where everything has.</summary>
    public static string Unknowns(string text, string? pair, EncodedText encoded, EncoderTokenizer tokenizer)
    {
        string written = tokenizer.TokenOf(tokenizer.UnknownId); // which a text may hold as it stands
        string[] unknown = [.. encoded.Spans
            .Where(span => span.Part >= 0 && span.Id == tokenizer.UnknownId)
            .Select(span => (span.Part == 0 ? text : pair!)[span.Start..span.End])
            .Where(piece => piece != written)
            .Distinct()];
        return unknown.Length == 0 ? "" : $"no token for {string.Join(", ", unknown.Select(piece => $"'{piece}'"))}";
    }

    /// <summary>What was cut off at the end, in words; empty where nothing was.</summary>
    public static string CutOff(string text, string? pair, EncodedText encoded) =>
        string.Join(", ", new[] { Cut(text, 0, encoded), pair is null ? null : Cut(pair, 1, encoded) }.OfType<string>());

    /// <summary>Whether a text was longer than the encoder takes.</summary>
    public static bool IsCut(string text, string? pair, EncodedText encoded) => Cut(text, 0, encoded) is not null || (pair is not null && Cut(pair, 1, encoded) is not null);

    /// <summary>How many texts were cut, in a sentence; null where none was.</summary>
    /// <param name="encoded">As they were cut.</param>
    /// <param name="given">A text and its pair by their place.</param>
    /// <param name="maximum">The most tokens of a text.</param>
    /// <param name="does">What the texts do: "train", "validate" or "test".</param>
    public static string? CutNotice(IReadOnlyList<EncodedText> encoded, Func<int, (string Text, string? Pair)> given, int maximum, string does)
    {
        int cut = encoded.Where((text, i) => text.Ids.Length >= maximum && IsCut(given(i).Text, given(i).Pair, text)).Count();
        return cut == 0 ? null : $"{cut} of the {encoded.Count} texts that {does} are longer than maximumLength {maximum} and were cut.";
    }

    private static string? Cut(string text, int part, EncodedText encoded)
    {
        int end = encoded.Spans.Where(span => span.Part == part).Select(span => span.End).DefaultIfEmpty(0).Max();
        string rest = text[end..].Trim();
        return rest.Any(char.IsLetterOrDigit) ? $"cut off '{(rest.Length > 40 ? rest[..40] + "..." : rest)}'" : null;
    }
}
