using TorchSharp;

namespace Sextant.Models;

/// <summary>
/// Attention as the textbook has it (Vaswani 2017, "Attention is all you need", section 3.2.1), standing alone.
/// ... any leading dimensions, T queries, S keys, D width. The models give the same numbers by faster ways, and are tested against this.
/// </summary>
public static class Attention
{
    /// <summary>softmax(Q K^T / sqrt(D)) V, equation 1.</summary>
    /// <param name="queries">[..., T, D].</param>
    /// <param name="keys">[..., S, D].</param>
    /// <param name="values">[..., S, E].</param>
    /// <param name="mask">Bool, broadcastable to [..., T, S], true where a query may see a key; null hides nothing.</param>
    /// <returns>[..., T, E].</returns>
    public static torch.Tensor ScaledDotProduct(torch.Tensor queries, torch.Tensor keys, torch.Tensor values, torch.Tensor? mask = null) =>
        Weights(queries, keys, mask).matmul(values);

    /// <summary>Scaled dot-product attention in which the last query stands at the last key and none sees a later key (section 3.2.3).</summary>
    /// <param name="queries">[..., T, D]; the positions S - T to S - 1.</param>
    /// <param name="keys">[..., S, D].</param>
    /// <param name="values">[..., S, E].</param>
    /// <returns>[..., T, E].</returns>
    public static torch.Tensor Causal(torch.Tensor queries, torch.Tensor keys, torch.Tensor values) =>
        CausalWeights(queries, keys).matmul(values);

    /// <summary>The weights alone, softmax(Q K^T / sqrt(D)), [..., T, S]; each row sums to 1.</summary>
    public static torch.Tensor Weights(torch.Tensor queries, torch.Tensor keys, torch.Tensor? mask = null)
    {
        using Scalar scale = 1 / Math.Sqrt(queries.shape[^1]), never = double.NegativeInfinity;
        var scores = queries.matmul(keys.transpose(-2, -1)).mul(scale); // [..., T, S]
        if (mask is not null)
        {
            scores = scores.masked_fill(mask.logical_not(), never);
        }

        return scores.softmax(-1);
    }

    /// <summary>The weights of <see cref="Causal"/>, [..., T, S].</summary>
    public static torch.Tensor CausalWeights(torch.Tensor queries, torch.Tensor keys) =>
        Weights(queries, keys, CausalMask(queries.shape[^2], keys.shape[^2], queries.device));

    /// <summary>[T, S] bool, true where key j is not later than query i: j - i &lt;= S - T.</summary>
    public static torch.Tensor CausalMask(long queries, long keys, torch.Device? device = null) =>
        torch.ones([queries, keys], torch.ScalarType.Bool, device).tril(keys - queries);
}
