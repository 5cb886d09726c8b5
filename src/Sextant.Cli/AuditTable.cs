using Sextant.Reports;
using Sextant.Scaling;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>An audit for a person at a terminal: what to do, the numbers, what to heed.</summary>
internal static class AuditTable
{
    public static void Write(Terminal terminal, Audit audit)
    {
        foreach (string sentence in audit.Advice)
        {
            terminal.Out.WriteLine(sentence);
        }

        foreach (string warning in audit.Warnings)
        {
            terminal.Out.WriteLine($"- {warning}");
        }

        var values = new IntervalTable("at the end", audit.Intervals, audit.Intervals80);
        values.Add("parametersRatio", audit.ParametersRatio, "optimal parameters over the run's");
        values.Add("tokensRatio", audit.TokensRatio, "optimal tokens over the run's");
        values.Add("lossAboveFrontier", audit.LossAboveFrontier, "loss above the frontier");
        values.Add("lossOfSplit", audit.LossOfSplit, "of it, by the split");
        values.Add("computeWasted", audit.ComputeWasted, "FLOPs wasted");
        values.Write(terminal);
        if (audit.At.Count > 0)
        {
            var table = IntervalTable.Bare("FLOPs near a budget", "tokens", "loss", "optimal / its parameters", "95 %", "optimal / its tokens", "95 %", "loss above", "status");
            foreach (var (i, point) in audit.At.Index())
            {
                table.AddRow(
                    Numbers.Significant(point.Flops),
                    IntervalTable.Text(point.Tokens),
                    Numbers.Loss(point.Loss),
                    IntervalTable.Text(point.ParametersRatio),
                    IntervalTable.Range(audit.Intervals, $"at[{i}].parametersRatio"),
                    IntervalTable.Text(point.TokensRatio),
                    IntervalTable.Range(audit.Intervals, $"at[{i}].tokensRatio"),
                    point.LossAboveFrontier is double above ? Numbers.Loss(above) : "–",
                    char.ToLowerInvariant(point.Status.ToString()[0]) + point.Status.ToString()[1..]);
            }

            IntervalTable.Write(terminal, table);
        }

        foreach (var (name, reason) in audit.Reasons.Where(missing => !audit.Advice.Contains(missing.Value)).Concat(audit.BatchSize?.Reasons ?? new Dictionary<string, string>()))
        {
            terminal.Out.WriteLine($"No {IntervalTable.Named(name)}: {reason.TrimEnd('.')}.");
        }
    }
}
