namespace Sextant.Data.Drawn;

/// <summary>Whether captions are true of scenes.</summary>
public static class SceneTruth
{
    /// <summary>Whether everything that the caption says holds for the scene, as <see cref="CaptionClaims"/> reads it; null where a word is not understood or there is none.</summary>
    public static bool? Says(string caption, DrawnScene scene) => CaptionClaims.Of(caption)?.HoldFor(scene);

    /// <summary>How many of the scenes a caption is true of, or null where it is not understood.</summary>
    public static int? Count(string caption, IEnumerable<DrawnScene> scenes)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        return CaptionClaims.Of(caption) is { } claims ? scenes.Count(claims.HoldFor) : null;
    }
}
