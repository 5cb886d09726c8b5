using System.Text.Json.Serialization;

namespace Sextant.Experiments.Clip;

/// <summary>What a model knew before it was fine-tuned: a task that is measured, without training on it, before and after. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Drawn), "drawn")]
[JsonDerivedType(typeof(Labels), "labels")]
public abstract record KnownTask
{
    private KnownTask()
    {
    }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "known")
    {
        if (this is Drawn { Count: < 10 } drawn)
        {
            yield return $"{path}.count: {drawn.Count} is not at least 10.";
        }

        if (this is Labels { Path: null or "" })
        {
            yield return $"{path}.path: is missing; name a CSV file with the columns picture and caption, the caption being the label.";
        }

        if (this is Labels labels && (labels.Templates.Count == 0 || labels.Templates.Any(template => !template.Contains(Matching.ZeroShot.Place, StringComparison.Ordinal))))
        {
            yield return $"{path}.templates: each template, one or more, has {Matching.ZeroShot.Place} where the label goes.";
        }
    }

    /// <summary>Naming colour and thing of pictures that Sextant draws, among all pairs of a colour and a thing.</summary>
    public sealed record Drawn : KnownTask
    {
        /// <summary>Pictures, of all pairs alike.</summary>
        public int Count { get; init; } = 1_000;

        /// <summary>Decides which.</summary>
        public ulong Seed { get; init; } = 7;
    }

    /// <summary>Telling which of some labels a picture has (Radford 2021, section 3.1).</summary>
    public sealed record Labels : KnownTask
    {
        /// <summary>Pictures as <see cref="ContrastiveData.Pictures.Path"/>, the caption of each being its label; the labels are those that occur.</summary>
        public required string Path { get; init; }

        /// <summary>Texts with {} where the label goes; their features are averaged.</summary>
        public IReadOnlyList<string> Templates { get; init; } = [Matching.ZeroShot.UsualTemplate];
    }
}
