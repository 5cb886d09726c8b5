namespace Sextant.Data.Drawn;

/// <summary>What a caption can say of a scene.</summary>
[Flags]
public enum SceneAttributes
{
    None = 0,
    Colour = 1,
    Kind = 2,
    Count = 4,
    Size = 8,
    Place = 16,
    Background = 32,
    All = Colour | Kind | Count | Size | Place | Background,
}
