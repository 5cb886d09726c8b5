using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models;

public class AttentionTests
{
    [Theory]
    [InlineData(4, 6, 3)]
    [InlineData(1, 5, 8)]
    [InlineData(7, 7, 2)]
    public void Scaled_dot_product_equals_three_loops(int queries, int keys, int width)
    {
        var (q, k, v) = (Random(queries, width, 1), Random(keys, width, 2), Random(keys, width + 1, 3));
        var (weights, mixed) = Loops(q, k, v, (_, _) => true);
        Near(weights, Attention.Weights(Tensor(q), Tensor(k)));
        Near(mixed, Attention.ScaledDotProduct(Tensor(q), Tensor(k), Tensor(v)));
    }

    [Theory]
    [InlineData(5, 5, 3)]
    [InlineData(2, 5, 4)]
    public void Causal_attention_equals_three_loops_that_stop_at_the_query(int queries, int keys, int width)
    {
        var (q, k, v) = (Random(queries, width, 1), Random(keys, width, 2), Random(keys, width, 3));
        var (weights, mixed) = Loops(q, k, v, (i, j) => j <= i + keys - queries);
        Near(weights, Attention.CausalWeights(Tensor(q), Tensor(k)));
        Near(mixed, Attention.Causal(Tensor(q), Tensor(k), Tensor(v)));
    }

    [Fact]
    public void Each_row_of_weights_sums_to_one_and_the_mask_is_exact()
    {
        var mask = torch.tensor([true, true, false, true, false], [1, 5]);
        var weights = Attention.Weights(torch.randn(2, 3, 4), torch.randn(2, 5, 4), mask);
        Assert.True(weights.sum(-1).sub(1).abs().max().item<float>() < 1e-6);
        Assert.Equal(0, weights.index_select(-1, torch.tensor([2L, 4L])).abs().max().item<float>());
    }

    private static (double[,] Weights, double[,] Mixed) Loops(double[,] q, double[,] k, double[,] v, Func<int, int, bool> sees)
    {
        var (queries, keys, width) = (q.GetLength(0), k.GetLength(0), q.GetLength(1));
        double[,] weights = new double[queries, keys];
        double[,] mixed = new double[queries, v.GetLength(1)];
        for (int i = 0; i < queries; i++)
        {
            double total = 0.0;
            for (int j = 0; j < keys; j++)
            {
                double score = 0.0;
                for (int d = 0; d < width; d++)
                {
                    score += q[i, d] * k[j, d];
                }

                weights[i, j] = sees(i, j) ? Math.Exp(score / Math.Sqrt(width)) : 0;
                total += weights[i, j];
            }

            for (int j = 0; j < keys; j++)
            {
                weights[i, j] /= total;
                for (int d = 0; d < v.GetLength(1); d++)
                {
                    mixed[i, d] += weights[i, j] * v[j, d];
                }
            }
        }

        return (weights, mixed);
    }

    private static double[,] Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        double[,] values = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                values[i, j] = (random.NextDouble() * 4) - 2;
            }
        }

        return values;
    }

    private static torch.Tensor Tensor(double[,] values) =>
        torch.tensor(values.Cast<double>().ToArray(), [values.GetLength(0), values.GetLength(1)]);

    private static void Near(double[,] expected, torch.Tensor actual) =>
        Assert.True((Tensor(expected) - actual).abs().max().item<double>() < 1e-12);
}
