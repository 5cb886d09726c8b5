using System.Globalization;

namespace Sextant.Experiments.Measurements;

/// <summary>A rule that leaves rows out of a fit, each with its reason. Choices are closed: see the nested records.</summary>
internal abstract record RowExclusion
{
    private const string Examples = "such as highest-loss:5, row:12, row:20-25 or run=h16";

    private RowExclusion()
    {
    }

    /// <summary>As it was written.</summary>
    public required string Text { get; init; }

    /// <exception cref="UserError">It is no rule.</exception>
    public static RowExclusion Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        (string name, string value) = colon < 0 ? ("", "") : (text[..colon].Trim(), text[(colon + 1)..].Trim());
        return name switch
        {
            "highest-loss" or "lowest-loss" => new Extreme(name == "highest-loss", WholeNumber(text, value)) { Text = text },
            "row" or "rows" => ByNumber(text, value),
            _ => ByCondition(text),
        };
    }

    private static Matching ByCondition(string text)
    {
        try
        {
            return new Matching(RowCondition.Parse("--exclude", text)) { Text = text };
        }
        catch (UserError e)
        {
            throw new UserError($"--exclude {text}: write a rule {Examples}.", e);
        }
    }

    private static int WholeNumber(string text, string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        ? count
        : throw new UserError($"--exclude {text}: '{value}' is not a whole number; write a rule {Examples}.");

    private static Rows ByNumber(string text, string value)
    {
        string[] ends = value.Split('-');
        return ends.Length is 1 or 2
            ? new Rows(WholeNumber(text, ends[0]), WholeNumber(text, ends[^1])) { Text = text }
            : throw new UserError($"--exclude {text}: write one row or two with a '-' between them; a rule is {Examples}.");
    }

    /// <summary>So many rows of the highest or lowest losses.</summary>
    public sealed record Extreme(bool IsHighest, int Count) : RowExclusion;

    /// <summary>Rows by their number, from 1, both ends included.</summary>
    public sealed record Rows(int First, int Last) : RowExclusion;

    /// <summary>Rows in which a column holds something.</summary>
    public sealed record Matching(RowCondition Condition) : RowExclusion;
}
