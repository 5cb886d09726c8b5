namespace Sextant.Data;

/// <summary>A pair and its ids, without special tokens.</summary>
public sealed record EncodedPair(Pair Pair, int[] Source, int[] Target);
