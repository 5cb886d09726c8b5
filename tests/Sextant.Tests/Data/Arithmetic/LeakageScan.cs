using Sextant.Data.Arithmetic;

namespace Sextant.Tests.Data.Arithmetic;

/// <summary>Looks in a sentence for the label of an expression in other words. It knows nothing of how the sentences are made.</summary>
internal static class LeakageScan
{
    private static readonly Dictionary<string, int> Numbers = Enumerable.Range(0, 100).ToDictionary(NumberWords.Of);

    private static readonly string[] SignWords = ["negative", "positive", "below", "above", "nothing", "none", "nought", "sign"];

    private static readonly string[] ResultWords =
        ["make", "makes", "sum", "add", "adding", "together", "take", "left", "leaves", "difference", "remains", "without", "keeps", "gives", "equals", "plus", "minus", "on", "back", "many"];

    public static string[] Words(string sentence, bool isHyphenInWord) =>
        sentence.Split(isHyphenInWord ? [' ', '.', ',', '?'] : [' ', '.', ',', '?', '-'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The number a word stands for, or null.</summary>
    public static int? Number(string word) => Numbers.TryGetValue(word, out int number) ? number : null;

    /// <summary>What names the sign of a sum or a difference, or null.</summary>
    public static string? Problem(string sentence)
    {
        string[] words = Words(sentence, isHyphenInWord: true);
        int[] numbers = [.. words.Select(Number).OfType<int>()];
        bool namesSign = words.Any(SignWords.Contains) || IsComparedWithZero(words, numbers);
        if (namesSign && numbers.Where(n => n != 0).Distinct().Count() > 1)
        {
            return "a word of sign stands beside two numbers: " + sentence;
        }

        if (words.Contains("nothing") || words.Contains("none"))
        {
            return "a result may be nothing: " + sentence;
        }

        bool statesResult = words.Any(ResultWords.Contains) && numbers.Length >= 3;
        for (int i = 0; i + 1 < words.Length; i++)
        {
            statesResult |= Number(words[i]) is not null && words[i + 1] is "more" or "less" && numbers.Length >= 3;
            if (words[i] == "minus" && Number(words[i + 1]) is not null && (i == 0 || Number(words[i - 1]) is null) && numbers.Length > 1)
            {
                return "a negative number stands beside others: " + sentence;
            }
        }

        // With a zero among them, the three numbers of a true sum or difference may read "a minus a is zero"; only a sum with an operand of zero cannot.
        bool isSum = words.Any(w => w is "make" or "makes" or "sum" or "add" or "together" or "on" or "much") || words.Contains("are");
        bool isDifference = words.Any(w => w is "take" or "left" or "leaves" or "difference" or "remains" or "without" or "keeps" or "back" or "minus" or "less" or "more");
        return statesResult && numbers.Contains(0) && (isDifference || !isSum || numbers.All(n => n == 0)) ? "a result may be zero: " + sentence : null;
    }

    /// <summary>"... is less than zero" after more than one number.</summary>
    private static bool IsComparedWithZero(string[] words, int[] numbers) =>
        numbers.Length > 2 && words is [.., "less" or "more" or "larger" or "smaller" or "greater", "than", "zero"];
}
