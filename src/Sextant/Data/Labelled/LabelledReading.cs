namespace Sextant.Data.Labelled;

/// <summary>What a source of labelled text held.</summary>
public sealed record LabelledReading
{
    /// <summary>The file's path, or the name of built-in data.</summary>
    public required string Origin { get; init; }

    /// <summary>Rows, the header not counted, bad ones counted.</summary>
    public required int Rows { get; init; }

    /// <summary>The good rows, in order.</summary>
    public required IReadOnlyList<LabelledText> Texts { get; init; }

    /// <summary>What each of <see cref="Texts"/> takes part in by the file's own column, null for nothing; null where no such column was read.</summary>
    public IReadOnlyList<SplitPart?>? Parts { get; init; }

    /// <summary>Every row that gave no text.</summary>
    public IReadOnlyList<LeftOutRow> LeftOut { get; init; } = [];
}
