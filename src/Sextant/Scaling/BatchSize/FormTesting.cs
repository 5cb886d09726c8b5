using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Sextant.Scaling.BatchSize;

/// <summary>Holds a form against the batches all of whose trainings reached the target: what is censored would look as if it agreed.</summary>
internal static class FormTesting
{
    public const string Repeats = "repeats", Runs = "runs";

    /// <summary>With fewer batches no order of signs is unlikely.</summary>
    private const int FewestForRuns = 6;

    /// <summary>Of ln steps: what misses the form by less does not miss it.</summary>
    private const double Rounding = 1e-4;

    /// <summary>By repeats where there are any, else by runs of signs; null where neither can be.</summary>
    /// <param name="batches">By rising batch.</param>
    /// <param name="lost">Degrees of freedom that the seeds' levels took.</param>
    /// <param name="form">The fitted ln steps at a batch.</param>
    public static FormTest? Of(IReadOnlyList<BatchSteps> batches, int lost, Func<double, double> form)
    {
        BatchSteps[] whole = [.. batches.Where(batch => batch.Censored == 0)];
        int freedom = whole.Sum(batch => batch.Logs.Length - 1) - lost;
        double pure = whole.Sum(batch => batch.Logs.Sum(log => (log - batch.Mean) * (log - batch.Mean)));
        if (freedom > 0 && pure > 0)
        {
            return Miss(batches, form) is var (miss, own) ? new FormTest(Repeats, 1 - FisherSnedecor.CDF(own, freedom, miss / (pure / freedom))) : null;
        }

        bool[] above = [.. whole.Select(batch => batch.Mean > form(batch.Batch))];
        bool misses = whole.Any(batch => Math.Abs(batch.Mean - form(batch.Batch)) > Rounding);
        return misses && whole.Length >= FewestForRuns && above.Distinct().Count() == 2 ? new FormTest(Runs, ChanceOfFewRuns(above)) : null;
    }

    /// <summary>The variance of a training by how the batches' means miss the form, and its degrees of freedom; null where there are no more batches than constants.</summary>
    public static (double Variance, int Freedom)? Miss(IReadOnlyList<BatchSteps> batches, Func<double, double> form)
    {
        BatchSteps[] whole = [.. batches.Where(batch => batch.Censored == 0)];
        return whole.Length > 2
            ? (whole.Sum(batch => batch.Logs.Length * Math.Pow(batch.Mean - form(batch.Batch), 2)) / (whole.Length - 2), whole.Length - 2)
            : null;
    }

    /// <summary>How often so few runs or fewer come of a random order of these signs.</summary>
    private static double ChanceOfFewRuns(bool[] signs)
    {
        int first = signs.Count(sign => sign), second = signs.Length - first, runs = 1 + signs.Zip(signs.Skip(1)).Count(pair => pair.First != pair.Second);
        double orders = 0;
        for (int r = 2; r <= runs; r++)
        {
            int half = r / 2;
            orders += r % 2 == 0
                ? 2 * Choose(first - 1, half - 1) * Choose(second - 1, half - 1)
                : (Choose(first - 1, half) * Choose(second - 1, half - 1)) + (Choose(first - 1, half - 1) * Choose(second - 1, half));
        }

        return orders / Choose(signs.Length, first);
    }

    private static double Choose(int of, int some) => some < 0 || some > of ? 0 : SpecialFunctions.Binomial(of, some);
}
