using Sextant.Data;
using TorchSharp;

namespace Sextant.Models;

/// <summary>
/// A model that predicts the next token of a target. B batch, S source length, T decoder length, H hidden, V vocabulary,
/// M positions that carry loss. Field names of parameters are the keys of a checkpoint.
/// </summary>
public abstract class SequenceModel(string name) : torch.nn.Module(name)
{
    public abstract ModelOptions Options { get; }

    public abstract int VocabularySize { get; }

    /// <summary>The most positions the model can take; int.MaxValue where nothing limits them.</summary>
    public abstract int MaximumLength { get; }

    /// <summary>Logits at the batch's loss positions, [M, V].</summary>
    public abstract torch.Tensor Logits(Batch batch);

    /// <summary>
    /// Multiply-adds times two of the matrix products of one forward pass over a batch of this shape, counted from the
    /// shapes of the modules (projections, scores, weighted values, output layer at every decoder position). The backward pass has
    /// twice as many; what is run for speed differs in places (docs/counting.md).
    /// </summary>
    public abstract double ForwardFlops(BatchShape shape);

    /// <summary>
    /// Starts decoding B examples: runs the encoder where there is one. <paramref name="source"/> is [B, S] int64 and
    /// <paramref name="sourceMask"/> [B, S] bool (null without padding); both are null for a decoder-only model.
    /// </summary>
    public abstract DecodingState Begin(torch.Tensor? source, torch.Tensor? sourceMask);

    /// <summary>
    /// Appends tokens [B, N] int64 to what the state holds (N is 1 after the prompt) and returns the logits after the
    /// last of them, [B, V]. With the cache only the new positions are computed. Examples of different prompt lengths
    /// are decoded in groups of equal length by the caller.
    /// </summary>
    public abstract torch.Tensor Next(DecodingState state, torch.Tensor tokens);

    /// <summary>
    /// Attention weights of one batch, by name of the layer ("decoder.0.self", "decoder.0.cross", "encoder.1.self"),
    /// each [B, heads, queries, keys], in order.
    /// </summary>
    public abstract IReadOnlyList<(string Layer, torch.Tensor Weights)> AttentionWeights(Batch batch);

    /// <summary>What the last decoder layer leaves, [B, T, H], before the final norm; null where a model does not show it.</summary>
    internal virtual torch.Tensor? ResidualStream(Batch batch) => null;

    /// <summary>[B, T, H] to [M, H]: only what carries loss goes through the output layer.</summary>
    internal static torch.Tensor AtLossPositions(torch.Tensor hidden, torch.Tensor? positions)
    {
        var flat = hidden.view(-1, hidden.shape[^1]);
        return positions is null ? flat : flat.index_select(0, positions);
    }

    private protected static torch.Tensor SourceOf(Batch batch) =>
        batch.Source ?? throw new ArgumentException("An encoder-decoder model needs batches with a source.", nameof(batch));

    /// <summary>The start of a decoder-only model's decoding.</summary>
    private protected static KeyValueCache Begin(torch.Tensor? source, int layers) =>
        source is null ? new KeyValueCache(layers) : throw new ArgumentException("A decoder-only model takes no source; put it in the prompt.", nameof(source));

    /// <summary>Runs a forward pass without gradient or dropout and collects what it records.</summary>
    private protected IReadOnlyList<(string Layer, torch.Tensor Weights)> Record(Action<Action<string, torch.Tensor>> forward)
    {
        using var scope = torch.NewDisposeScope();
        var weights = new List<(string, torch.Tensor)>();
        Evaluating(() => forward((layer, tensor) => weights.Add((layer, tensor.MoveToOuterDisposeScope()))));
        return weights;
    }

    /// <summary>Without gradient or dropout, whatever mode the model is in.</summary>
    private protected void Evaluating(Action action)
    {
        using var _ = torch.no_grad();
        bool wasTraining = training;
        eval();
        try
        {
            action();
        }
        finally
        {
            train(wasTraining);
        }
    }

    internal static Action<string, torch.Tensor>? Prefixed(Action<string, torch.Tensor>? record, string stack, int layer) =>
        record is null ? null : (name, weights) => record($"{stack}.{layer}.{name}", weights);
}

/// <summary>Keys and values of what was decoded so far, a pair a layer. Owns its tensors.</summary>
public abstract class DecodingState : IDisposable
{
    /// <summary>B.</summary>
    public abstract int Examples { get; }

    /// <summary>Decoder positions held.</summary>
    public abstract int Length { get; }

    /// <summary>Keeps the given examples in the given order; an index may be repeated (beam search). [B'] int64.</summary>
    public abstract void Select(torch.Tensor examples);

    public abstract void Dispose();
}
