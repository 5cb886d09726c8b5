using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Sextant.Training;

namespace Sextant.Reports;

/// <summary>The numbers of a scaling report.</summary>
internal static class ScalingTables
{
    /// <summary>A table of runs longer than this is a file's business.</summary>
    private const int MostRuns = 300;

    /// <summary>The optima, or the constants of the law.</summary>
    public static IEnumerable<Block> Law(ScalingEvidence evidence) => evidence.Fit switch
    {
        ParametricFit fit => Constants(fit),
        AllocationFit { Optima.Count: > 0 } fit => [Optima(fit)],
        _ => [],
    };

    private static IEnumerable<Block> Constants(ParametricFit fit)
    {
        (string Name, string Meaning, double? Value)[] constants =
        [
            ("E", "loss that neither size nor data removes, nats a token", fit.E), ("A", "of the parameters' term", fit.A), ("B", "of the tokens' term", fit.B),
            ("alpha", "exponent of the parameters", fit.Alpha), ("beta", "exponent of the tokens", fit.Beta), ("exponent", "a in N* ~ C^a: beta / (alpha + beta)", fit.Exponent),
        ];
        yield return new Block.Paragraph("L(N, D) = E + A / N^alpha + B / D^beta: a loss in nats a token of N parameters trained on D tokens (Hoffmann 2022, approach 3).");
        yield return new Block.Table
        {
            Columns = [new Column("Constant"), new Column("What it is"), new Column("Value", null, true), new Column(Level(fit), null, true), new Column("Standard error", null, true)],
            Rows = [.. constants.Select(constant => (IReadOnlyList<string>)
            [
                constant.Name, constant.Meaning, Text(constant.Value, 5), ScalingWords.Ends(fit.Intervals.GetValueOrDefault(constant.Name)), fit.StandardErrors.TryGetValue(constant.Name, out double error) ? Numbers.Significant(error) : "–",
            ])],
            Caption = $"Minimised: {fit.ObjectiveName}, the sum over runs, {Text(fit.Objective, 8)}. Typical residual: {(fit.Residual is double residual ? Numbers.Significant(100 * residual, 2) + " %" : "–")} of the loss. Condition of the constants (1 is best): {Text(fit.Condition)}. Standard errors over resamples of runs.",
        };
    }

    /// <summary>Where the learning rates come from, and what a search found; nothing for anyone's table.</summary>
    public static IEnumerable<Block> Rates(ScalingEvidence evidence)
    {
        if (evidence.Runs.Count == 0)
        {
            yield break;
        }

        yield return new Block.Paragraph($"{LearningRateWords.Source(evidence)}{(LearningRateWords.Trend(evidence) is string trend ? " " + trend : "")}");
        if (evidence.CoordinateCheck is { } check)
        {
            yield return new Block.Paragraph(check.Sentence);
        }

        if (evidence.Tuning.Count > 0)
        {
            yield return new Block.Table
            {
                Columns = [new Column("Size"), new Column("Parameters", null, true), new Column("Trials", null, true), new Column("Failed", "or diverged", true), new Column("Learning rate", "peak", true), new Column("95 % interval", null, true), new Column("Half or twice costs", "% of the loss", true), new Column("Status"), new Column("Remark")],
                Rows = [.. evidence.Tuning.Select(size => (IReadOnlyList<string>)
                [
                    size.Name, LearningRateWords.ParametersOf(evidence, size) is double parameters ? Numbers.Whole(parameters) : "–", $"{size.Choice.Trials.Count}", $"{size.Choice.Trials.Count(trial => trial.Loss is null)}",
                    Text(size.Choice.Rate), ScalingWords.Ends(size.Choice.RateInterval), Text(100 * size.Choice.CostOfTwofold, 2), Named(size.Choice.Status), size.Choice.Remark ?? "–",
                ])],
                Caption = "Interval: from the spread over seeds, where a rate was tried with several. converged: rates on both sides of the best are worse; notIdentified: by no more than seeds differ; boundHit: an end of the rates tried is the best of them, a better one may lie beyond.",
            };
            foreach (var table in TunedValuesTable.Of(evidence.Tuning))
            {
                yield return table;
            }
        }
    }

    private static Block.Table Optima(AllocationFit fit)
    {
        bool sigma = fit.Optima.Any(optimum => optimum.LackOfFit is not null);
        return new Block.Table
        {
            Columns =
            [
                new Column("Compute", "FLOPs", true), new Column("Best size", "parameters", true), new Column(Level(fit), "parameters", true), new Column("Tokens", null, true), new Column("Tokens a parameter", null, true),
                new Column("Loss there", "nats a token", true), new Column("Points", "in the parabola", true), .. sigma ? [new Column("Lack of fit", "p", true)] : Array.Empty<Column>(), new Column("Status"),
            ],
            Rows = [.. fit.Optima.Select(optimum => (IReadOnlyList<string>)
            [
                Numbers.Significant(optimum.Flops), Text(optimum.Parameters), ScalingWords.Ends(optimum.ParametersInterval), Text(optimum.Tokens), Text(optimum.Tokens / optimum.Parameters),
                optimum.Loss is double loss ? Numbers.Loss(loss) : "–", optimum.Used == optimum.Points ? $"{optimum.Used}" : $"{optimum.Used} of {optimum.Points}", .. sigma ? [Text(optimum.LackOfFit?.P, 2)] : Array.Empty<string>(), Named(optimum.Status),
            ])],
            Caption = "Interval: what the noise leaves open (Fieller). converged: the size lies inside the sizes trained and its interval has two ends; notIdentified: the interval has not; boundHit: the parabola turns outside the sizes trained, and takes no part in the line."
                + (sigma ? " Lack of fit: the chance that a cubic would fit so much better if the parabola were right; below 0.01 the parabola is a poor picture." : ""),
        };
    }

    /// <summary>The lines, the values asked for, and what ten times the compute wants.</summary>
    public static IEnumerable<Block> Growth(ScalingEvidence evidence, AllocationView view)
    {
        if (view.Exponent is not double exponent)
        {
            yield break;
        }

        var fit = evidence.Fit;
        if (fit is AllocationFit { Parameters: { } parameters } allocation)
        {
            (string Name, LogLine Line, string Key)[] lines = [("Parameters", parameters, "parameters"), .. allocation.Tokens is { } tokens ? [("Tokens", tokens, "tokens")] : Array.Empty<(string, LogLine, string)>()];
            yield return new Block.Table
            {
                Columns = [new Column("Line"), new Column("Slope", "the exponent", true), new Column(Level(fit), null, true), new Column("Intercept", "log10 at 1 FLOP", true), new Column(Level(fit), null, true)],
                Rows = [.. lines.Select(line => (IReadOnlyList<string>)
                [
                    $"log10 {line.Name} on log10 FLOPs", Numbers.Significant(line.Line.Slope, 4), ScalingWords.Ends(fit.Intervals.GetValueOrDefault(line.Key + ".slope")),
                    Numbers.Significant(line.Line.Intercept, 4), ScalingWords.Ends(fit.Intervals.GetValueOrDefault(line.Key + ".intercept")),
                ])],
            };
        }

        double[] at = [.. new[] { view.Last, 10 * view.Last }.Concat((fit as AllocationFit)?.At.Select(values => values.Flops) ?? []).Where(double.IsFinite).Distinct().Order()];
        if (at.Length > 0 && view.Parameters is { } size)
        {
            yield return new Block.Table
            {
                Columns = [new Column("Compute", "FLOPs", true), new Column("Best size", "parameters", true), new Column(Level(fit), null, true), new Column("Tokens", null, true), new Column(Level(fit), null, true), new Column("")],
                Rows = [.. at.Select(flops => (IReadOnlyList<string>)
                [
                    Numbers.Significant(flops), Numbers.Significant(size(flops)), ScalingWords.Ends(view.ParametersInterval(flops)), Text(view.Tokens?.Invoke(flops)), ScalingWords.Ends(view.TokensInterval(flops)),
                    flops > view.Last ? $"{Numbers.Significant(flops / view.Last)} times beyond the data" : "",
                ])],
                Caption = evidence.Fit is ParametricFit ? "The optimum of the law." : "By the lines, which use every compute; the optimum of one compute alone is in the table above.",
            };
        }

        yield return new Block.Table
        {
            Columns = [new Column("Ten times the compute"), new Column("Model", "times larger", true), new Column("Tokens", "times more", true), new Column("Exponent", "a in N* ~ C^a", true), new Column(Level(fit), null, true)],
            Rows =
            [
                ["by this fit", Tenfold(exponent), view.TokensExponent is double tokens10 ? Tenfold(tokens10) : "–", Numbers.Significant(exponent), ScalingWords.Ends(view.ExponentInterval)],
                .. PublishedLaw.All.Select(law => (IReadOnlyList<string>)[$"{law.Name} ({law.Source})", Tenfold(law.Law.Exponent), Tenfold(1 - law.Law.Exponent), Numbers.Significant(law.Law.Exponent), PublishedLaw.Intervals]),
            ],
            Best = [0],
            Caption = "Published laws are of language models on fresh tokens, each counted its own way; they are here for comparison.",
        };
    }

    /// <summary>The fit without each size, its extrapolation and the noise of seeds.</summary>
    public static IEnumerable<Block> Checks(ScalingEvidence evidence, AllocationView view)
    {
        var (without, extrapolation, noise) = evidence.Fit switch
        {
            AllocationFit fit => (Without(fit, view), Foretold(fit.Extrapolation), fit.SeedNoise),
            ParametricFit fit => (Without(fit, view), Foretold(fit.Extrapolation), fit.SeedNoise),
            _ => (null, null, null),
        };
        yield return new Block.Paragraph(extrapolation ?? "Whether the fit can be carried beyond its data was not tested: too few computes would remain without the largest.");
        yield return new Block.Paragraph(noise is null
            ? "No run was repeated with another seed, so how much of a difference between runs is chance is not known from these data."
            : $"Runs that differ by their seed alone differ by {Numbers.Significant(100 * noise.StandardDeviation, 2)} % in loss (standard deviation, from {noise.Runs} runs of {noise.Designs} designs).");
        if (without is not null)
        {
            yield return without;
        }
    }

    private static Block.Table? Without(AllocationFit fit, AllocationView view) => fit.WithoutSize.Count == 0 || fit.Parameters is null ? null : new Block.Table
    {
        Columns = [new Column("Without the size", "parameters", true), new Column("Exponent", null, true), new Column("Change", null, true), new Column("Best size at the largest compute", "parameters", true), new Column("Optima", "behind it", true)],
        Rows = [.. fit.WithoutSize.Select(size => (IReadOnlyList<string>)
        [
            Numbers.Whole(size.Parameters), Text(size.Line?.Slope), Signed(size.Line?.Slope - fit.Parameters.Slope), size.Line is { } line && double.IsFinite(view.Last) ? Numbers.Significant(line.At(view.Last)) : "–", $"{size.Optima}",
        ])],
        Caption = "The line fitted again without each size. Where one size moves the exponent by much, the answer hangs on it.",
    };

    private static Block.Table? Without(ParametricFit fit, AllocationView view) => fit.WithoutSizes.Count == 0 ? null : new Block.Table
    {
        Columns = [new Column("Without the sizes", "parameters", true), new Column("Runs left out", null, true), new Column("Exponent", null, true), new Column("Change", null, true), new Column("E", "nats a token", true)],
        Rows = [.. fit.WithoutSizes.Select(size => (IReadOnlyList<string>)
        [
            size.Smallest == size.Largest ? Numbers.Significant(size.Smallest) : $"{Numbers.Significant(size.Smallest)} to {Numbers.Significant(size.Largest)}", $"{size.Points}", Text(size.Exponent), Signed(size.Exponent - view.Exponent), Text(size.E, 4),
        ])],
        Caption = "The law fitted again without each size or range of sizes. Where one moves the exponent by much, the answer hangs on it.",
    };

    private static string? Foretold(ExtrapolationCheck? check) => check is null ? null
        : $"Carried beyond its data: the line through all but the largest compute foretells {Numbers.Significant(check.Predicted)} parameters at {Numbers.Significant(check.Flops)} FLOPs, where {Numbers.Significant(check.Found)} were found: {Percent(check.Error)}.";

    private static string? Foretold(Extrapolation? check) => check is null ? null
        : $"Carried beyond its data: fitted without the {check.Points} runs of {Numbers.Significant(check.Flops)} FLOPs or more, the law foretells their losses with an error of {Numbers.Significant(check.RootMeanSquareError)} nats a token (root mean square; mean {Signed(check.MeanError)}); the runs it was fitted to, it misses by {Numbers.Significant(check.Residual)}.";

    /// <summary>The exponent by every convention.</summary>
    public static IEnumerable<Block> Counting(ScalingEvidence evidence)
    {
        if (evidence.ByConvention.Count == 0)
        {
            yield return new Block.Paragraph(evidence.Fit.Convention is string convention
                ? $"Parameters and FLOPs are counted by the convention {convention}. The table holds no other count, so that the exponent by other conventions cannot be given."
                : "The data do not say how parameters and FLOPs were counted; name it with --convention. Exponents of different conventions do not compare.");
            yield break;
        }

        if (ScalingWords.Spread(evidence.ByConvention) is string spread)
        {
            yield return new Block.Paragraph(spread);
        }

        yield return new Block.Table
        {
            Columns = [new Column("Convention"), new Column("Exponent", "a in N* ~ C^a", true), new Column(Level(evidence.Fit), null, true), new Column("Status"), new Column("Remark")],
            Rows = [.. evidence.ByConvention.Select(by => (IReadOnlyList<string>)
                [by.Convention.Name(), Text(by.Exponent), ScalingWords.Ends(by.Interval), by.Status is { } status ? Named(status) : "–", by.Reason ?? ""])],
            Best = [.. evidence.ByConvention.Index().Where(by => by.Item.Convention.Name() == evidence.Fit.Convention).Select(by => by.Index)],
            Caption = "The same runs, counted again and fitted the same way; marked: the convention of this page. Targets are moved by the mean ratio of the two counts, and runs of one budget stay together at the compute of its best size, so that the same runs are compared.",
        };
    }

    /// <summary>The runs, or the curves or points of anyone's table.</summary>
    public static IEnumerable<Block> Runs(ScalingEvidence evidence)
    {
        var table = evidence.Runs.Count > 0 ? OfRuns(evidence.Runs, evidence.Loss) : evidence.Fit is CurvesFit fit ? OfCurves(evidence, fit) : OfPoints(evidence);
        if (table.Rows.Count == 0)
        {
            yield break;
        }

        yield return table.Rows.Count <= MostRuns ? table : table with { Rows = [.. table.Rows.Take(MostRuns)], Caption = $"The first {MostRuns} of {Numbers.Whole(table.Rows.Count)}; all are in the table that was fitted. {table.Caption}" };
    }

    private static Block.Table OfRuns(IReadOnlyList<ReportedRun> runs, LossKind? loss) => new()
    {
        Columns =
        [
            new Column("Run"), new Column("Hidden", null, true), new Column("Layers", null, true), new Column("Learning rate", "peak", true), new Column("Seed", null, true), new Column("Parameters", null, true), new Column("Compute", "FLOPs", true),
            new Column("Trained on", "tokens", true), new Column("Epochs", null, true), new Column("Last validation loss", "nats a token", true), new Column("Took part"),
        ],
        Rows = [.. runs.Select(run => (IReadOnlyList<string>)
        [
            run.Name, Count(run.Hidden), Count(run.Layers), Text(run.LearningRate), run.Seed?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "–", run.Parameters is double n ? Numbers.Whole(n) : "–", Text(run.Flops), Text(run.Tokens), Text(run.Epochs),
            run.Loss is double nats ? Numbers.Loss(nats) : "–", run.LeftOut is null ? "yes" : $"no: {run.LeftOut}",
        ])],
        Caption = $"Validation loss: mean over {(loss == LossKind.PerToken ? "tokens" : "batches")}. Parameters and FLOPs by the convention of this page.",
    };

    private static Block.Table OfCurves(ScalingEvidence evidence, CurvesFit fit)
    {
        var excluded = fit.Excluded.Select(row => row.Row).ToHashSet();
        return new Block.Table
        {
            Columns = [new Column("Training"), new Column("Parameters", null, true), new Column("Evaluations", null, true), new Column("From", "FLOPs", true), new Column("to", "FLOPs", true), new Column("Tokens", null, true), new Column("Lowest loss", "nats a token", true), new Column("Compared at", "computes", true)],
            Rows = [.. evidence.Curves.OrderBy(curve => curve.Parameters).Select(curve => (Curve: curve, Used: curve.Points.Where(point => !excluded.Contains(point.Row)).ToList())).Select(pair => (IReadOnlyList<string>)
            [
                pair.Curve.Name, Numbers.Whole(pair.Curve.Parameters), $"{pair.Used.Count} of {pair.Curve.Points.Count}",
                Text(Or(pair.Used.Select(point => point.Flops), Enumerable.Min)), Text(Or(pair.Used.Select(point => point.Flops), Enumerable.Max)), Text(Or(pair.Used.Select(point => point.Tokens).Where(double.IsFinite), Enumerable.Max)),
                Or(pair.Used.Select(point => point.Loss), Enumerable.Min) is double loss ? Numbers.Loss(loss) : "–", $"{fit.Readings.Count(reading => reading.Curve == pair.Curve.Name)} of {fit.Optima.Count}",
            ])],
            Caption = "A training is compared only at computes between its first and its last evaluation.",
        };
    }

    private static Block.Table OfPoints(ScalingEvidence evidence)
    {
        var excluded = evidence.Fit.Excluded.Select(row => row.Row).ToHashSet();
        return new Block.Table
        {
            Columns = [new Column("Row", null, true), new Column("Parameters", null, true), new Column("Tokens", null, true), new Column("Compute", "FLOPs", true), new Column("Loss", "nats a token", true), new Column("Took part")],
            Rows = [.. evidence.Points.OrderBy(point => point.Row).Select(point => (IReadOnlyList<string>)
                [$"{point.Row}", Numbers.Significant(point.Parameters), Numbers.Significant(point.Tokens), Numbers.Significant(point.Flops), Numbers.Loss(point.Loss), excluded.Contains(point.Row) ? "no" : "yes"])],
        };
    }

    /// <summary>Every row that took no part, by its reason.</summary>
    public static IEnumerable<Block> Excluded(Fit fit) => fit.Excluded.Count == 0
        ? [new Block.Paragraph("Nothing: every row took part.")]
        :
        [
            new Block.Table
            {
                Columns = [new Column("Rows"), new Column("How many", null, true), new Column("Why")],
                Rows = [.. fit.Excluded.GroupBy(row => row.Reason).Select(reason => (IReadOnlyList<string>)[Stretches([.. reason.Select(row => row.Row).Order()]), $"{reason.Count()}", reason.Key])],
                Caption = "Rows count from 1, without the header.",
            },
        ];

    /// <summary>Where the numbers come from.</summary>
    public static IEnumerable<Block> Sources(Fit fit)
    {
        if (fit.Provenance is not { } from)
        {
            yield break;
        }

        List<IReadOnlyList<string>> rows = [["File", from.Source], ["SHA-256", from.Sha256 ?? "–"], [fit is CurvesFit ? "Trainings read" : "Rows used", Numbers.Whole(from.Used)]];
        rows.AddRange(from.Options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option => (IReadOnlyList<string>)[option.Key, option.Value]));
        rows.Add(["Kind of fit", fit switch { CurvesFit => "curves", IsoFlopFit => "isoflop", StepsFit => "steps", LearningRateFit => "learning-rate", _ => "parametric" }]);
        if (from.Resamples > 0)
        {
            rows.Add(["Bootstrap", $"{Numbers.Whole(from.Resamples)} resamples of whole runs, seed {from.Seed}"]);
        }

        yield return new Block.Table { Columns = [new Column("What"), new Column("Value")], Rows = rows };
    }

    /// <summary>1 to 3, 5: neighbours together. A run without a row has none.</summary>
    private static string Stretches(IReadOnlyList<int> rows)
    {
        var parts = new List<string>();
        for (int i = 0; i < rows.Count; i++)
        {
            int from = i;
            while (i + 1 < rows.Count && rows[i + 1] - rows[i] <= 1)
            {
                i++;
            }

            parts.Add(rows[from] == 0 ? "a run" : rows[from] == rows[i] ? $"{rows[i]}" : $"{rows[from]} to {rows[i]}");
        }

        return string.Join(", ", parts);
    }

    private static double? Or(IEnumerable<double> values, Func<IEnumerable<double>, double> of) => values.Any() ? of(values) : null;

    private static string Tenfold(double exponent) => Numbers.Significant(Math.Pow(10, exponent));

    internal static string Text(double? value, int digits = 3) => value is double number ? Numbers.Significant(number, digits) : "–";

    private static string Count(int? value) => value is int number ? Numbers.Whole(number) : "–";

    private static string Signed(double? value) => value is double number ? (number > 0 ? "+" : "") + Numbers.Significant(number) : "–";

    private static string Percent(double share) => share >= 0 ? $"{Numbers.Significant(100 * share)} % too many" : $"{Numbers.Significant(-100 * share)} % too few";

    private static string Level(Fit fit) => fit.Intervals.Values.FirstOrDefault() is { } any ? $"{Numbers.Short(100 * any.Level)} % interval" : "Interval";

    internal static string Named(FitStatus status) => char.ToLowerInvariant(status.ToString()[0]) + status.ToString()[1..];
}
