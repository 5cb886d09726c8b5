using System.Globalization;

namespace Sextant.Data.Labelled;

/// <summary>The classes that labels stand for, in the order of a classifier's outputs.</summary>
public sealed class LabelClasses
{
    private readonly Dictionary<string, int> places;

    /// <summary>Classes in a given order.</summary>
    /// <param name="labels">As they stand in the data, each once.</param>
    /// <param name="names">What people call them, in the same order.</param>
    public LabelClasses(IReadOnlyList<string> labels, IReadOnlyList<string> names)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(names.Count, labels.Count);
        (Labels, Names) = (labels, names);
        places = labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
    }

    /// <summary>As they stand in the data.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>What people call them; the labels themselves where no names were given.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Count => Labels.Count;

    /// <summary>The place of a label among the classes, from 0; -1 where it is none of them.</summary>
    public int IndexOf(string label) => places.GetValueOrDefault(label, -1);

    /// <summary>The classes of data: in the order of the names where these are given, else whole numbers by value, else labels in ordinal order.</summary>
    /// <param name="data">What was read.</param>
    /// <param name="names">What each label is called; all there are, where given.</param>
    /// <exception cref="UserError">A label has no name, or there is only one.</exception>
    public static LabelClasses Of(IReadOnlyList<LabelledReading> data, IReadOnlyDictionary<string, string>? names = null)
    {
        string origin = data[0].Origin;
        string[] found = [.. data.SelectMany(d => d.Texts).Select(t => t.Label).Distinct(StringComparer.Ordinal)];
        if (names is { Count: > 0 })
        {
            var known = names.Keys.ToHashSet(StringComparer.Ordinal);
            if (found.FirstOrDefault(label => !known.Contains(label)) is { } stranger)
            {
                (var reading, var text) = data.SelectMany(d => d.Texts, (d, t) => (d, t)).First(p => p.t.Label == stranger);
                throw new UserError($"{reading.Origin}, row {text.Row}: the label '{Shortened(stranger)}' is not among the names of labels ({string.Join(", ", names.Keys)}); name it in labelNames, or correct it.");
            }

            return new LabelClasses([.. names.Keys], [.. names.Values]);
        }

        int rows = data.Sum(d => d.Texts.Count);
        if (found.Length < 2)
        {
            throw new UserError($"{origin}: all {rows} rows have the label '{Shortened(found[0])}'; there is nothing to tell apart.");
        }

        const int Few = 20;
        if (rows >= Few && found.Length > rows / 2)
        {
            throw new UserError($"{origin} has {found.Length} different labels in {rows} rows, such as '{Shortened(found[0])}'; say in columns.label which column holds the label.");
        }

        string[] ordered = found.All(IsWhole) ? [.. found.OrderBy(Whole).ThenBy(l => l, StringComparer.Ordinal)] : [.. found.Order(StringComparer.Ordinal)];
        return new LabelClasses(ordered, ordered);
    }

    private static bool IsWhole(string label) => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static long Whole(string label) => long.Parse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string Shortened(string label) => label.Length > 40 ? label[..40] + "..." : label;
}
