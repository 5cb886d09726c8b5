namespace Sextant.Scaling.BatchSize;

/// <summary>What one must know before believing a trade-off, a sentence each.</summary>
internal static class StepsWarnings
{
    private const double Unlikely = 0.05;

    /// <summary>One in a hundred by chance, of neighbours whose steps rise.</summary>
    private const double RiseLevel = 0.98;

    public static IEnumerable<string> Of(TargetTradeOff fit, Interval critical, IReadOnlyList<BatchSteps> batches, int lost, StepsOptions options)
    {
        string range = $"its {Identifiability.Percent} interval is {Said.Range(critical, Said.Number)}";
        if (fit.Status == FitStatus.BoundHit)
        {
            yield return fit.MinSteps is null
                ? $"Steps fall in proportion to the batch throughout: the critical batch lies beyond these batches ({range}), and nothing shows the fewest steps; measure larger batches."
                : $"Steps do not fall with the batch: the critical batch lies below these batches ({range}), and nothing shows the fewest examples; measure smaller batches.";
        }
        else if (fit.Status == FitStatus.NotIdentified)
        {
            yield return critical is { Low: not null, High: not null }
                ? $"The critical batch is not determined: {range}, whose ends are more than a factor of {Said.Number(options.WidestRatio)} apart."
                : $"The critical batch is not determined: {range}.";
        }

        double low = batches[0].Batch, high = batches[^1].Batch;
        if (fit.CriticalBatch is double b && (b < low || b > high))
        {
            yield return b > high
                ? $"Every batch measured lies below the critical one: the fewest steps are extrapolated; measure batches above {Said.Number(b)}."
                : $"Every batch measured lies above the critical one: the fewest examples are extrapolated; measure batches below {Said.Number(b)}.";
        }

        foreach (var (name, batch) in new[] { ("smallest", batches[0]), ("largest", batches[^1]) })
        {
            if (batch.Logs.Length == 0)
            {
                yield return $"No training of the {name} batch, {RegimeWords.Size(batch.Batch)}, reached the target in its {Said.Whole(batch.Allowance)} steps: that side of the curve is known from a bound alone.";
            }
        }

        if (2 * fit.Censored > fit.Used)
        {
            yield return $"{fit.Censored} of {fit.Used} trainings missed the target: most of what is known are bounds.";
        }

        if (fit.LackOfFit is { P: < Unlikely } test)
        {
            yield return test.By == FormTesting.Repeats
                ? $"The batches' means miss the form by more than trainings of one batch differ (p = {Said.Number(test.P)}): the rate may not be tuned at every batch. Intervals go by that miss."
                : $"Batches that lie above the form follow each other, and so do those below (p = {Said.Number(test.P)}): it may not be the form of these steps.";
        }

        if (Rise(batches, fit.Spread!.Value, fit.Used - fit.Censored - 2 - lost) is string rise)
        {
            yield return rise;
        }
    }

    /// <summary>Steps that rise with the batch by more than the spread allows.</summary>
    private static string? Rise(IReadOnlyList<BatchSteps> batches, double spread, int freedom)
    {
        BatchSteps[] known = [.. batches.Where(batch => batch.Logs.Length > 0)];
        double reach = Student.Reach(freedom, RiseLevel);
        var rises = known.Zip(known.Skip(1))
            .Where(pair => pair.Second.Mean - pair.First.Mean > reach * spread * Math.Sqrt((1.0 / pair.First.Logs.Length) + (1.0 / pair.Second.Logs.Length)))
            .Select(pair => $"from {RegimeWords.Size(pair.First.Batch)} to {RegimeWords.Size(pair.Second.Batch)} by {Said.Percent(Math.Exp(pair.Second.Mean - pair.First.Mean) - 1)}")
            .ToList();
        return rises.Count == 0 ? null : $"Steps rise with the batch {string.Join(", ", rises)}, which no tuned training does: tune the rate there again.";
    }
}
