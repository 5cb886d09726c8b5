using System.Text.Json.Serialization;
using Sextant.Models.Encoders;

namespace Sextant.Finetuning;

/// <summary>What of a pretrained encoder stays as it is. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Nothing), "nothing")]
[JsonDerivedType(typeof(Embeddings), "embeddings")]
[JsonDerivedType(typeof(FirstLayers), "layers")]
[JsonDerivedType(typeof(Body), "body")]
public abstract record FrozenParts
{
    private FrozenParts()
    {
    }

    /// <summary>Everything is trained.</summary>
    public sealed record Nothing : FrozenParts;

    /// <summary>The tables of tokens, positions and types, with their norm.</summary>
    public sealed record Embeddings : FrozenParts;

    /// <summary>The embeddings and the first layers.</summary>
    public sealed record FirstLayers : FrozenParts
    {
        /// <summary>Layers from the first on.</summary>
        public required int Count { get; init; }
    }

    /// <summary>All but the head. What the body makes of each text is computed once and kept.</summary>
    public sealed record Body : FrozenParts
    {
        /// <summary>Whether BERT's pooler is trained with the head; RoBERTa's head has a layer in its place, which always is.</summary>
        public bool TrainPooler { get; init; }
    }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path) => this is FirstLayers { Count: < 1 } layers
        ? [$"{path}.count: {layers.Count} is not at least 1; the embeddings alone are the kind embeddings."]
        : [];
}

/// <summary>Marks what is trained.</summary>
internal static class Freezing
{
    /// <summary>Lets the frozen parts, and all but adapters and head where there are adapters, go without gradients.</summary>
    /// <exception cref="UserError">There are not so many layers, or the adapters would be frozen.</exception>
    public static void Apply(EncoderClassifier model, FrozenParts frozen, bool hasAdapters)
    {
        int layers = model.body.layers.Count;
        if (frozen is FrozenParts.FirstLayers { Count: int count } && count > layers)
        {
            throw new UserError($"freeze.count: the encoder has {layers} layers, not {count}; give fewer, or freeze the body.");
        }

        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.requires_grad = IsTrained(name, frozen, hasAdapters, model.HasPooler);
        }

        if (hasAdapters && !model.named_parameters().Any(p => IsAdapter(p.name) && p.parameter.requires_grad))
        {
            throw new UserError("freeze: all layers, and with them the adapters, would be frozen; freeze fewer layers or leave adapters out.");
        }
    }

    private static bool IsAdapter(string name) => name.Split('.').Any(part => part is "queryAdapter" or "valueAdapter");

    private static bool IsTrained(string name, FrozenParts frozen, bool hasAdapters, bool hasPooler)
    {
        string[] path = name.Split('.');
        if (path[0] == "output")
        {
            return true;
        }

        if (path[0] == "dense")
        {
            return !hasPooler || frozen is not FrozenParts.Body { TrainPooler: false };
        }

        return (!hasAdapters || IsAdapter(name)) && frozen switch
        {
            FrozenParts.Body => false,
            FrozenParts.Embeddings => path[1] != "embeddings",
            FrozenParts.FirstLayers first => path[1] == "layers" && int.Parse(path[2], System.Globalization.CultureInfo.InvariantCulture) >= first.Count,
            _ => true,
        };
    }
}
