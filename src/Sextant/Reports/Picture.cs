namespace Sextant.Reports;

/// <summary>Something to look at, described once: <see cref="PictureFile"/> draws it into a file, and a page shows it. Choices: <see cref="Chart"/>, <see cref="HeatMap"/>, <see cref="ContactSheet"/>.</summary>
public abstract record Picture
{
    private protected Picture()
    {
    }

    /// <summary>What is shown, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>What one should see in it: the finding, in a sentence.</summary>
    public string? Subtitle { get; init; }

    /// <summary>How to read it: what the marks, bars and bands are, and what was left out.</summary>
    public string? Caption { get; init; }
}
