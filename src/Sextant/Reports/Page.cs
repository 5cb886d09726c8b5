namespace Sextant.Reports;

/// <summary>A page that opens from a file, offline, with everything in it. <see cref="PageFile"/> writes it.</summary>
public sealed record Page
{
    public required string Title { get; init; }

    /// <summary>The conclusion, in the page's first paragraphs.</summary>
    public required IReadOnlyList<string> Lead { get; init; }

    public required IReadOnlyList<Section> Sections { get; init; }
}

/// <summary>A part of a page.</summary>
/// <param name="Heading">What it is about.</param>
/// <param name="Blocks">What it says, from top to bottom.</param>
public sealed record Section(string Heading, IReadOnlyList<Block> Blocks)
{
    /// <summary>The section, or none where there is nothing to say.</summary>
    internal static IEnumerable<Section> Unless(string heading, IEnumerable<Block> blocks) => blocks.ToList() is { Count: > 0 } some ? [new Section(heading, some)] : [];
}

/// <summary>What a section is made of; every text is plain. Choices are closed: see the nested records.</summary>
public abstract record Block
{
    private Block()
    {
    }

    public sealed record Paragraph(string Text) : Block;

    /// <summary>What one must know before believing the rest, set apart from it.</summary>
    public sealed record Caveat(string Text) : Block;

    public sealed record Figure(Picture Picture) : Block;

    /// <summary>Small pictures in rows, embedded in the page; its title is not shown, since the section has one.</summary>
    public sealed record Contacts(ContactSheet Sheet) : Block;

    /// <summary>Commands to repeat it, a line each.</summary>
    public sealed record Commands(IReadOnlyList<string> Lines) : Block;

    public sealed record Table : Block
    {
        public required IReadOnlyList<Column> Columns { get; init; }

        /// <summary>A text for each column.</summary>
        public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }

        /// <summary>The rows to look at first, from 0; empty where none stands out.</summary>
        public IReadOnlyList<int> Best { get; init; } = [];

        /// <summary>How to read it.</summary>
        public string? Caption { get; init; }
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Header">What it holds.</param>
/// <param name="Unit">In what; null for text and pure numbers.</param>
/// <param name="IsNumber">Whether its cells stand at the right.</param>
public sealed record Column(string Header, string? Unit = null, bool IsNumber = false);
