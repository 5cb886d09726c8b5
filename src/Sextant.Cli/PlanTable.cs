using Sextant.Reports;
using Sextant.Scaling;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>A plan for a person at a terminal: the conclusion, the numbers, what to heed.</summary>
internal static class PlanTable
{
    public static void Write(Terminal terminal, Plan plan)
    {
        foreach (string sentence in plan.Conclusion)
        {
            terminal.Out.WriteLine(sentence);
        }

        foreach (string warning in plan.Warnings)
        {
            terminal.Out.WriteLine($"- {warning}");
        }

        if (plan.Parameters is not null)
        {
            WriteValues(terminal, plan);
            WriteGrowth(terminal, plan);
        }

        if (plan.Next.Count > 0)
        {
            WriteNext(terminal, plan);
        }

        foreach (var (name, reason) in plan.Reasons.Where(_ => plan.Parameters is not null).Concat(plan.BatchSize?.Reasons ?? new Dictionary<string, string>()))
        {
            terminal.Out.WriteLine($"No {IntervalTable.Named(name)}: {reason}.");
        }
    }

    private static void WriteValues(Terminal terminal, Plan plan)
    {
        var values = new IntervalTable("value", plan.Intervals, plan.Intervals80);
        values.Add("parameters", plan.Parameters);
        values.Add("tokens", plan.Tokens);
        values.Add("tokensPerParameter", plan.TokensPerParameter);
        values.Add("loss", plan.Loss);
        foreach (var (i, point) in plan.Valley.Index())
        {
            values.Add($"valley[{i}].cost", point.Cost, $"loss more at {Numbers.Short(point.Share)} x the parameters");
        }

        values.Write(terminal);
    }

    private static void WriteGrowth(Terminal terminal, Plan plan)
    {
        var table = IntervalTable.Bare($"{Numbers.Short(plan.Growth[0].Compute)} x the compute by", "parameters", "tokens", "batch", "updates");
        foreach (var split in plan.Growth)
        {
            table.AddRow(Markup.Escape(split.Source), Times(split.Parameters), Times(split.Tokens), Times(split.Batch), Times(split.Steps));
        }

        IntervalTable.Write(terminal, table);
    }

    private static void WriteNext(Terminal terminal, Plan plan)
    {
        var table = IntervalTable.Bare("what to run next", "parameters", "tokens", "FLOPs of all", "narrows by");
        foreach (var next in plan.Next)
        {
            table.AddRow(
                next.Runs == 1 ? "one run" : $"a profile of {next.Runs} sizes about",
                Numbers.Significant(next.Parameters),
                next.Tokens is double tokens ? Numbers.Significant(tokens) : "–",
                Numbers.Significant(next.TotalFlops),
                Numbers.Share(next.Narrows));
        }

        IntervalTable.Write(terminal, table);
    }

    private static string Times(double? factor) => factor is double value ? $"{Numbers.Short(value)} x" : "–";
}
