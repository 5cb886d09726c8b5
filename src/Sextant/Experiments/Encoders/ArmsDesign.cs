using System.Text.Json;

namespace Sextant.Experiments.Encoders;

/// <summary>What a study of arms says: bodies that are pretrained, ways to fine-tune them, seeds, and which are compared.</summary>
public sealed record ArmsDesign
{
    public required string Name { get; init; }

    /// <summary>Encoders that are pretrained first, by name; each is trained with every seed, so that an arm's spread holds the pretraining's too.</summary>
    public IReadOnlyDictionary<string, ArmStep> Bodies { get; init; } = new Dictionary<string, ArmStep>();

    /// <summary>Fine-tunings, by name, in the order they are shown.</summary>
    public required IReadOnlyDictionary<string, ArmStep> Arms { get; init; }

    /// <summary>Each arm is trained with each.</summary>
    public IReadOnlyList<ulong> Seeds { get; init; } = [1, 2, 3, 4, 5];

    /// <summary>Pairs of arms whose difference is the question.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Compare { get; init; } = [];

    /// <summary>What the arms are compared on: "validation" or "test".</summary>
    public ArmPart On { get; init; }
}

/// <summary>A pretraining or a fine-tuning of a study.</summary>
public sealed record ArmStep
{
    /// <summary>Its recipe, beside the study.</summary>
    public required string Recipe { get; init; }

    /// <summary>The pretrained body that takes the place of the recipe's model.path; null keeps it.</summary>
    public string? Body { get; init; }

    /// <summary>Values of the recipe by their paths.</summary>
    public IReadOnlyDictionary<string, JsonElement> Set { get; init; } = new Dictionary<string, JsonElement>();
}

/// <summary>Which texts arms are compared on.</summary>
public enum ArmPart
{
    Validation,
    Test,
}
