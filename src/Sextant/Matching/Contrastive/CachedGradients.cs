using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>
/// The gradient of a loss that couples all examples of a batch, such as a contrastive one, while no more than a chunk of the batch is in a graph (Gao 2021, GradCache):
/// features of all chunks without a graph, the loss and its gradient by the features, then chunk by chunk once more with a graph, into which that gradient goes. By the chain
/// rule it is the whole batch's gradient, for one more forward pass. Dropout draws the same in both passes of a chunk.
/// </summary>
public static class CachedGradients
{
    /// <summary>Adds the gradient to the parameters'. Where a chunk holds all examples there is one pass.</summary>
    /// <param name="examples">B.</param>
    /// <param name="chunk">The most examples in a graph.</param>
    /// <param name="towers">What makes features of the examples.</param>
    /// <param name="loss">A scalar from the features of each tower, [B, P]; parameters that take part in it here, such as a temperature, get their gradient too.</param>
    /// <returns>The loss, a scalar without a graph.</returns>
    public static torch.Tensor Add(int examples, int chunk, IReadOnlyList<ChunkedTower> towers, Func<IReadOnlyList<torch.Tensor>, torch.Tensor> loss)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunk, 1);
        if (chunk >= examples)
        {
            var whole = loss([.. towers.Select(tower => tower.Features(0, examples))]);
            whole.backward();
            return whole.detach();
        }

        long seed = Drawn();
        torch.Tensor[] features = [.. towers.Select((tower, i) => Cached(examples, chunk, tower, seed + i))];
        var coupled = loss(features);
        coupled.backward();
        foreach (var (i, tower) in towers.Index().Where(t => t.Item.IsTrained))
        {
            foreach (var (at, count) in Chunks(examples, chunk))
            {
                using var scope = torch.NewDisposeScope();
                Seed(seed + i, at);
                tower.Features(at, count).backward([features[i].grad!.narrow(0, at, count)]);
            }
        }

        return coupled.detach();
    }

    /// <summary>[B, P] without a graph, a leaf that gathers a gradient where its tower is trained.</summary>
    private static torch.Tensor Cached(int examples, int chunk, ChunkedTower tower, long seed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var parts = new List<torch.Tensor>();
        foreach (var (at, count) in Chunks(examples, chunk))
        {
            using var step = torch.NewDisposeScope();
            Seed(seed, at);
            parts.Add(tower.Features(at, count).MoveToOuterDisposeScope());
        }

        return torch.cat(parts).requires_grad_(tower.IsTrained).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(int At, int Count)> Chunks(int examples, int chunk)
    {
        for (int at = 0; at < examples; at += chunk)
        {
            yield return (at, Math.Min(chunk, examples - at));
        }
    }

    /// <summary>A number that follows from where the generator of dropout stands.</summary>
    private static long Drawn()
    {
        using var drawn = torch.randint(0, long.MaxValue, [1], torch.ScalarType.Int64);
        return drawn.item<long>();
    }

    /// <summary>Sets the generators of all devices, so that the chunk that begins here draws the same again.</summary>
    private static void Seed(long seed, int at) => torch.manual_seed((long)new SeededRandom((ulong)seed, (ulong)at).NextUInt64());
}

/// <summary>One of the networks whose features meet in a loss.</summary>
/// <param name="Features">[count, P] of the examples from the first number on.</param>
/// <param name="IsTrained">Whether it takes a gradient; a frozen one is computed once.</param>
public sealed record ChunkedTower(Func<int, int, torch.Tensor> Features, bool IsTrained = true);
