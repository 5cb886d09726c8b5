using System.Globalization;
using Sextant.Data.Arithmetic;

namespace Sextant.Data.Labelled;

/// <summary>Labelled text, divided, with its classes.</summary>
public sealed record LabelledData
{
    /// <summary>The file's path, or the name of built-in data.</summary>
    public required string Origin { get; init; }

    /// <summary>The classes, in the order of a classifier's outputs.</summary>
    public required LabelClasses Classes { get; init; }

    /// <summary>Which texts train, validate and test.</summary>
    public required LabelledSplit Split { get; init; }

    /// <summary>Every row that takes no part, with the file it stands in.</summary>
    public required IReadOnlyList<(string Origin, LeftOutRow Row)> LeftOut { get; init; }

    /// <summary>Reads and divides what the options say.</summary>
    /// <exception cref="UserError">A file cannot be read, or nothing would train or validate.</exception>
    public static LabelledData Load(LabelledOptions options)
    {
        var data = options switch
        {
            LabelledOptions.Arithmetic arithmetic => Of(arithmetic),
            LabelledOptions.File file => Of(file),
            _ => throw new NotSupportedException(options.GetType().Name),
        };
        return options.Inner is { } inner ? data with { Split = data.Split.Inner(inner.Seed, inner.TrainShare) } : data;
    }

    /// <summary>Expressions as labelled text; row - 1 is their index.</summary>
    public static LabelledReading Read(ArithmeticExpressions expressions)
    {
        LabelledText[] texts = [.. expressions.All().Select(e => new LabelledText(e.Text, null, e.Label.ToString(CultureInfo.InvariantCulture), e.Index + 1))];
        return new LabelledReading { Origin = "arithmetic", Rows = texts.Length, Texts = texts };
    }

    private static LabelledData Of(LabelledOptions.Arithmetic options)
    {
        var all = Read(options.Expressions());
        string[] labels = [.. ArithmeticExpression.LabelNames.Select((_, label) => label.ToString(CultureInfo.InvariantCulture))];
        return Divided(all, [], new LabelClasses(labels, ArithmeticExpression.LabelNames), options.Split, null, null);
    }

    private static LabelledData Of(LabelledOptions.File options)
    {
        var all = Read(options.Path, (options.Split as LabelledSplitOptions.ByColumn)?.Name);
        var validation = options.Split is LabelledSplitOptions.SeparateFiles files ? Read(files.ValidationPath) : null;
        var test = options.TestPath is { } path ? Read(path) : null;
        LabelledReading[] others = [.. new[] { validation, test }.OfType<LabelledReading>()];
        return Divided(all, others, LabelClasses.Of([all, .. others], options.LabelNames), options.Split, validation, test);

        LabelledReading Read(string path, string? splitColumn = null) => LabelledFile.Read(path, options.Columns, options.MaximumBadShare, splitColumn);
    }

    private static LabelledData Divided(LabelledReading all, LabelledReading[] others, LabelClasses classes, LabelledSplitOptions options, LabelledReading? validation, LabelledReading? test)
    {
        var split = options switch
        {
            LabelledSplitOptions.Stratified s => LabelledSplit.Stratified(all.Texts, s.Seed, s.TrainShare, s.TestShare),
            LabelledSplitOptions.ByFile file => LabelledSplitFile.Read(file.Path, all),
            LabelledSplitOptions.ByColumn => ByColumn(all),
            LabelledSplitOptions.SeparateFiles => new LabelledSplit(all.Texts, validation!.Texts, []),
            _ => throw new NotSupportedException(options.GetType().Name),
        };
        if (test is not null)
        {
            split = split.Test.Count == 0
                ? split with { Test = test.Texts }
                : throw new UserError($"{test.Origin} tests (data.testPath), and so do {split.Test.Count} rows of {all.Origin} by the split; leave one of the two out.");
        }

        if (split.Train.Count == 0 || split.Validation.Count == 0)
        {
            throw new UserError($"{all.Origin}: of {all.Texts.Count} usable rows {split.Train.Count} would train and {split.Validation.Count} validate; give more rows or another data.split.");
        }

        if (split.Train.All(text => text.Label == split.Train[0].Label))
        {
            throw new UserError($"{all.Origin}: every row that trains has the label '{split.Train[0].Label}'; there is nothing to tell apart.");
        }

        return new LabelledData { Origin = all.Origin, Classes = classes, Split = split, LeftOut = [.. LeftOutOf(all, NotInSplit(all, split)), .. others.SelectMany(o => LeftOutOf(o, []))] };
    }

    private static LabelledSplit ByColumn(LabelledReading all)
    {
        var parts = all.Texts.Zip(all.Parts!).ToDictionary(p => p.First.Row, p => p.Second);
        return LabelledSplit.Of(all.Texts, text => parts[text.Row]);
    }

    private static IEnumerable<LeftOutRow> NotInSplit(LabelledReading all, LabelledSplit split)
    {
        var taken = new HashSet<object>(split.Train.Concat(split.Validation).Concat(split.Test), ReferenceEqualityComparer.Instance);
        return all.Texts.Where(text => !taken.Contains(text)).Select(text => new LeftOutRow(text.Row, RowProblem.NotInSplit));
    }

    private static IEnumerable<(string, LeftOutRow)> LeftOutOf(LabelledReading reading, IEnumerable<LeftOutRow> more) =>
        reading.LeftOut.Concat(more).OrderBy(l => l.Row).Select(l => (reading.Origin, l));
}
