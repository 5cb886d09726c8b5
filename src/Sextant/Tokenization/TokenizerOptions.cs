using System.Text.Json.Serialization;

namespace Sextant.Tokenization;

/// <summary>How text becomes tokens. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Course), "course")]
[JsonDerivedType(typeof(Characters), "characters")]
[JsonDerivedType(typeof(BytePairs), "bytePairs")]
public abstract record TokenizerOptions
{
    private TokenizerOptions()
    {
    }

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "tokenizer")
    {
        switch (this)
        {
            case Characters { MinimumCount: < 1 } characters:
                yield return $"{path}.minimumCount: {characters.MinimumCount} is not at least 1.";
                break;
            case BytePairs { VocabularySize: < BytePairTokenizer.SmallestVocabulary or > BytePairTokenizer.LargestVocabulary } bytePairs:
                yield return $"{path}.vocabularySize: {bytePairs.VocabularySize} is not between {BytePairTokenizer.SmallestVocabulary} and {BytePairTokenizer.LargestVocabulary}.";
                break;
        }
    }

    /// <summary>The course's 30 characters: '-' = 0, a..z = 1..26, then start, end and end of prompt.</summary>
    public sealed record Course : TokenizerOptions;

    /// <summary>Every character (Unicode scalar value) seen at least <see cref="MinimumCount"/> times in the training text; the others are one unknown token.</summary>
    public sealed record Characters : TokenizerOptions
    {
        public int MinimumCount { get; init; } = 1;
    }

    /// <summary>Byte-level byte pair encoding (Sennrich 2016; bytes as in GPT-2) trained on the training text.</summary>
    public sealed record BytePairs : TokenizerOptions
    {
        /// <summary>Tokens in all: 256 bytes, merges and the special tokens. Fewer if no pair of tokens is left that occurs twice.</summary>
        public required int VocabularySize { get; init; }
    }
}
