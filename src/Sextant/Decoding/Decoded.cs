namespace Sextant.Decoding;

/// <summary>What a model wrote for one example.</summary>
/// <param name="Ids">The tokens, without start, end and end of prompt.</param>
/// <param name="LogProbability">
/// Natural logarithm of the probability the model gives to these tokens, and to the end after them if it ended. Always
/// of the model's own distribution, before any temperature or cut.
/// </param>
/// <param name="Ended">Whether the model ended it; false if it was cut at the maximum length.</param>
public sealed record Decoded(IReadOnlyList<int> Ids, double LogProbability, bool Ended);
