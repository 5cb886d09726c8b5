using System.Text;

namespace Sextant.Tokenization;

/// <summary>The course's 30 tokens: '-' = 0, a..z = 1..26, then start, end and end of prompt. It has no unknown token.</summary>
public sealed class CourseTokenizer : Tokenizer
{
    public override int VocabularySize => 30;

    public override TokenizedText Encode(string text)
    {
        var ids = new List<int>(text.Length);
        List<UnknownCharacter>? unknowns = null;
        int index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '-':
                    ids.Add(0);
                    break;
                case >= 'a' and <= 'z':
                    ids.Add(rune.Value - 'a' + 1);
                    break;
                default:
                    (unknowns ??= []).Add(new UnknownCharacter(index, rune));
                    break;
            }

            index += rune.Utf16SequenceLength;
        }

        return new TokenizedText([.. ids], unknowns ?? []);
    }

    public override string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        foreach (int id in ids)
        {
            CheckId(id);
            if (id < StartOfSequence)
            {
                text.Append(id == 0 ? '-' : (char)('a' + id - 1));
            }
        }

        return text.ToString();
    }
}
