using System.Text.Json.Serialization;
using Sextant.Models.Clip;

namespace Sextant.Experiments.Clip;

/// <summary>Where a CLIP comes from. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Drawn), "new")]
[JsonDerivedType(typeof(Pretrained), "pretrained")]
public abstract record ClipSource
{
    private ClipSource()
    {
    }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "model") => this switch
    {
        Drawn drawn => drawn.Wrong(path),
        Pretrained { Path: null or "" } => [$"{path}.path: is missing; name a folder with a CLIP's config.json and weights, a run that trained one, or a model that was pulled."],
        _ => [],
    };

    /// <summary>Weights drawn by the recipe's seed, and a tokeniser learned from the captions that train.</summary>
    public sealed record Drawn : ClipSource
    {
        /// <summary>The towers.</summary>
        public required ClipOptions Clip { get; init; }

        /// <summary>Tokens, at least 514 (each byte twice and the two special ones); fewer where the captions have no more.</summary>
        public int VocabularySize { get; init; } = 1000;

        internal IEnumerable<string> Wrong(string path)
        {
            foreach (string problem in Clip.Problems($"{path}.clip"))
            {
                yield return problem;
            }

            if (VocabularySize is < 514 or > 1_000_000)
            {
                yield return $"{path}.vocabularySize: {VocabularySize} is not from 514 to 1,000,000.";
            }

            if (Clip.Picture.Channels != 3)
            {
                yield return $"{path}.clip.picture.channels: {Clip.Picture.Channels} is not 3; pictures are red, green and blue.";
            }
        }
    }

    /// <summary>A model with its tokeniser and its preparation of pictures.</summary>
    public sealed record Pretrained : ClipSource
    {
        /// <summary>A model's folder, the folder of a run, or the name of a model that was pulled.</summary>
        public required string Path { get; init; }

        /// <summary>Which file of weights; null for the one that is found.</summary>
        public string? File { get; init; }
    }
}
