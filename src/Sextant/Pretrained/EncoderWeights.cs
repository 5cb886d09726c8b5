using Sextant.Models;
using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>Weights of the BERT family between a checkpoint's layout and a model's.</summary>
internal static class EncoderWeights
{
    /// <summary>The output matrix, where a checkpoint names it beside the embeddings that it is.</summary>
    private static readonly string[] Decoders = ["cls.predictions.decoder.weight", "lm_head.decoder.weight"];

    /// <summary>What any model may leave of a checkpoint: tables that are no weights, and matrices that are tied to the embeddings.</summary>
    private static readonly string[] NoWeights = ["position_ids", "token_type_ids", .. Decoders];

    /// <summary>Heads of other tasks, by the beginning of their names.</summary>
    private static readonly string[] Heads = ["cls.", "lm_head.", "classifier.", "qa_outputs."];

    /// <summary>
    /// Copies the weights of a checkpoint into a model. Old names of the norms' tensors (gamma, beta), a missing or needless "bert." and heads that the model has not are put
    /// up with; everything else that does not meet is refused.
    /// </summary>
    /// <param name="model">On the processor; float32.</param>
    /// <param name="file">The checkpoint.</param>
    /// <param name="expected">What may be missing or left over beside that.</param>
    /// <returns>What was missing or left over with permission.</returns>
    /// <exception cref="UserError">Something is missing, left over or of another shape without permission; the message lists it.</exception>
    public static WeightMatch Read(EncoderModel model, TensorFile file, ExpectedWeights expected)
    {
        PublishedTensor[] wanted = [.. model.Published()];
        var stored = ByPublishedName(file, PublishedNames.Prefix(model.Options));
        var (missing, left, misshapen) = PublishedWeights.Fill(wanted, stored, expected);
        string[] unused = [.. left.Where(name => !NoWeights.Any(end => name.EndsWith(end, StringComparison.Ordinal)))];
        var refused = new WeightMatch(
            [.. missing.Where(name => !expected.IsNew(name) && !expected.MayMiss(name))],
            [.. unused.Where(name => !expected.MayLeave(name) && !expected.MayLeave(stored[name].Name) && !IsOtherHead(name, wanted))],
            misshapen);
        if (!refused.IsComplete)
        {
            throw new UserError($"{file.Path} does not fit the model that its config.json describes: {refused.Words}. {Remedy(refused, model.Options)}");
        }

        CheckTies(model, file);
        return new WeightMatch(missing, unused, []);
    }

    /// <summary>The output matrix of a masked language model is its embeddings'; a checkpoint that has another of its own is another model.</summary>
    private static void CheckTies(EncoderModel model, TensorFile file)
    {
        if (model is not MaskedLanguageModel || Decoders.Select(file.Find).OfType<StoredTensor>().FirstOrDefault() is not { } decoder)
        {
            return;
        }

        using var scope = torch.NewDisposeScope();
        var embeddings = model.body.embeddings.tokens.weight;
        if (!decoder.Shape.SequenceEqual(embeddings.shape) || !decoder.Read().to(torch.ScalarType.Float32).eq(embeddings).all().ToBoolean())
        {
            throw new UserError($"{file.Path}: {decoder.Name} is not the matrix of its word embeddings, and only models that tie the two are known here; use another checkpoint.");
        }
    }

    /// <summary>The model's weights by their published names, adapters merged; the caller disposes of them.</summary>
    public static IReadOnlyList<KeyValuePair<string, torch.Tensor>> Of(EncoderModel model)
    {
        using var _ = torch.no_grad();
        return [.. model.Published().Select(tensor => KeyValuePair.Create(tensor.Name, Merged(model, tensor)))];
    }

    private static torch.Tensor Merged(EncoderModel model, PublishedTensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var values = tensor.Of(tensor.Parameter).detach();
        var layer = model.body.layers.FirstOrDefault(l => ReferenceEquals(l.queryKeyValue.weight, tensor.Parameter));
        var adapter = tensor.Part switch { 0 => layer?.queryAdapter, 2 => layer?.valueAdapter, _ => null };
        return (adapter is null ? values.clone() : values.Plus(adapter.Product())).MoveToOuterDisposeScope();
    }

    private static Dictionary<string, StoredTensor> ByPublishedName(TensorFile file, string prefix)
    {
        var named = new Dictionary<string, StoredTensor>();
        foreach (var tensor in file.Tensors)
        {
            string name = Today(tensor.Name);
            if (!named.TryAdd(name, tensor))
            {
                throw new UserError($"{file.Path} holds {name} twice, as {named[name].Name} and {tensor.Name}; it is no checkpoint of one model.");
            }
        }

        bool isBare = named.ContainsKey("embeddings.word_embeddings.weight"); // a body that was saved by itself
        var published = isBare ? named.ToDictionary(p => IsOfHead(p.Key) ? p.Key : prefix + p.Key, p => p.Value) : named;
        foreach (var (tied, own) in new[] { ("cls.predictions.decoder.bias", "cls.predictions.bias"), ("lm_head.decoder.bias", "lm_head.bias") })
        {
            if (published.Remove(tied, out var bias))
            {
                published.TryAdd(own, bias);
            }
        }

        return published;
    }

    /// <summary>The present name of a tensor: checkpoints made before 2019 called a norm's weight gamma and its bias beta.</summary>
    private static string Today(string name) => name switch
    {
        _ when name.EndsWith("LayerNorm.gamma", StringComparison.Ordinal) => name[..^"gamma".Length] + "weight",
        _ when name.EndsWith("LayerNorm.beta", StringComparison.Ordinal) => name[..^"beta".Length] + "bias",
        _ => name,
    };

    private static bool IsOfHead(string name) => Heads.Any(head => name.StartsWith(head, StringComparison.Ordinal));

    /// <summary>A head that the model has no part of; a pooler counts as one.</summary>
    private static bool IsOtherHead(string name, PublishedTensor[] wanted)
    {
        bool isPooler = name.Contains(".pooler.", StringComparison.Ordinal);
        return isPooler
            ? !wanted.Any(w => w.Name.Contains(".pooler.", StringComparison.Ordinal))
            : IsOfHead(name);
    }

    private static string Remedy(WeightMatch refused, EncoderOptions options) => refused switch
    {
        { Missing.Count: > 0 } when refused.Unused is [string unused, ..] && !unused.StartsWith(PublishedNames.Prefix(options), StringComparison.Ordinal) =>
            "Its names are those of another kind of model: going on would train random numbers in their place; correct model_type in config.json, or fetch the right files.",
        { Missing.Count: > 0 } => "Going on would train random numbers in their place; fetch the model again, or say that they are expected to be missing.",
        _ => "Fetch the model again, or say which are expected.",
    };
}
