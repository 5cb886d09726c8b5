using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>Which points of one compute its quadratic goes through.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Local), "local")]
[JsonDerivedType(typeof(All), "all")]
public abstract record ProfileWindow
{
    private ProfileWindow()
    {
    }

    /// <summary>
    /// The sizes near the minimum. The window starts at the lowest loss and is centred anew on its own vertex until it stays, so that the noise of
    /// one lucky run does not place it.
    /// </summary>
    /// <param name="HalfWidth">Decades to either side of the minimum: a parabola is a fair picture of a loss over a factor of 10.</param>
    /// <param name="AtLeast">Sizes, the nearest, where fewer lie within the width.</param>
    public sealed record Local(double HalfWidth = 0.5, int AtLeast = 6) : ProfileWindow;

    /// <summary>Every point: naive where the sizes reach far from the minimum.</summary>
    public sealed record All : ProfileWindow;
}
