using Sextant.Reports;
using Sextant.Scaling;

namespace Sextant.Cli;

/// <summary>A plan and an audit as sections of a page that tells of their fit as well.</summary>
internal static class GuidanceSections
{
    public static Section Of(Plan plan, Fit fit) => new($"What to train with {Numbers.Significant(plan.Flops)} FLOPs",
    [
        .. Own(plan.Warnings, fit).Select(text => new Block.Caveat(text)),
        .. plan.Conclusion.Select(text => new Block.Paragraph(text)),
        .. plan.Parameters is null ? [] : new[] { Values(plan) },
    ]);

    public static Section Of(Audit audit, Fit fit) => new($"Did {audit.Run} spend its compute well?",
    [
        .. Own(audit.Warnings, fit).Select(text => new Block.Caveat(text)),
        .. audit.Advice.Select(text => new Block.Paragraph(text)),
        .. audit.At.Count == 0 ? [] : new[] { Budgets(audit) },
    ]);

    /// <summary>The fit's own warnings stand on the page already.</summary>
    private static IEnumerable<string> Own(IEnumerable<string> warnings, Fit fit) => warnings.Where(text => !fit.Warnings.Any(said => text.EndsWith(said, StringComparison.Ordinal)));

    private static Block.Table Values(Plan plan)
    {
        (string Name, string Words, double? Value)[] values =
        [
            ("parameters", "parameters", plan.Parameters), ("tokens", "tokens", plan.Tokens), ("tokensPerParameter", "tokens a parameter", plan.TokensPerParameter), ("loss", "expected loss, nats a token", plan.Loss),
        ];
        return new Block.Table
        {
            Columns = [new Column("Plan"), new Column("Value", null, true), new Column("95 % interval", null, true), new Column("80 % interval", null, true)],
            Rows = [.. values.Where(row => row.Value is not null).Select(row => (IReadOnlyList<string>)
                [row.Words, IntervalTable.Text(row.Value), IntervalTable.Range(plan.Intervals, row.Name), IntervalTable.Range(plan.Intervals80, row.Name)])],
            Caption = plan.Reasons.TryGetValue("loss", out string? why) ? $"No expected loss: {why}." : null,
        };
    }

    private static Block.Table Budgets(Audit audit) => new()
    {
        Columns =
        [
            new Column("Compute so far", "FLOPs", true), new Column("Tokens", null, true), new Column("Loss", "nats a token", true), new Column("Best parameters", "times its own", true), new Column("95 % interval", null, true),
            new Column("Best tokens", "times its own", true), new Column("95 % interval", null, true), new Column("So it is"),
        ],
        Rows = [.. audit.At.Index().Select(row => (IReadOnlyList<string>)
        [
            Numbers.Significant(row.Item.Flops), IntervalTable.Text(row.Item.Tokens), Numbers.Loss(row.Item.Loss), IntervalTable.Text(row.Item.ParametersRatio), IntervalTable.Range(audit.Intervals, $"at[{row.Index}].parametersRatio"),
            IntervalTable.Text(row.Item.TokensRatio), IntervalTable.Range(audit.Intervals, $"at[{row.Index}].tokensRatio"), Named(row.Item.Status),
        ])],
        Caption = "Each row: the evaluation nearest to a compute that the sizes were compared at, and the fit's line there. Below 1: it has more than the best model would.",
    };

    private static string Named(AuditStatus status) => status switch
    {
        AuditStatus.TooLarge => "too large",
        AuditStatus.TooSmall => "too small",
        AuditStatus.Optimal => "of the best size",
        _ => "not to be told",
    };
}
