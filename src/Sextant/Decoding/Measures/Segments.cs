namespace Sextant.Decoding.Measures;

/// <summary>Hypotheses beside the references they are held against.</summary>
internal static class Segments
{
    public static void Check(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references)
    {
        if (hypotheses.Count != references.Count)
        {
            throw new ArgumentException($"There are {hypotheses.Count} hypotheses and references for {references.Count}: there must be as many.", nameof(references));
        }

        for (int i = 0; i < references.Count; i++)
        {
            if (references[i].Count == 0)
            {
                throw new ArgumentException($"Hypothesis {i} has no reference: give it at least one.", nameof(references));
            }
        }
    }

    /// <summary>sacreBLEU ignores empty references, which stand for missing ones.</summary>
    public static IReadOnlyList<string> Given(IReadOnlyList<string> references) =>
        references.Any(reference => reference.Length > 0) ? [.. references.Where(reference => reference.Length > 0)] : references;
}
