namespace Sextant.Data;

/// <summary>A source and what it is to become.</summary>
public sealed record Pair(string Source, string Target);
