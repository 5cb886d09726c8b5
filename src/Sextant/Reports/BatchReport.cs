using Sextant.Scaling;
using Sextant.Scaling.BatchSize;

namespace Sextant.Reports;

/// <summary>What batch sizes and learning rates came to, as a page and pictures: the conclusion first, then what one needs to believe it or not.</summary>
public sealed record BatchReport
{
    public required Page Page { get; init; }

    /// <summary>The page's charts, each under the name of its files.</summary>
    public required IReadOnlyList<NamedChart> Charts { get; init; }

    public static BatchReport Of(BatchEvidence evidence)
    {
        IReadOnlyList<NamedChart> steps = evidence.Steps is { } fit ? TradeOffPicture.Of(fit, evidence.Unit) : [], rates = BestRatePicture.Of(evidence.Rates, evidence.Unit), trials = RatePicture.Of(evidence.Tuning);
        return new BatchReport
        {
            Charts = [.. steps, .. rates, .. trials],
            Page = new Page
            {
                Title = $"Batch size and learning rate: {evidence.Name}",
                Lead = BatchWords.Lead(evidence),
                Sections =
                [
                    .. Section.Unless("Before you believe it", evidence.Caveats.Concat(LearningRateWords.Caveats(evidence.Tuning)).Concat(evidence.Steps?.Warnings ?? []).Concat(evidence.Rates.Warnings).Concat(evidence.Agreement?.Warnings ?? []).Distinct().Select(text => new Block.Caveat(text))),
                    .. Section.Unless("Steps and batch size", [.. Figures(steps), .. evidence.Steps is { } found ? Targets(found, evidence.Unit).Concat(Batches(found)) : []]),
                    .. Section.Unless("Learning rate and batch size", [.. Figures(rates), .. Rates(evidence.Rates), .. Figures(trials), .. TunedValuesTable.Of(evidence.Tuning)]),
                    .. Section.Unless("The critical batch by other ways", evidence.Agreement is { } agreement ? Estimates(agreement) : []),
                    .. Section.Unless("What was left out", new Fit?[] { evidence.Steps, evidence.Rates }.OfType<Fit>().SelectMany(ScalingTables.Excluded).Distinct()),
                    .. Section.Unless("How to repeat it", evidence.Commands.Count == 0 ? [] : [new Block.Commands(evidence.Commands)]),
                    .. Section.Unless("Where the numbers come from", new Fit?[] { evidence.Steps, evidence.Rates }.OfType<Fit>().SelectMany(ScalingTables.Sources)),
                ],
            },
        };
    }

    /// <summary>Writes report.html and each chart as PNG and SVG into <paramref name="folder"/>; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public string Write(string folder) => ReportFolder.Write(folder, Page, Charts);

    private static IEnumerable<Block> Targets(StepsFit fit, string unit)
    {
        yield return new Block.Table
        {
            Columns = [new Column("Loss aimed at", "nats a token", true), new Column("Critical batch", unit, true), new Column("95 % interval", null, true), new Column("Fewest steps", null, true), new Column("95 % interval", null, true), new Column($"Fewest {unit}", null, true), new Column("95 % interval", null, true), new Column("Trainings", null, true), new Column("Ended above it", null, true), new Column("Status")],
            Rows = [.. fit.Targets.Select(target => (IReadOnlyList<string>)
            [
                Numbers.Significant(target.Target), Text(target, target.CriticalBatch), Range(target, "criticalBatch"), Text(target, target.MinSteps), Range(target, "minSteps"), Text(target, target.MinExamples), Range(target, "minExamples"),
                $"{target.Used}", $"{target.Censored}", ScalingTables.Named(target.Status),
            ])],
            Best = [.. fit.Targets.Index().Where(target => target.Item.Target == fit.Target).Select(target => target.Index)],
            Caption = "A training that ended above the target is known to take longer, and counts as such. converged: the critical batch's interval is no wider than tenfold; else a number would mean nothing and none stands here.",
        };

        static string Text(TargetTradeOff target, double? value) => target.Status == FitStatus.Converged ? ScalingTables.Text(value) : "–";
        static string Range(TargetTradeOff target, string name) => ScalingWords.Ends(target.Intervals.GetValueOrDefault(name));
    }

    private static IEnumerable<Block> Batches(StepsFit fit)
    {
        if (fit.Regimes.Count == 0)
        {
            yield break;
        }

        yield return new Block.Table
        {
            Columns = [new Column("Batch", null, true), new Column("Reached", "trainings", true), new Column("Steps", "mean", true), new Column("Steps / fewest", null, true), new Column("95 % interval", null, true), new Column("Compute / least", null, true), new Column("95 % interval", null, true), new Column("What limits it"), new Column("What to do")],
            Rows = [.. fit.Regimes.Select(batch => (IReadOnlyList<string>)
            [
                Numbers.Short(batch.Batch), $"{batch.Reached} of {batch.Reached + batch.Censored}", ScalingTables.Text(batch.Steps), ScalingTables.Text(batch.StepsRatio), ScalingWords.Ends(batch.StepsRatioInterval),
                ScalingTables.Text(batch.ExamplesRatio), ScalingWords.Ends(batch.ExamplesRatioInterval), batch.Regime.Words(), batch.Advice,
            ])],
            Caption = $"To a loss of {ScalingTables.Text(fit.Target)}. Compute / least: what exceeds 1 is spent for fewer steps.",
        };
    }

    private static IEnumerable<Block> Rates(LearningRateFit fit)
    {
        if (fit.Best.Count == 0)
        {
            yield break;
        }

        yield return new Block.Table
        {
            Columns = [new Column("Batch", null, true), new Column("Best rate", "peak", true), new Column("95 % interval", null, true), new Column("Half or twice costs", "%", true), new Column("Rates", "tried", true), new Column("Trainings", null, true), new Column("Diverged", null, true), new Column("Status"), new Column("Remark")],
            Rows = [.. fit.Best.Select(best => (IReadOnlyList<string>)
            [
                Numbers.Short(best.Batch), ScalingTables.Text(best.Rate), ScalingWords.Ends(best.RateInterval), ScalingTables.Text(100 * best.CostOfTwofold, 2), $"{best.Rates}", $"{best.Trainings}", $"{best.Diverged}", ScalingTables.Named(best.Status), best.Remark ?? "–",
            ])],
        };
        yield return new Block.Table
        {
            Columns = [new Column("Law"), new Column("Largest rate", "eps_max", true), new Column("95 % interval", null, true), new Column("Noise batch", "B_noise", true), new Column("95 % interval", null, true), new Column("Exponent", null, true), new Column("95 % interval", null, true), new Column("Status")],
            Rows = [.. new[] { ("exponent 1: plain gradient descent", fit.Sgd), ("free exponent: adaptive optimisers", fit.Free) }.Where(law => law.Item2 is not null).Select(law => (IReadOnlyList<string>)
            [
                law.Item1, Known(law.Item2!, law.Item2!.MaxRate), ScalingWords.Ends(law.Item2.Intervals.GetValueOrDefault("maxRate")), Known(law.Item2, law.Item2.NoiseBatch), ScalingWords.Ends(law.Item2.Intervals.GetValueOrDefault("noiseBatch")),
                ScalingTables.Text(law.Item2.Exponent), ScalingWords.Ends(law.Item2.Intervals.GetValueOrDefault("exponent")), ScalingTables.Named(law.Item2.Status),
            ])],
            Caption = "eps_max / (1 + B_noise / B)^exponent (McCandlish 2018, equation 2.6).",
        };

        static string Known(RateLaw law, double? value) => law.Status == FitStatus.Converged ? ScalingTables.Text(value) : "–";
    }

    private static IEnumerable<Block> Estimates(CriticalBatchAgreement agreement)
    {
        yield return new Block.Paragraph(agreement.Sentence);
        yield return new Block.Table
        {
            Columns = [new Column("Estimate"), new Column("Critical batch", null, true), new Column("95 % interval", null, true), new Column("Status")],
            Rows = [.. agreement.Estimates.Select(estimate => (IReadOnlyList<string>)[Named(estimate.Source), ScalingTables.Text(estimate.Batch), ScalingWords.Ends(estimate.Interval), ScalingTables.Named(estimate.Status)])],
            Caption = "They measure related things and not the same: within a factor of three is agreement.",
        };
        foreach (var pair in agreement.Pairs)
        {
            yield return new Block.Paragraph(pair.Sentence);
        }
    }

    private static string Named(CriticalBatchSource source) => source switch
    {
        CriticalBatchSource.TradeOff => "steps against examples",
        CriticalBatchSource.NoiseScale => "gradient noise scale",
        _ => "curve of best learning rates",
    };

    private static IEnumerable<Block> Figures(IEnumerable<NamedChart> charts) => charts.Select(named => new Block.Figure(named.Chart));
}
