namespace Sextant.Data.Labelled;

/// <summary>A row that gave no labelled text, and why.</summary>
/// <param name="Row">From 1, the header not counted.</param>
/// <param name="Problem">Why it was left out.</param>
/// <param name="Column">The column the problem is in; null where it is of the whole row.</param>
public readonly record struct LeftOutRow(int Row, RowProblem Problem, string? Column = null)
{
    /// <summary>The problem in words.</summary>
    public string Reason => Problem switch
    {
        RowProblem.TooLong => $"is longer than {LabelledFile.MaximumRowBytes >> 20} MiB",
        RowProblem.WrongNumberOfCells => "has another number of cells than the header",
        RowProblem.TextAfterQuotation => "has text behind the closing quote of a cell",
        RowProblem.NotJson => "is not a JSON object",
        RowProblem.NotText => $"has something other than text in the column '{Column}'",
        RowProblem.Empty => $"has nothing in the column '{Column}'",
        RowProblem.NotInSplit => "is in no part of the split",
        _ => throw new NotSupportedException(Problem.ToString()),
    };
}

/// <summary>Why a row gave no labelled text.</summary>
public enum RowProblem
{
    /// <summary>Bad: more bytes than <see cref="LabelledFile.MaximumRowBytes"/>.</summary>
    TooLong,

    /// <summary>Bad: more or fewer cells than the header.</summary>
    WrongNumberOfCells,

    /// <summary>Bad: a cell in quotes goes on behind its closing quote.</summary>
    TextAfterQuotation,

    /// <summary>Bad: a line of a JSONL file that is no JSON object.</summary>
    NotJson,

    /// <summary>Bad: a list or an object where text or a label has to be.</summary>
    NotText,

    /// <summary>Bad: no text or no label.</summary>
    Empty,

    /// <summary>The split does not name the row.</summary>
    NotInSplit,
}
