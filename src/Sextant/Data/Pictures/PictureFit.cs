namespace Sextant.Data.Pictures;

/// <summary>How a picture of any proportions becomes a square.</summary>
public abstract record PictureFit
{
    private PictureFit()
    {
    }

    /// <summary>The shorter side becomes <paramref name="Edge"/> pixels, the longer is in proportion, rounded down, and the square is cut out of the middle, with odd margins rounded down.</summary>
    /// <param name="Edge">At least the side of the square.</param>
    public sealed record ShortestEdge(int Edge) : PictureFit;

    /// <summary>The whole picture is squeezed into the square, and nothing is cut off.</summary>
    public sealed record Squeezed : PictureFit;
}
