namespace Sextant.Data.Pictures;

/// <summary>A picture's file and what people say of it.</summary>
/// <param name="Path">Of the picture.</param>
/// <param name="Captions">At least one, in the order of their file, none twice.</param>
public sealed record CaptionedPicture(string Path, IReadOnlyList<string> Captions);
