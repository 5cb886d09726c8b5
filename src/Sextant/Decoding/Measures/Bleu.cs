namespace Sextant.Decoding.Measures;

/// <summary>
/// BLEU (Papineni 2002) as sacreBLEU 2 defines it by default: 13a tokenisation, case kept, words up to n = 4, exponential
/// smoothing (Chen and Cherry 2014, method 3), brevity penalty against the closest reference length. On sacreBLEU's
/// scale, 0..100.
/// </summary>
public sealed record Bleu
{
    private const int Order = 4;

    /// <summary>The score, 0..100.</summary>
    public required double Score { get; init; }

    /// <summary>Precisions of n = 1..4 after smoothing, 0..100.</summary>
    public required IReadOnlyList<double> Precisions { get; init; }

    /// <summary>min(1, exp(1 - r / c)) for c words of hypotheses against r of the closest references, 0..1.</summary>
    public required double BrevityPenalty { get; init; }

    /// <summary>c, words of all hypotheses.</summary>
    public required int HypothesisLength { get; init; }

    /// <summary>r, words of the reference closest in length to each hypothesis, the shorter of two as close.</summary>
    public required int ReferenceLength { get; init; }

    /// <summary>BLEU of a corpus; 0 if no hypothesis has four words.</summary>
    /// <exception cref="ArgumentException">The two lists differ in length, or a hypothesis has no reference.</exception>
    public static Bleu OfCorpus(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references) =>
        Measure(hypotheses, references, effectiveOrder: false);

    /// <summary>BLEU of one sentence: n goes only as far as the hypothesis has words (sacreBLEU's effective order).</summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static Bleu OfSentence(string hypothesis, IReadOnlyList<string> references) =>
        Measure([hypothesis], [references], effectiveOrder: true);

    private static Bleu Measure(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, bool effectiveOrder)
    {
        Segments.Check(hypotheses, references);
        int[] correct = new int[Order], total = new int[Order];
        int hypothesisLength = 0, referenceLength = 0;
        for (int i = 0; i < hypotheses.Count; i++)
        {
            var hypothesis = Tokenization13a.Tokens(hypotheses[i]);
            IReadOnlyList<string>[] targets = [.. Segments.Given(references[i]).Select(Tokenization13a.Tokens)];
            hypothesisLength += hypothesis.Count;
            referenceLength += targets.Select(target => target.Count).OrderBy(length => Math.Abs(length - hypothesis.Count)).ThenBy(length => length).First();
            for (int n = 1; n <= Order; n++)
            {
                var own = NGrams.Count(hypothesis, n, " ");
                total[n - 1] += own.Values.Sum();
                correct[n - 1] += NGrams.Common(own, MostOfAny(targets, n));
            }
        }

        double brevity = hypothesisLength >= referenceLength ? 1 : hypothesisLength == 0 ? 0 : Math.Exp(1 - (double)referenceLength / hypothesisLength);
        double[] precisions = Smoothed(correct, total);
        int order = effectiveOrder ? total.Count(n => n > 0) : Order;
        double[] used = precisions[..order];
        return new Bleu
        {
            // a precision of 0 is an order without n-grams, or no match at all
            Score = used.Length > 0 && used.All(precision => precision > 0) ? brevity * Math.Exp(used.Average(Math.Log)) : 0,
            Precisions = precisions,
            BrevityPenalty = brevity,
            HypothesisLength = hypothesisLength,
            ReferenceLength = referenceLength,
        };
    }

    /// <summary>Each n-gram as often as in the reference that has it most often (clipping, section 2.1).</summary>
    private static Dictionary<string, int> MostOfAny(IReadOnlyList<string>[] references, int n)
    {
        var most = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string ngram, int count) in references.SelectMany(reference => NGrams.Count(reference, n, " ")))
        {
            most[ngram] = Math.Max(most.GetValueOrDefault(ngram), count);
        }

        return most;
    }

    /// <summary>The k-th order without a match counts as 1 / 2^k matches; all are 0 where nothing matches at all.</summary>
    private static double[] Smoothed(int[] correct, int[] total)
    {
        double[] precisions = new double[Order];
        if (correct.All(count => count == 0))
        {
            return precisions;
        }

        double halvings = 1;
        for (int n = 0; n < Order && total[n] > 0; n++)
        {
            precisions[n] = 100 * (correct[n] > 0 ? correct[n] : 1 / (halvings *= 2)) / total[n];
        }

        return precisions;
    }
}
