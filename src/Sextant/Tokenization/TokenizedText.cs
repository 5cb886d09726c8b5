using System.Text;

namespace Sextant.Tokenization;

/// <summary>Ids of a text.</summary>
/// <param name="Ids">Unknown characters are <see cref="Tokenizer.Unknown"/>, or left out where the tokeniser has none.</param>
/// <param name="Unknowns">Every character without an id of its own.</param>
public sealed record TokenizedText(int[] Ids, IReadOnlyList<UnknownCharacter> Unknowns);

/// <summary>A character without an id.</summary>
/// <param name="Index">UTF-16 index into the text.</param>
/// <param name="Character">The character.</param>
public readonly record struct UnknownCharacter(int Index, Rune Character);
