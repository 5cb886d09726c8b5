using Sextant.Data.Pictures;

namespace Sextant.Reports;

/// <summary>Small pictures with words below each, in rows that have a heading: what was found for a caption, in its order.</summary>
public sealed record ContactSheet : Picture
{
    /// <summary>Of a drawing: with twice the pixels of its units more would be hundreds of megabytes.</summary>
    private const int MostRows = 24, MostPictures = 144;

    public required IReadOnlyList<ContactRow> Rows { get; init; }

    /// <summary>As much of it as one drawing takes, which says so where that is not all.</summary>
    internal ContactSheet ForDrawing()
    {
        int all = Rows.Sum(row => row.Cells.Count), left = MostPictures;
        if (Rows.Count <= MostRows && all <= MostPictures)
        {
            return this;
        }

        List<ContactRow> rows = [];
        foreach (var row in Rows.Take(MostRows).TakeWhile(_ => left > 0))
        {
            rows.Add(row with { Cells = [.. row.Cells.Take(left)] });
            left -= rows[^1].Cells.Count;
        }

        return this with { Rows = rows, Caption = $"{Caption} Here are the first {Numbers.Whole(MostPictures - left)} of {Numbers.Whole(all)} pictures; the page has all." };
    }
}

/// <summary>Pictures that belong together.</summary>
/// <param name="Heading">What they were found for.</param>
/// <param name="Note">What one should see in them; null for nothing.</param>
/// <param name="Cells">From left to right.</param>
public sealed record ContactRow(string Heading, string? Note, IReadOnlyList<ContactCell> Cells);

/// <summary>One picture and what is said of it.</summary>
/// <param name="Picture">Null where it cannot be shown.</param>
/// <param name="Name">Of its file.</param>
/// <param name="Lines">Below the name, short.</param>
public sealed record ContactCell(RgbPicture? Picture, string Name, IReadOnlyList<string> Lines)
{
    /// <summary>What stands in the picture's corner, such as its rank; null for nothing.</summary>
    public string? Badge { get; init; }

    /// <summary>A bar below the picture, as a share of its width, 0..1; null for none.</summary>
    public double? Share { get; init; }

    /// <summary>Whether a frame sets it apart from the others.</summary>
    public bool IsMarked { get; init; }
}
