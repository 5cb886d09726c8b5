namespace Sextant.Data.Arithmetic;

/// <summary>An expression in words, such as "seven minus twelve".</summary>
/// <param name="Index">Its place among all expressions of its kind, from 0.</param>
/// <param name="Text">The words.</param>
/// <param name="Value">What it comes to.</param>
public sealed record ArithmeticExpression(int Index, string Text, long Value)
{
    /// <summary>What the labels mean, by label.</summary>
    public static IReadOnlyList<string> LabelNames { get; } = ["negative", "zero", "positive"];

    /// <summary>The sign of the value: 0 negative, 1 zero, 2 positive.</summary>
    public int Label => Math.Sign(Value) + 1;
}

/// <summary>What stands between two operands.</summary>
public enum ArithmeticOperation
{
    Plus,
    Minus,

    /// <summary>Binds closer than the other two.</summary>
    Times,
}
