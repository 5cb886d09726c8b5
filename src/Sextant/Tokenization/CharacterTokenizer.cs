using System.Text;

namespace Sextant.Tokenization;

/// <summary>
/// A token for each character (Unicode scalar value) of the training text, in code point order, then one for every other
/// character, then start, end and end of prompt.
/// </summary>
public sealed class CharacterTokenizer : Tokenizer
{
    private readonly Rune[] characters;
    private readonly Dictionary<Rune, int> ids = [];

    /// <param name="alphabet">The characters, each once.</param>
    /// <exception cref="ArgumentException">A character stands twice.</exception>
    public CharacterTokenizer(string alphabet)
    {
        Alphabet = alphabet;
        characters = [.. alphabet.EnumerateRunes()];
        foreach (var character in characters)
        {
            ids.Add(character, ids.Count);
        }
    }

    /// <summary>The characters that have a token of their own, in the order of their ids.</summary>
    public string Alphabet { get; }

    public override int VocabularySize => characters.Length + 4;

    public override int? Unknown => characters.Length;

    /// <summary>Takes the characters that stand at least <paramref name="minimumCount"/> times in the texts.</summary>
    public static CharacterTokenizer Train(IEnumerable<string> texts, int minimumCount = 1)
    {
        var counts = new Dictionary<Rune, long>();
        foreach (string text in texts)
        {
            foreach (var rune in text.EnumerateRunes())
            {
                counts[rune] = counts.GetValueOrDefault(rune) + 1;
            }
        }

        return new CharacterTokenizer(string.Concat(counts.Where(c => c.Value >= minimumCount).Select(c => c.Key).Order()));
    }

    public override TokenizedText Encode(string text)
    {
        var encoded = new List<int>(text.Length);
        List<UnknownCharacter>? unknowns = null;
        int index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (ids.TryGetValue(rune, out int id))
            {
                encoded.Add(id);
            }
            else
            {
                encoded.Add(characters.Length);
                (unknowns ??= []).Add(new UnknownCharacter(index, rune));
            }

            index += rune.Utf16SequenceLength;
        }

        return new TokenizedText([.. encoded], unknowns ?? []);
    }

    public override string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        foreach (int id in ids)
        {
            CheckId(id);
            if (id < StartOfSequence)
            {
                text.Append(id == Unknown ? Rune.ReplacementChar : characters[id]);
            }
        }

        return text.ToString();
    }
}
