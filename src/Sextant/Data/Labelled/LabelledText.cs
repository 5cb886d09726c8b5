namespace Sextant.Data.Labelled;

/// <summary>A text with its label.</summary>
/// <param name="Text">As it stands in the file.</param>
/// <param name="Pair">A second text that the label is about too, such as a hypothesis; null where there is none.</param>
/// <param name="Label">As it stands in the file, without white space around it.</param>
/// <param name="Row">From 1, the header not counted, rows that were left out counted.</param>
public sealed record LabelledText(string Text, string? Pair, string Label, int Row);

/// <summary>What a row of a table takes part in.</summary>
public enum SplitPart
{
    Train,
    Validation,
    Test,
}
