using System.Globalization;
using System.Text.Json.Serialization;
using Sextant.Data.Arithmetic;

namespace Sextant.Data.Labelled;

/// <summary>The labelled text that a classifier learns from. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Arithmetic), "arithmetic")]
[JsonDerivedType(typeof(File), "file")]
public abstract record LabelledOptions
{
    private LabelledOptions()
    {
    }

    /// <summary>Which texts train, validate and test.</summary>
    public LabelledSplitOptions Split { get; init; } = new LabelledSplitOptions.Stratified();

    /// <summary>Divides the texts that train once more and validates on a part of them, so that settings are chosen without a look at what validates or tests in the end; null does not.</summary>
    public InnerSplit? Inner { get; init; }

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "data") =>
    [
        .. Inner is { TrainShare: not (> 0 and < 1) } inner ? [string.Create(CultureInfo.InvariantCulture, $"{path}.inner.trainShare: {inner.TrainShare} is not between 0 and 1.")] : Array.Empty<string>(),
        .. this switch
        {
            Arithmetic arithmetic => Problems(arithmetic, path),
            File file => Problems(file, path),
            _ => throw new NotSupportedException(GetType().Name),
        },
        .. Split.Problems($"{path}.split"),
    ];

    private static IEnumerable<string> Problems(Arithmetic arithmetic, string path)
    {
        foreach (string problem in arithmetic.Expressions().Problems(path))
        {
            yield return problem;
        }

        if (arithmetic.Split is LabelledSplitOptions.ByColumn or LabelledSplitOptions.SeparateFiles)
        {
            yield return $"{path}.split.kind: expressions are divided by 'stratified' or 'file'.";
        }
    }

    private static IEnumerable<string> Problems(File file, string path)
    {
        if (string.IsNullOrEmpty(file.Path))
        {
            yield return $"{path}.path: is missing; name the file with the labelled text.";
        }

        if (file.TestPath is { Length: 0 })
        {
            yield return $"{path}.testPath: is empty; name the file that tests, or leave it out.";
        }

        if (file.TestPath is not null && file.Split is LabelledSplitOptions.Stratified { TestShare: > 0 })
        {
            yield return $"{path}.split.testShare: is 0 where a file of its own tests (testPath).";
        }

        if (file.MaximumBadShare is not (>= 0 and <= 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.maximumBadShare: {file.MaximumBadShare} is not between 0 and 1.");
        }

        foreach (string problem in file.Columns.Problems($"{path}.columns"))
        {
            yield return problem;
        }

        if (file.LabelNames is { Count: 1 })
        {
            yield return $"{path}.labelNames: names one label; name all of them, at least two, or leave it out.";
        }

        if (file.LabelNames?.Values.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            yield return $"{path}.labelNames: '{twice.Key}' names two labels.";
        }
    }

    /// <summary>Expressions in words with the sign of their result. The defaults are the course's 800.</summary>
    public sealed record Arithmetic : LabelledOptions
    {
        /// <summary>Operands of an expression, 2 to 8.</summary>
        public int Operands { get; init; } = 2;

        /// <summary>The smallest operand, at least 0.</summary>
        public int From { get; init; }

        /// <summary>The largest operand, at most <see cref="NumberWords.Maximum"/>.</summary>
        public int To { get; init; } = 19;

        /// <summary>What may stand between two operands.</summary>
        public IReadOnlyList<ArithmeticOperation> Operations { get; init; } = [ArithmeticOperation.Plus, ArithmeticOperation.Minus];

        /// <summary>The expressions; which of them a split file means is told by <see cref="ArithmeticExpression.Index"/>.</summary>
        public ArithmeticExpressions Expressions() => new() { Operands = Operands, From = From, To = To, Operations = Operations };
    }

    /// <summary>CSV, TSV or JSONL; see <see cref="LabelledFile"/>. gzip is accepted.</summary>
    public sealed record File : LabelledOptions
    {
        public required string Path { get; init; }

        /// <summary>Which columns hold text, pair and label.</summary>
        public LabelledColumns Columns { get; init; } = new();

        /// <summary>What each label is called, in the order of the classes; all labels, or null for the labels themselves.</summary>
        public IReadOnlyDictionary<string, string>? LabelNames { get; init; }

        /// <summary>More than this share of rows that cannot be read is an error, 0..1.</summary>
        public double MaximumBadShare { get; init; } = 0.01;

        /// <summary>A file of the same columns that tests; null where the split makes the test, or there is none.</summary>
        public string? TestPath { get; init; }
    }
}

/// <summary>A stratified division of the texts that train.</summary>
public sealed record InnerSplit
{
    public ulong Seed { get; init; } = 1;

    /// <summary>The share that trains, 0..1; the rest validates, and nothing tests.</summary>
    public double TrainShare { get; init; } = 0.8;
}
