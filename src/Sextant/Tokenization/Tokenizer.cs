using System.Text;
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
        /// <summary>Tokens in all: 256 bytes, merges and the special tokens.</summary>
        public required int VocabularySize { get; init; }
    }
}

/// <summary>Text to ids and back. The last three ids are always start, end and end of prompt.</summary>
public abstract class Tokenizer
{
    public abstract int VocabularySize { get; }

    public int StartOfSequence => VocabularySize - 3;

    public int EndOfSequence => VocabularySize - 2;

    /// <summary>Separates source and target in a decoder-only model's input.</summary>
    public int EndOfPrompt => VocabularySize - 1;

    /// <summary>The id that stands for anything else; null where the tokeniser has none.</summary>
    public virtual int? Unknown => null;

    /// <summary>Ids without special tokens, and what had no id of its own.</summary>
    public abstract TokenizedText Encode(string text);

    /// <summary>Text of ids; special tokens write nothing, an unknown token writes U+FFFD.</summary>
    public abstract string Decode(ReadOnlySpan<int> ids);
}

/// <summary>Ids of a text.</summary>
/// <param name="Ids">Unknown characters are <see cref="Tokenizer.Unknown"/>, or left out where the tokeniser has none.</param>
/// <param name="Unknowns">Every character without an id of its own.</param>
public sealed record TokenizedText(int[] Ids, IReadOnlyList<UnknownCharacter> Unknowns);

/// <summary>A character without an id.</summary>
/// <param name="Index">UTF-16 index into the text.</param>
/// <param name="Character">The character.</param>
public readonly record struct UnknownCharacter(int Index, Rune Character);
