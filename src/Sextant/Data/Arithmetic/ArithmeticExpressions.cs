using System.Globalization;

namespace Sextant.Data.Arithmetic;

/// <summary>
/// All expressions of a number of operands from a range. The defaults are the course's 800: "a plus b" and "a minus b" with a and b in zero..nineteen, and
/// an expression's index is the one its files have, (operation x 20 + a) x 20 + b. More operands are numbered in the same way: the operations first, then
/// the operands, the last one fastest.
/// </summary>
public sealed record ArithmeticExpressions
{
    /// <summary>More expressions than this are refused.</summary>
    public const int MaximumCount = 10_000_000;

    private const int MaximumOperands = 8;

    private const double LargestProduct = 1e18; // a sum of a few still fits into 64 bits

    /// <summary>The smallest operand, at least 0.</summary>
    public int From { get; init; }

    /// <summary>The largest operand, at most <see cref="NumberWords.Maximum"/>.</summary>
    public int To { get; init; } = 19;

    /// <summary>Operands of an expression, 2 to 8.</summary>
    public int Operands { get; init; } = 2;

    /// <summary>What may stand between two operands, each once, in the order of the index.</summary>
    public IReadOnlyList<ArithmeticOperation> Operations { get; init; } = [ArithmeticOperation.Plus, ArithmeticOperation.Minus];

    /// <summary>How many there are.</summary>
    public double Count => Math.Pow(Range, Operands) * Math.Pow(Operations.Count, Operands - 1);

    private int Range => To - From + 1;

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "data")
    {
        if (From is < 0 or > NumberWords.Maximum)
        {
            yield return $"{path}.from: {From} is not within 0 and {NumberWords.Maximum}.";
        }

        if (To is < 0 or > NumberWords.Maximum)
        {
            yield return $"{path}.to: {To} is not within 0 and {NumberWords.Maximum}.";
        }
        else if (To < From)
        {
            yield return $"{path}.to: {To} is less than the {From} of from.";
        }

        if (Operands is < 2 or > MaximumOperands)
        {
            yield return $"{path}.operands: {Operands} is not within 2 and {MaximumOperands}.";
        }

        if (Operations is not { Count: > 0 } || Operations.Distinct().Count() != Operations.Count)
        {
            yield return $"{path}.operations: name each of plus, minus and times at most once, and at least one of them.";
        }
        else if (Operands is >= 2 and <= MaximumOperands && To >= From && Count > MaximumCount)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.operands: there are {Count:0.##e0} such expressions, more than {MaximumCount}; take fewer operands or a smaller range.");
        }
        else if (Operations.Contains(ArithmeticOperation.Times) && Math.Pow(To, Operands) > LargestProduct)
        {
            yield return $"{path}.operands: a product of {Operands} operands up to {To} is too large; take fewer operands or a smaller range.";
        }
    }

    /// <summary>Every expression, by index.</summary>
    /// <exception cref="ArgumentException">There are <see cref="Problems"/>.</exception>
    public IEnumerable<ArithmeticExpression> All()
    {
        if (Problems("").FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem);
        }

        return Make();
    }

    private IEnumerable<ArithmeticExpression> Make()
    {
        int count = (int)Count;
        int[] operands = new int[Operands];
        var operations = new ArithmeticOperation[Operands - 1];
        for (int index = 0; index < count; index++)
        {
            int rest = index;
            for (int i = operands.Length - 1; i >= 0; i--)
            {
                (rest, int digit) = Math.DivRem(rest, Range);
                operands[i] = From + digit;
            }

            for (int i = operations.Length - 1; i >= 0; i--)
            {
                (rest, int digit) = Math.DivRem(rest, Operations.Count);
                operations[i] = Operations[digit];
            }

            yield return new ArithmeticExpression(index, Text(operands, operations), Value(operands, operations));
        }
    }

    private static string Text(int[] operands, ArithmeticOperation[] operations) => string.Join(
        ' ',
        operands.Select((operand, i) => i == 0 ? NumberWords.Of(operand) : $"{operations[i - 1].ToString().ToLowerInvariant()} {NumberWords.Of(operand)}"));

    private static long Value(int[] operands, ArithmeticOperation[] operations)
    {
        long sum = 0;
        long product = operands[0];
        for (int i = 0; i < operations.Length; i++)
        {
            long next = operands[i + 1];
            if (operations[i] == ArithmeticOperation.Times)
            {
                product *= next;
                continue;
            }

            sum += product;
            product = operations[i] == ArithmeticOperation.Plus ? next : -next;
        }

        return sum + product;
    }
}
