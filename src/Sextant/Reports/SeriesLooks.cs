namespace Sextant.Reports;

/// <summary>Looks that say what a line is, by their numbers: seven colours and five dashes go round.</summary>
internal static class SeriesLooks
{
    /// <summary>The answer: blue, solid.</summary>
    public const int Answer = 0;

    /// <summary>The answer beyond the data: the same blue, dashed.</summary>
    public const int AnswerBeyond = 21;

    /// <summary>A run held against the answer: orange.</summary>
    public const int Marked = 15;

    /// <summary>What stands in the background: grey, solid.</summary>
    public const int Background = 20;

    /// <summary>The look of this look's colour with a solid line: 15 is 1 of 7 colours and 0 of 5 dashes.</summary>
    public static int Solid(int look) => 15 * (look % 7) % 35;
}
