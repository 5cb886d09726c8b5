namespace Sextant.Reports;

/// <summary>Lowest validation loss by one size with the rest fixed, and what was not.</summary>
internal sealed record SizePicture(Chart Chart, IReadOnlyList<RecipeDifference> Confounds)
{
    // The share of the axis that a label needs for itself.
    private const double LabelRoom = 0.1;

    /// <summary>A line for each data set; null where there is one hidden size.</summary>
    public static SizePicture? ByHidden(IReadOnlyList<RunGroup> groups) => Of(
        groups,
        group => group.Recipe.Model.Hidden,
        ["data", "tokenizer", "model.kind", "model.layers"],
        ["model.hidden", "model.heads", "model.feedForward"], // a wider model has wider parts
        "Lowest validation loss by hidden size",
        "",
        values => new Axis("Hidden size")
        {
            Scale = Scale.Logarithmic,
            Ticks = Ticks(values, Numbers.Whole),
        });

    /// <summary>A line for each hidden size; null where there is one data set.</summary>
    public static SizePicture? ByData(IReadOnlyList<RunGroup> groups) => groups.Select(group => group.DataName).Distinct().Count() < 2 ? null : Of(
        groups,
        group => group.TokensAPass,
        ["model.hidden", "model.kind", "model.layers", "data.kind", "data.unit", "tokenizer"],
        ["data"],
        "Lowest validation loss by size of the data",
        " With the same number of epochs, more data also means more steps and more compute.",
        values => new Axis("Training data", "tokens")
        {
            Scale = Scale.Logarithmic,
            Ticks = Ticks(values, value => value < 1e6 ? Numbers.Whole(value) : Numbers.Significant(value)),
        });

    /// <summary>The sizes that there are, named as long as their names do not run into one another on a logarithmic axis.</summary>
    private static List<Tick> Ticks(IReadOnlyList<double> values, Func<double, string> name)
    {
        double room = LabelRoom * Math.Log(values[^1] / values[0]);
        var ticks = new List<Tick>();
        foreach (double value in values.Where(value => ticks.Count == 0 || Math.Log(value / ticks[^1].Value) >= room))
        {
            ticks.Add(new Tick(value, name(value)));
        }

        return ticks;
    }

    private static SizePicture? Of(
        IReadOnlyList<RunGroup> groups,
        Func<RunGroup, double?> size,
        IReadOnlyList<string> lines,
        IReadOnlyList<string> compared,
        string title,
        string remark,
        Func<IReadOnlyList<double>, Axis> axis)
    {
        var sized = groups.Where(group => size(group) is not null).ToList();
        var apart = Apart(sized, size, [.. lines], compared);
        // A line of one size says nothing about size.
        sized = [.. sized.GroupBy(group => Key(group, apart)).Where(line => line.Select(size).Distinct().Count() > 1).SelectMany(line => line)];
        var values = sized.Select(group => size(group)!.Value).Distinct().Order().ToList();
        if (values.Count < 2)
        {
            return null;
        }

        var series = sized.GroupBy(group => NameOf(group, sized, apart)).SelectMany((line, look) => SeriesOf(line.Key, [.. line], size, look)).ToList();
        var chart = new Chart
        {
            Title = title,
            Caption = (sized.Any(group => group.Runs.Count > 1)
                ? "Marks: median over the seeds. Bars: lowest to highest. Small marks: each run."
                : "Marks: one run each; the spread from seed to seed is not known.") + remark
                + (sized.Select(group => group.DataName).Distinct().Count() > 1 ? " Losses on different data are measured on different examples." : "")
                + (sized.Count < groups.Count ? $" Left out, since no other size goes with them: {string.Join(", ", groups.Except(sized).Select(group => group.Name))}." : ""),
            X = axis(values),
            Y = new Axis("Lowest validation loss, batch mean", "nats a token") { Scale = Scale.Logarithmic },
            Series = series,
        };
        return new SizePicture(chart, ConfoundsAlong(sized.GroupBy(group => Key(group, apart)), [.. compared, .. apart]));
    }

    /// <summary>What differs along a line beyond what is compared.</summary>
    private static List<RecipeDifference> ConfoundsAlong(IEnumerable<IEnumerable<RunGroup>> lines, IReadOnlyList<string> known) =>
        [.. lines.SelectMany(line => RecipeDifferences.Beyond(line.Select(group => group.Recipe), known)).DistinctBy(difference => difference.Path)];

    /// <summary>What tells one line from another: <paramref name="lines"/>, and whatever else differs between groups that would share a place on a line.</summary>
    private static List<string> Apart(List<RunGroup> groups, Func<RunGroup, double?> size, List<string> lines, IReadOnlyList<string> compared)
    {
        var apart = lines;
        while (groups.GroupBy(group => (Key(group, apart), size(group))).FirstOrDefault(place => place.Count() > 1) is { } shared)
        {
            var more = RecipeDifferences.Beyond(shared.Select(group => group.Recipe), [.. compared, .. apart]);
            if (more.Count == 0)
            {
                break;
            }

            apart = [.. apart, .. more.Select(difference => difference.Path)];
        }

        return apart;
    }

    internal static string Key(RunGroup group, IReadOnlyList<string> paths) =>
        string.Join('\n', RecipeDifferences.Flat(group.Recipe).Where(part => paths.Any(path => part.Key == path || part.Key.StartsWith(path + ".", StringComparison.Ordinal))));

    private static string NameOf(RunGroup group, List<RunGroup> all, IReadOnlyList<string> apart)
    {
        var parts = new List<string>();
        foreach (string? path in apart.Where(path => all.Select(other => Key(other, [path])).Distinct().Count() > 1))
        {
            var values = RecipeDifferences.Flat(group.Recipe);
            parts.Add(path switch
            {
                "data" => group.DataName,
                "model.hidden" => $"hidden size {group.Recipe.Model.Hidden}",
                "model.layers" => group.Recipe.Model.Layers == 1 ? "1 layer" : $"{group.Recipe.Model.Layers} layers",
                "model.kind" => values["model.kind"],
                _ => $"{path[(path.IndexOf('.') + 1)..]} {values.GetValueOrDefault(path, "none")}",
            });
        }

        return parts.Count > 0 ? string.Join(", ", parts)
            : apart.Contains("data") ? group.DataName
            : $"hidden size {group.Recipe.Model.Hidden}";
    }

    private static IEnumerable<Series> SeriesOf(string name, List<RunGroup> line, Func<RunGroup, double?> size, int look)
    {
        var points = line.OrderBy(size).Select(group => group.Runs.Count == 1
            ? new ChartPoint(size(group)!.Value, group.Median)
            : new ChartPoint(size(group)!.Value, group.Median, group.Lowest, group.Highest));
        yield return new Series { Name = name, Points = [.. points], Look = look };
        var runs = line.Where(group => group.Runs.Count > 1)
            .SelectMany(group => group.Runs.Select(run => new ChartPoint(size(group)!.Value, run.Losses.Lowest))).ToList();
        if (runs.Count > 0)
        {
            yield return new Series { Name = $"{name}, each run", Points = runs, Look = look, Mark = Mark.PalePoints, InLegend = false };
        }
    }
}
