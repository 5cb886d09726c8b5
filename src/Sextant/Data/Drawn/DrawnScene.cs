namespace Sextant.Data.Drawn;

/// <summary>What a drawn picture shows, and with it the truth about the picture: everything that is drawn follows from these values, to the bit.</summary>
public sealed record DrawnScene
{
    /// <summary>The most things of a picture.</summary>
    public const int MostThings = 4;

    public required ThingKind Kind { get; init; }

    public required NamedColour Colour { get; init; }

    /// <summary>How many things, all of one kind and colour: 1 to <see cref="MostThings"/>.</summary>
    public int Count { get; init; } = 1;

    public ThingSize Size { get; init; } = ThingSize.Medium;

    /// <summary>Where the thing is, or the group of things as a whole.</summary>
    public Place Place { get; init; } = Place.Centre;

    public required Background Background { get; init; }

    /// <summary>Decides all that has no name: shades, proportions, spacing, flips, texture.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether two scenes have the same names for everything, whatever their seeds.</summary>
    public bool LooksLike(DrawnScene other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with { Seed = other.Seed } == other;
    }
}

/// <summary>What a thing is.</summary>
public enum ThingKind
{
    Fish,
    Bird,
    Cat,
    Butterfly,
    Car,
    Boat,
    House,
    Tree,
    Flower,
    Cup,
    Umbrella,
    Chair,
}

/// <summary>The colour of a thing.</summary>
public enum NamedColour
{
    Red,
    Orange,
    Yellow,
    Green,
    Blue,
    Purple,
    Pink,
    Brown,
    Black,
    White,
    Grey,
}

/// <summary>How large each thing is: about a quarter, a third, or from three eighths (where there are four) to above a half (of one) of the picture's side.</summary>
public enum ThingSize
{
    Small,
    Medium,
    Large,
}

/// <summary>Where in the picture.</summary>
public enum Place
{
    Left,
    Right,
    Top,
    Bottom,
    Centre,
}

/// <summary>What is behind the things.</summary>
public enum Background
{
    Sea,
    Sky,
    Grass,
    Sand,
    Snow,
    Night,
    Room,
    Road,
}
