using System.Text.Json;

namespace Sextant.Experiments;

/// <summary>What a study file says: recipes, what varies, and what for.</summary>
public sealed record StudyDesign
{
    public required string Name { get; init; }

    /// <summary>Paths of recipes, relative to the file, or recipes themselves; each is trained with every change.</summary>
    public required IReadOnlyList<JsonElement> Recipes { get; init; }

    /// <summary>Values by their path in the recipe; every combination is a run.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> Grid { get; init; } = new Dictionary<string, IReadOnlyList<JsonElement>>();

    /// <summary>Values that move together, each a set of values by their paths; combined with the grid.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Changes { get; init; } = [];

    /// <summary>Each run is trained with each seed; empty for the recipes' own.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [];

    /// <summary>Whether runs that differ in horizon or decay alone share the steps before the decay, instead of each making them again.</summary>
    public bool ShareTrunk { get; init; }

    /// <summary>How the learning rate is kept from deciding the answer; null leaves each recipe's as it is.</summary>
    public LearningRateOptions? LearningRate { get; init; }

    public AnalysisOptions Analysis { get; init; } = new AnalysisOptions.None();
}

/// <summary>Runs and the analysis they are made for: a design with every recipe complete and checked.</summary>
public sealed record Study
{
    public required string Name { get; init; }

    public required AnalysisOptions Analysis { get; init; }

    /// <summary>Whether runs that differ in horizon or decay alone share the steps before the decay.</summary>
    public bool ShareTrunk { get; init; }

    /// <summary>How the learning rate is kept from deciding the answer; null where each recipe's stands.</summary>
    public LearningRateOptions? LearningRate { get; init; }

    /// <summary>What the search found for each size, whose runs then train at that rate; empty before it, or where none is made.</summary>
    public IReadOnlyList<TunedSize> Tuning { get; init; } = [];

    /// <summary>The study's file and the options that it was given to the command line with; null where it came otherwise.</summary>
    public string? Invocation { get; init; }

    /// <summary>In the order of the design; no two have one identity.</summary>
    public required IReadOnlyList<StudyRun> Runs { get; init; }
}

/// <summary>A run of a study.</summary>
/// <param name="Name">What tells it from the study's other runs, such as h16-s1; the name of its folder too.</param>
/// <param name="Recipe">Complete.</param>
/// <param name="Identity">See <see cref="RunIdentity"/>.</param>
/// <param name="OtherNames">Names in the design that mean this same run.</param>
public sealed record StudyRun(string Name, Recipe Recipe, string Identity, IReadOnlyList<string> OtherNames);
