using System.Globalization;

namespace Sextant.Experiments.Measurements;

/// <summary>A condition on one column, such as dataset=rw or flops&gt;=1e18.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Comparison">One of = != &lt; &lt;= &gt; &gt;=.</param>
/// <param name="Value">What it is held against: as numbers where both are, else as text.</param>
internal sealed record RowCondition(string Column, string Comparison, string Value)
{
    private static readonly string[] Comparisons = ["!=", "<=", ">=", "=", "<", ">"];

    public override string ToString() => Column + Comparison + Value;

    /// <summary>One or several, separated by commas.</summary>
    /// <exception cref="UserError">It is no condition.</exception>
    public static IEnumerable<RowCondition> ParseAll(string option, string text) => text.Split(',').Select(part => Parse(option, part));

    public static RowCondition Parse(string option, string text)
    {
        int at = text.IndexOfAny(['=', '<', '>', '!']);
        string? comparison = at <= 0 ? null : Comparisons.FirstOrDefault(c => text.AsSpan(at).StartsWith(c, StringComparison.Ordinal));
        return comparison is null
            ? throw new UserError($"{option} {text}: write a column, a comparison and a value, such as dataset=rw or flops>=1e18.")
            : new RowCondition(text[..at].Trim(), comparison, text[(at + comparison.Length)..].Trim());
    }

    /// <summary>Whether a cell fulfils it.</summary>
    public bool Holds(string cell)
    {
        bool areNumbers = Numeric(cell, out double left) & Numeric(Value, out double right);
        return Comparison switch
        {
            "=" => areNumbers ? left == right : cell == Value,
            "!=" => areNumbers ? left != right : cell != Value,
            _ when !areNumbers => false, // what is no number has no size
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        };
    }

    private static bool Numeric(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
