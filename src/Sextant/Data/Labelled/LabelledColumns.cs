namespace Sextant.Data.Labelled;

/// <summary>Which columns of a table, or keys of JSON objects, hold what. What is null is looked for by its usual names, in any case of letters.</summary>
public sealed record LabelledColumns
{
    internal static readonly string[] UsualText = ["text", "sentence", "input", "tweet"];
    private static readonly string[] UsualLabel = ["label", "class", "target"];

    /// <summary>The text; null for text, sentence, input or tweet.</summary>
    public string? Text { get; init; }

    /// <summary>A second text; null for none.</summary>
    public string? Pair { get; init; }

    /// <summary>The label; null for label, class or target.</summary>
    public string? Label { get; init; }

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "data.columns")
    {
        foreach ((string field, string? name) in new[] { ("text", Text), ("pair", Pair), ("label", Label) })
        {
            if (name is not null && string.IsNullOrWhiteSpace(name))
            {
                yield return $"{path}.{field}: is empty; name a column, or leave it out.";
            }
        }

        if (Pair is not null && Pair == Text || Label is not null && (Label == Text || Label == Pair))
        {
            yield return $"{path}: text, pair and label are different columns; '{(Label == Text ? Text : Pair)}' is named twice.";
        }
    }

    /// <summary>The names the columns have in a file.</summary>
    /// <exception cref="UserError">A column is not there, or several have usual names.</exception>
    internal (string Text, string? Pair, string Label) In(string path, IReadOnlyList<string> columns)
    {
        var found = (Text: Find(Text, UsualText, "text"), Pair: Pair is null ? null : Find(Pair, [], "pair"), Label: Find(Label, UsualLabel, "label"));
        return found.Pair != found.Text && found.Label != found.Text && found.Label != found.Pair
            ? found
            : throw new UserError($"{path}: text, pair and label are different columns; of {List(columns)} one would be taken twice.");

        string Find(string? name, string[] usual, string field)
        {
            if (name is not null)
            {
                return columns.Contains(name) ? name : throw new UserError($"{path} has no column '{name}' (columns.{field}); it has {List(columns)}.");
            }

            string[] there = [.. columns.Where(column => usual.Contains(column, StringComparer.OrdinalIgnoreCase))];
            return there switch
            {
                [string one] => one,
                [] => throw new UserError($"{path} has no column {string.Join(", ", usual[..^1])} or {usual[^1]}; it has {List(columns)}: say in columns.{field} which one holds the {field}."),
                _ => throw new UserError($"{path} has the columns {List(there)}: say in columns.{field} which one holds the {field}."),
            };
        }
    }

    internal static string List(IReadOnlyList<string> columns)
    {
        const int Shown = 12;
        string[] named = [.. columns.Where(c => c.Length > 0)];
        return named.Length == 0 ? "no named columns" : string.Join(", ", named.Take(Shown).Select(c => c.Length > 40 ? c[..40] + "..." : c)) + (named.Length > Shown ? $" and {named.Length - Shown} more" : "");
    }
}
