using System.Text.Json.Serialization;

namespace Sextant.Experiments.Encoders;

/// <summary>Where a classifier's body comes from. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Pretrained), "pretrained")]
[JsonDerivedType(typeof(Random), "random")]
public abstract record EncoderSource
{
    private EncoderSource()
    {
    }

    /// <summary>A model's folder, the folder of a pretraining run, or the name of a model that was pulled: its config.json and tokeniser, and what the kind says of its weights.</summary>
    public required string Path { get; init; }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "model") =>
        string.IsNullOrEmpty(Path) ? [$"{path}.path: is missing; name a folder with config.json and weights, a pretraining run, or a model that was pulled."] : [];

    /// <summary>The weights that it holds, with a new head.</summary>
    public sealed record Pretrained : EncoderSource
    {
        /// <summary>Which file of weights; null for the one that is found.</summary>
        public string? File { get; init; }

        /// <summary>Tensors, by the beginning of their published names, that are drawn anew where the file lacks them, such as "bert.pooler.".</summary>
        public IReadOnlyList<string> MayMiss { get; init; } = [];

        /// <summary>Tensors of the file, by the beginning of their names, that have no place in the model and may be left.</summary>
        public IReadOnlyList<string> MayLeave { get; init; } = [];
    }

    /// <summary>Weights drawn by the recipe's seed: the same network without pretraining.</summary>
    public sealed record Random : EncoderSource;
}
