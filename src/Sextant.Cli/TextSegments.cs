using System.Globalization;
using System.Text;
using Sextant.Tokenization;

namespace Sextant.Cli;

/// <summary>A stretch of a line: translated, or copied as it stands.</summary>
/// <param name="Text">As written.</param>
/// <param name="IsTranslated">Whether the model gets it.</param>
/// <param name="Unknowns">Characters for which the model has no token.</param>
internal sealed record TextSegment(string Text, bool IsTranslated, IReadOnlyList<UnknownCharacter> Unknowns);

/// <summary>Cuts a line into what a model translates and what is copied: white space, and punctuation the model does not know.</summary>
internal static class TextSegments
{
    /// <summary>The segments of a line; put together they are the line.</summary>
    public static IEnumerable<TextSegment> OfWords(string line, Tokenizer tokenizer)
    {
        int start = 0;
        while (start < line.Length)
        {
            bool isSpace = char.IsWhiteSpace(line[start]);
            int end = start + 1;
            while (end < line.Length && char.IsWhiteSpace(line[end]) == isSpace)
            {
                end++;
            }

            foreach (var segment in isSpace ? [Copied(line[start..end])] : OfChunk(line[start..end], tokenizer))
            {
                yield return segment;
            }

            start = end;
        }
    }

    /// <summary>A whole line for a model that translates by line.</summary>
    public static TextSegment OfLine(string line, Tokenizer tokenizer) => line.Trim().Length == 0 ? Copied(line) : Translated(line, tokenizer);

    private static IEnumerable<TextSegment> OfChunk(string chunk, Tokenizer tokenizer)
    {
        var unknowns = tokenizer.Encode(chunk).Unknowns;
        HashSet<int> marks = [.. unknowns.Where(u => !IsPartOfWord(u.Character)).SelectMany(u => Enumerable.Range(u.Index, u.Character.Utf16SequenceLength))];
        int start = 0;
        while (start < chunk.Length)
        {
            bool isMark = marks.Contains(start);
            int end = start + 1;
            while (end < chunk.Length && marks.Contains(end) == isMark)
            {
                end++;
            }

            yield return isMark ? Copied(chunk[start..end]) : Translated(chunk[start..end], tokenizer);
            start = end;
        }
    }

    /// <summary>Combining marks belong to their letter.</summary>
    private static bool IsPartOfWord(Rune character) => Rune.IsLetterOrDigit(character)
        || Rune.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static TextSegment Copied(string text) => new(text, IsTranslated: false, []);

    /// <summary>A tokeniser without an unknown token cannot take a stretch with unknown characters: it is copied and reported.</summary>
    private static TextSegment Translated(string text, Tokenizer tokenizer)
    {
        var unknowns = tokenizer.Encode(text).Unknowns;
        return new TextSegment(text, IsTranslated: unknowns.Count == 0 || tokenizer.Unknown is not null, unknowns);
    }
}
