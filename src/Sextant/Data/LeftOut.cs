namespace Sextant.Data;

/// <summary>A line of a data file that gave no pair, and why.</summary>
/// <param name="Line">From 1, counted in the uncompressed file; 0 for built-in data.</param>
/// <param name="Reason">Why it was left out.</param>
public readonly record struct LeftOut(int Line, LeftOutReason Reason);

/// <summary>Why a line gave no pair.</summary>
public enum LeftOutReason
{
    /// <summary>Bad: not two fields.</summary>
    WrongNumberOfFields,

    /// <summary>Bad: a tab with nothing on one side of it.</summary>
    EmptySide,

    /// <summary>Bad: more bytes than <see cref="PairFile.MaximumLineBytes"/>.</summary>
    LongLine,

    /// <summary>The same pair stands on an earlier line.</summary>
    Duplicate,

    /// <summary>A character that the tokeniser does not know.</summary>
    UnknownCharacter,

    /// <summary>A side of more tokens than allowed.</summary>
    TooManyTokens,

    /// <summary>The split file does not name the pair.</summary>
    NotInSplit,
}
