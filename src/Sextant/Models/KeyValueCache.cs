using TorchSharp;

namespace Sextant.Models;

/// <summary>
/// Keys and values a layer, [B, ..., T, D], of the decoder's own positions and, where there is an encoder, of its output.
/// </summary>
internal sealed class KeyValueCache(int layers, int examples = 0) : DecodingState
{
    private readonly (torch.Tensor Keys, torch.Tensor Values)?[] own = new (torch.Tensor, torch.Tensor)?[layers];
    private readonly (torch.Tensor Keys, torch.Tensor Values)?[] memory = new (torch.Tensor, torch.Tensor)?[layers];
    private int count = examples;
    private int length;

    public override int Examples => count;

    public override int Length => length;

    /// <summary>[B, S] bool, true where a source token stands; null without padding.</summary>
    public torch.Tensor? SourceMask { get; private set; }

    /// <summary>Adds the keys and values of new positions of a layer and returns all of them.</summary>
    public (torch.Tensor Keys, torch.Tensor Values) Append(int layer, torch.Tensor keys, torch.Tensor values)
    {
        var joined = own[layer] is var (k, v) ? (torch.cat([k, keys], -2), torch.cat([v, values], -2)) : (keys.clone(), values.clone());
        Replace(ref own[layer], joined);
        return joined;
    }

    /// <summary>Called once a call of Next, when every layer has appended.</summary>
    public void Advance(torch.Tensor tokens)
    {
        count = (int)tokens.shape[0];
        length += (int)tokens.shape[1];
    }

    public (torch.Tensor Keys, torch.Tensor Values) Memory(int layer) =>
        memory[layer] ?? throw new InvalidOperationException("The state was begun without a source.");

    public void SetMemory(int layer, torch.Tensor keys, torch.Tensor values) => Replace(ref memory[layer], (keys.clone(), values.clone()));

    public void SetSourceMask(torch.Tensor? mask) => SourceMask = mask?.clone().DetachFromDisposeScope();

    public override void Select(torch.Tensor examples)
    {
        using var _ = torch.no_grad();
        foreach (var pairs in new[] { own, memory })
        {
            for (int i = 0; i < pairs.Length; i++)
            {
                if (pairs[i] is var (k, v))
                {
                    Replace(ref pairs[i], (k.index_select(0, examples), v.index_select(0, examples)));
                }
            }
        }

        if (SourceMask is { } mask)
        {
            SourceMask = mask.index_select(0, examples).DetachFromDisposeScope();
            mask.Dispose();
        }

        count = (int)examples.shape[0];
    }

    public override void Dispose()
    {
        foreach (var pair in own.Concat(memory))
        {
            pair?.Keys.Dispose();
            pair?.Values.Dispose();
        }

        SourceMask?.Dispose();
    }

    private static void Replace(ref (torch.Tensor Keys, torch.Tensor Values)? place, (torch.Tensor Keys, torch.Tensor Values) pair)
    {
        place?.Keys.Dispose();
        place?.Values.Dispose();
        place = (pair.Keys.DetachFromDisposeScope(), pair.Values.DetachFromDisposeScope());
    }
}
