namespace Sextant.Decoding;

/// <summary>The most tokens of a translation, the end not counted: so many, and so many more for each token of the source.</summary>
public readonly record struct LengthLimit(int Tokens, int PerSourceToken = 0)
{
    /// <summary>The course's 20 characters, whatever the source.</summary>
    public static LengthLimit Course => new(20);

    /// <summary>Room for twice the source and more.</summary>
    public static LengthLimit Roomy => new(24, 2);

    public int For(int sourceTokens) => Tokens + (PerSourceToken * sourceTokens);
}
