namespace Sextant.Matching;

/// <summary>A picture of a gallery.</summary>
/// <param name="Name">Its path below the gallery, with slashes between folders.</param>
/// <param name="Path">Where it can be read.</param>
/// <param name="Content">SHA-256 of the file, in hexadecimal; empty where it is not known.</param>
/// <param name="Doubles">Names of other files of the same content.</param>
public sealed record GalleryPicture(string Name, string Path, string Content, IReadOnlyList<string> Doubles);

/// <summary>A file that was left out.</summary>
/// <param name="Name">Its path below the gallery, with slashes between folders.</param>
/// <param name="Reason">Why, in a sentence that names the file.</param>
public sealed record SkippedPicture(string Name, string Reason);

/// <summary>How a gallery is read.</summary>
public sealed record GalleryOptions
{
    /// <summary>Where features are kept; null for .sextant/ in the gallery.</summary>
    public string? Cache { get; init; }

    /// <summary>Threads that read and prepare pictures while others are encoded.</summary>
    public int Workers { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Pictures that are encoded together.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Told what a user should know, such as a cache that cannot be written; null for nobody.</summary>
    public Action<string>? Notice { get; init; }
}

/// <summary>How far the reading of a gallery is.</summary>
/// <param name="Done">Pictures that are encoded or left out.</param>
/// <param name="Count">Pictures whose features were not known.</param>
/// <param name="Skipped">Of those done: left out.</param>
public readonly record struct GalleryProgress(int Done, int Count, int Skipped);
