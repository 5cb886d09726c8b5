using Sextant.Scaling.BatchSize;

namespace Sextant.Scaling.GradientNoise;

/// <summary>A batch beside the noise scale in sentences that a person acts on.</summary>
internal static class BatchWords
{
    public static IEnumerable<string> Of(BatchStanding batch)
    {
        string who = $"A step takes {Said.Number(batch.Examples)} examples on average{(batch.Tokens is double tokens ? $" ({Said.Number(tokens)} tokens)" : "")}";
        string where = (batch.Share, batch.ShareInterval) switch
        {
            (double share, var interval) => $"{Said.Times(share)} the noise scale ({Said.Range(interval, Said.Times)})",
            (null, { High: double most }) => $"at most {Said.Times(most)} the noise scale",
            (null, { Low: double least }) => $"at least {Said.Times(least)} the noise scale",
            _ => "an unknown share of the noise scale",
        };
        yield return $"{who}, {where}: {Verdict(batch.Regime)}.";
        if (batch is { StepsOfTwice: double steps, ExamplesOfTwice: double examples })
        {
            yield return $"By S = S_min (1 + B_noise / B), twice the batch would need {Said.Times(steps)} the steps and {Said.Times(examples)} the examples, each batch at its own best learning rate.";
        }

        if (Advice(batch.Regime) is string advice)
        {
            yield return advice;
        }
    }

    private static string Verdict(Regime regime) => regime switch
    {
        Regime.NoiseDominated => "noise-dominated",
        Regime.Efficient => "near it, where steps and examples are traded efficiently",
        Regime.CurvatureDominated => "curvature-dominated",
        _ => "the interval leaves open what dominates",
    };

    private static string? Advice(Regime regime) => regime switch
    {
        Regime.NoiseDominated => "A larger batch buys fewer steps: with parallel hardware, raise it and tune the learning rate again. On one core, where a step on twice the examples takes twice the time, it buys nothing.",
        Regime.Efficient => "A larger batch still buys steps and costs examples; a smaller one the other way round.",
        Regime.CurvatureDominated => "A larger batch buys next to nothing: take a smaller one, or an optimiser with a better preconditioner.",
        _ => null,
    };
}
