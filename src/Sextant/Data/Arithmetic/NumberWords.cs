namespace Sextant.Data.Arithmetic;

/// <summary>Whole numbers in English words: seven, twenty-one, one hundred five, nine thousand nine hundred ninety-nine.</summary>
public static class NumberWords
{
    /// <summary>The largest number there are words for here.</summary>
    public const int Maximum = 9999;

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    /// <summary>The words of a number, without "and".</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not within 0 to <see cref="Maximum"/>.</exception>
    public static string Of(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, Maximum);
        return number switch
        {
            < 20 => Small[number],
            < 100 => Tens[(number / 10) - 2] + (number % 10 == 0 ? "" : "-" + Small[number % 10]),
            < 1000 => $"{Small[number / 100]} hundred{Rest(number % 100)}",
            _ => $"{Small[number / 1000]} thousand{Rest(number % 1000)}",
        };
    }

    private static string Rest(int number) => number == 0 ? "" : " " + Of(number);
}
