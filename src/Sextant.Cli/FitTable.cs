using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Scaling.BatchSize;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>A fit for a person at a terminal: what came out, how sure it is, what was left out.</summary>
internal static class FitTable
{
    private const int NamedRows = 8;

    public static void Write(Terminal terminal, Fit fit)
    {
        terminal.Out.WriteLine(Verdict(fit));
        foreach (string warning in fit.Warnings)
        {
            terminal.Out.WriteLine($"- {warning}");
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(terminal.Out), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, 120);
        (string Name, double? Value)[] values = [.. Values(fit).Where(v => v.Value is not null)];
        if (values.Length > 0)
        {
            var table = IntervalTable.Bare("value", "", Interval(fit));
            foreach (var (name, value) in values)
            {
                table.AddRow(Markup.Escape(name), Numbers.Significant(value!.Value, 5), fit.Intervals.TryGetValue(name, out var interval) ? IntervalTable.Range(interval) : "–");
            }

            console.Write(table);
        }

        if (fit is AllocationFit { Optima.Count: > 0 } allocation)
        {
            var table = IntervalTable.Bare("FLOPs", "optimal parameters", Interval(fit), "optimal tokens", "loss", "status");
            foreach (var optimum in allocation.Optima)
            {
                table.AddRow(
                    Numbers.Significant(optimum.Flops),
                    IntervalTable.Text(optimum.Parameters),
                    optimum.ParametersInterval is { } interval ? IntervalTable.Range(interval) : "–",
                    IntervalTable.Text(optimum.Tokens),
                    optimum.Loss is double loss ? Numbers.Loss(loss) : "–",
                    Named(optimum.Status));
            }

            console.Write(table);
        }

        BatchTable.Write(terminal, fit);
        foreach (string line in ExcludedLines(fit.Excluded))
        {
            terminal.Out.WriteLine(line);
        }
    }

    /// <summary>The status, the best size at each compute and the line, a sentence each; no number where the fit has none to give.</summary>
    public static IEnumerable<string> Sentences(AllocationFit fit)
    {
        yield return Verdict(fit);
        Optimum[] found = [.. fit.Optima.Where(optimum => optimum is { Parameters: not null, Status: FitStatus.Converged or FitStatus.NotIdentified })];
        if (found.Length > 0)
        {
            string[] sizes = [.. found.Select(optimum => $"{IntervalTable.Text(optimum.Parameters)} at {Numbers.Significant(optimum.Flops)} FLOPs ({(optimum.ParametersInterval is { } interval ? IntervalTable.Range(interval) : "no interval")})")];
            int without = fit.Optima.Count - found.Length;
            yield return $"Best size, parameters ({Interval(fit)}): {string.Join("; ", sizes)}{(without == 0 ? "" : $"; none inside the sizes at {without} of {fit.Optima.Count} computes")}.";
        }

        yield return fit is { Exponent: double exponent, Status: FitStatus.Converged or FitStatus.NotIdentified }
            ? $"Line: the best size grows as compute to the power {Numbers.Significant(exponent)} ({(fit.Intervals.TryGetValue("exponent", out var range) ? IntervalTable.Range(range) : "no interval")})."
            : $"No line. {string.Join(' ', fit.Warnings.Take(1))}";
    }

    /// <summary>What the status means, in a sentence.</summary>
    public static string Verdict(Fit fit)
    {
        string used = fit.Provenance is { Used: > 0 } from ? $" to {Numbers.Whole(from.Used)} {(fit is CurvesFit ? "curves" : "points")}" : "";
        string counted = fit.Convention is null ? "" : $", counted by the convention {fit.Convention}";
        return fit.Status switch
        {
            FitStatus.Converged => $"converged: the law fits{used}{counted}, and they determine it.",
            FitStatus.NotIdentified when Values(fit).All(value => value.Value is null) => $"notIdentified: no law was fitted{used}{counted}, since they cannot tell one; there are no numbers.",
            FitStatus.NotIdentified => $"notIdentified: a best fit{used}{counted} was found, but they do not determine it; do not build on these numbers.",
            FitStatus.BoundHit => $"boundHit: the best fit{used}{counted} lies at an end of the range that was searched; it is no answer.",
            FitStatus.TooFewPoints => $"tooFewPoints: there are fewer points than the law needs{counted}.",
            _ => $"failed: no optimum was found{counted}.",
        };
    }

    /// <summary>By the names of their intervals.</summary>
    private static IEnumerable<(string Name, double? Value)> Values(Fit fit)
    {
        switch (fit)
        {
            case ParametricFit p:
                return [("E", p.E), ("A", p.A), ("B", p.B), ("alpha", p.Alpha), ("beta", p.Beta), ("exponent", p.Exponent), ("objective", p.Objective),
                    .. p.At.SelectMany((at, i) => new (string, double?)[] { ($"at[{i}].flops", at.Flops), ($"at[{i}].parameters", at.Parameters), ($"at[{i}].tokens", at.Tokens), ($"at[{i}].loss", at.Loss) })];
            case DataConstrainedFit p:
                return [("E", p.E), ("A", p.A), ("B", p.B), ("alpha", p.Alpha), ("beta", p.Beta), ("repeatScale", p.RepeatScale), ("exponent", p.Exponent), ("objective", p.Objective)];
            case SaturatingFit p:
                return [("E", p.E), ("A", p.A), ("alpha", p.Alpha), ("objective", p.Objective), .. p.At.SelectMany((at, i) => new (string, double?)[] { ($"at[{i}].x", at.X), ($"at[{i}].loss", at.Loss) })];
            case PowerLawFit p:
                return [("slope", p.Slope), ("intercept", p.Intercept), .. p.At.Select((at, i) => ($"at[{i}].y", (double?)at.Y))];
            case AllocationFit a:
                return
                [
                    ("parameters.slope", a.Parameters?.Slope), ("parameters.intercept", a.Parameters?.Intercept), ("tokens.slope", a.Tokens?.Slope), ("tokens.intercept", a.Tokens?.Intercept),
                    .. a.At.SelectMany((at, i) => new (string, double?)[] { ($"at[{i}].flops", at.Flops), ($"at[{i}].parameters", at.Parameters), ($"at[{i}].tokens", at.Tokens) }),
                ];
            case StepsFit s:
                return [("minSteps", s.MinSteps), ("minExamples", s.MinExamples), ("criticalBatch", s.CriticalBatch)];
            case LearningRateFit l:
                return [("maxRate", l.MaxRate), ("noiseBatch", l.NoiseBatch), ("exponent", l.Exponent), ("slope", l.Slope)];
            default:
                return [];
        }
    }

    private static IEnumerable<string> ExcludedLines(IReadOnlyList<ExcludedRow> excluded)
    {
        foreach (var reason in excluded.GroupBy(row => row.Reason))
        {
            int[] rows = [.. reason.Select(row => row.Row)];
            if (rows is [0])
            {
                yield return $"Left out: {reason.Key}"; // a run without a row
                continue;
            }

            yield return $"Left out, {reason.Key}: {(rows.Length == 1 ? "row" : $"{Numbers.Whole(rows.Length)} rows,")} {string.Join(", ", rows.Take(NamedRows))}{(rows.Length > NamedRows ? ", ..." : "")}";
        }
    }

    /// <summary>All intervals of a fit are of one level.</summary>
    private static string Interval(Fit fit) => fit.Intervals.Values.FirstOrDefault() is { } any ? $"{Numbers.Short(100 * any.Level)} % interval" : "interval";

    public static string Named(FitStatus status) => char.ToLowerInvariant(status.ToString()[0]) + status.ToString()[1..];
}
