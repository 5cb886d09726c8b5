namespace Sextant.Data.Arithmetic;

/// <summary>Pairs of numbers of which a text states neither order (equality included) nor sum, since expressions of them are asked about later.</summary>
public sealed class UnsaidPairs
{
    private readonly HashSet<(int, int)> orders = [], sums = [];

    /// <param name="expressions">Texts such as "seven minus nine" or "seven plus nine": two operands in words.</param>
    public UnsaidPairs(IEnumerable<string> expressions)
    {
        var numbers = Enumerable.Range(0, ArithmeticText.LargestOperand + 1).ToDictionary(NumberWords.Of);
        foreach (string text in expressions)
        {
            string[] words = text.Split(' ');
            if (words.Length == 3 && numbers.TryGetValue(words[0], out int a) && numbers.TryGetValue(words[2], out int b))
            {
                _ = words[1] == "plus" ? sums.Add(Ordered(a, b)) : orders.Add(Ordered(a, b));
            }
        }
    }

    /// <summary>Pairs whose order is not stated.</summary>
    public int Orders => orders.Count;

    /// <summary>Pairs whose sum is not stated.</summary>
    public int Sums => sums.Count;

    /// <summary>Whether there is an order of two neighbours, one above zero, and a sum left to state: else a text has nothing to say.</summary>
    internal bool LeavesRoom
    {
        get
        {
            var numbers = Enumerable.Range(0, ArithmeticText.LargestOperand + 1).ToList();
            return numbers.SkipLast(1).Any(n => !HasOrder(n, n + 1)) && numbers.Skip(1).Any(n => !HasOrder(0, n)) && numbers.Any(a => numbers.Skip(1).Any(b => !HasSum(a, b)));
        }
    }

    /// <summary>Whether the order of a and b, or that they are equal, is not to be stated.</summary>
    public bool HasOrder(int a, int b) => orders.Contains(Ordered(a, b));

    /// <summary>Whether the sum of a and b is not to be stated.</summary>
    public bool HasSum(int a, int b) => sums.Contains(Ordered(a, b));

    private static (int, int) Ordered(int a, int b) => (Math.Min(a, b), Math.Max(a, b));
}
