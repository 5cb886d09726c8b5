namespace Sextant.Tokenization;

/// <summary>A text, or a pair of texts, as an encoder takes it.</summary>
/// <param name="Ids">Token ids, special tokens in place.</param>
/// <param name="TypeIds">For each id the text it belongs to, as the encoder counts them: 0, and 1 for a pair's second text where the encoder tells them apart.</param>
/// <param name="Spans">For each id where it stands in the text.</param>
public sealed record EncodedText(int[] Ids, int[] TypeIds, IReadOnlyList<TokenSpan> Spans);

/// <summary>A token and the stretch of text it stands for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">As the vocabulary writes it; where it has none, as the reference prints what is unknown.</param>
/// <param name="Part">0: of the text, 1: of its pair, -1: a special token that the tokeniser added. A special token written in the text is of the text.</param>
/// <param name="Start">UTF-16 index of its first character in the text as given; 0 for an added token.</param>
/// <param name="End">UTF-16 index behind its last character; 0 for an added token. Tokens of one character that normalisation made longer share its stretch.</param>
public readonly record struct TokenSpan(int Id, string Token, int Part, int Start, int End);
