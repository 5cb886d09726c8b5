namespace Sextant.Decoding.Measures;

/// <summary>How many hypotheses are right to the letter.</summary>
public static class ExactMatch
{
    /// <summary>Share of hypotheses that equal one of their targets, 0..1; 0 of none.</summary>
    /// <exception cref="ArgumentException">The two lists differ in length.</exception>
    public static double Share(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> targets)
    {
        Segments.Check(hypotheses, targets);
        int right = hypotheses.Zip(targets).Count(pair => pair.Second.Contains(pair.First, StringComparer.Ordinal));
        return hypotheses.Count == 0 ? 0 : (double)right / hypotheses.Count;
    }
}
