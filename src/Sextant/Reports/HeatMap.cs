namespace Sextant.Reports;

/// <summary>Matrices as coloured cells (viridis), side by side on one scale.</summary>
public sealed record HeatMap : Picture
{
    /// <summary>Row by row.</summary>
    public required IReadOnlyList<IReadOnlyList<HeatPanel>> Panels { get; init; }

    public required string RowsLabel { get; init; }

    public required string ColumnsLabel { get; init; }

    public required string ValueLabel { get; init; }

    /// <summary>The value that is darkest.</summary>
    public double Lowest { get; init; }

    /// <summary>The value that is brightest.</summary>
    public double Highest { get; init; } = 1;
}

/// <summary>One matrix.</summary>
/// <param name="Title">What it is of.</param>
/// <param name="Rows">A label for each row, the first on top; labels may repeat.</param>
/// <param name="Columns">A label for each column.</param>
/// <param name="Values">[rows, columns]; what is no number is grey.</param>
public sealed record HeatPanel(string Title, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, float[,] Values)
{
    /// <summary>[rows, columns], written into the cells, an empty one where a cell has none; null for cells of colour alone.</summary>
    public string[,]? Texts { get; init; }
}
