namespace Sextant.Decoding.Measures;

/// <summary>
/// Character n-gram F-score (Popovic 2015) as sacreBLEU 2 defines it: n = 1..6, white space removed, beta = 2, precision
/// and recall averaged over the orders that both sides have. On sacreBLEU's scale, 0..100.
/// </summary>
public static class ChrF
{
    private const int CharacterOrder = 6;
    private const double BetaSquared = 4; // recall weighs twice as much as precision
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>chrF2 of a corpus, 0..100; of several references the one with the best score of its own counts.</summary>
    /// <exception cref="ArgumentException">The two lists differ in length, or a hypothesis has no reference.</exception>
    public static double OfCorpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references) =>
        Score(hypotheses, references, wordOrder: 0);

    /// <summary>chrF2++ of a corpus, 0..100: with n-grams of one and two words beside those of characters (Popovic 2017).</summary>
    /// <exception cref="ArgumentException">The two lists differ in length, or a hypothesis has no reference.</exception>
    public static double PlusPlusOfCorpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references) =>
        Score(hypotheses, references, wordOrder: 2);

    private static double Score(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, int wordOrder)
    {
        Segments.Check(hypotheses, references);
        var sum = new Matches[CharacterOrder + wordOrder];
        for (int i = 0; i < hypotheses.Count; i++)
        {
            var hypothesis = Counts(hypotheses[i], wordOrder);
            var best = Segments.Given(references[i]).Select(reference => Compare(hypothesis, Counts(reference, wordOrder))).MaxBy(Score)!;
            sum = [.. sum.Zip(best, (left, right) => left + right)];
        }

        return Score(sum);
    }

    /// <summary>A hypothesis' n-grams of an order count only where the reference has any of that order.</summary>
    private static Matches[] Compare(Dictionary<string, int>[] hypothesis, Dictionary<string, int>[] reference) =>
        [.. hypothesis.Zip(reference, (own, other) => new Matches(other.Count > 0 ? own.Values.Sum() : 0, other.Values.Sum(), NGrams.Common(own, other)))];

    private static double Score(Matches[] orders)
    {
        Matches[] effective = [.. orders.Where(order => order.Hypothesis > 0 && order.Reference > 0)];
        if (effective.Length == 0)
        {
            return 0;
        }

        double precision = effective.Average(order => (double)order.Common / order.Hypothesis);
        double recall = effective.Average(order => (double)order.Common / order.Reference);
        return precision + recall > 0 ? 100 * (1 + BetaSquared) * precision * recall / (BetaSquared * precision + recall) : 0;
    }

    private static Dictionary<string, int>[] Counts(string text, int wordOrder)
    {
        string[] characters = [.. string.Concat(Words.Of(text)).EnumerateRunes().Select(rune => rune.ToString())];
        string[] words = wordOrder > 0 ? [.. Words.Of(text).SelectMany(WithPunctuationApart)] : [];
        return
        [
            .. Enumerable.Range(1, CharacterOrder).Select(n => NGrams.Count(characters, n, "")),
            .. Enumerable.Range(1, wordOrder).Select(n => NGrams.Count(words, n, " ")),
        ];
    }

    /// <summary>One punctuation mark, at the end if there is one and else at the start, is a word of its own.</summary>
    private static string[] WithPunctuationApart(string word) => word switch
    {
        [_] => [word],
        [.., var last] when Punctuation.Contains(last, StringComparison.Ordinal) => [word[..^1], word[^1..]],
        [var first, ..] when Punctuation.Contains(first, StringComparison.Ordinal) => [word[..1], word[1..]],
        _ => [word],
    };

    private readonly record struct Matches(int Hypothesis, int Reference, int Common)
    {
        public static Matches operator +(Matches left, Matches right) =>
            new(left.Hypothesis + right.Hypothesis, left.Reference + right.Reference, left.Common + right.Common);
    }
}
