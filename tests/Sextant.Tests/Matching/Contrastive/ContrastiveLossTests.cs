using Sextant.Matching.Contrastive;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Matching.Contrastive;

public sealed class ContrastiveLossTests
{
    /// <summary>Written out: log-softmax over rows and over columns of the scaled cosines, on the diagonal.</summary>
    [Fact]
    public void It_is_the_mean_cross_entropy_of_both_directions()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        var (pictures, texts) = (torch.randn(5, 3), torch.randn(5, 3));
        double[,] logits = Logits(pictures, texts, 4);

        double expected = Enumerable.Range(0, 5).Average(i => (Nats(Row(logits, i), i) + Nats(Column(logits, i), i)) / 2);

        Assert.Equal(expected, ContrastiveLoss.Of(pictures, texts, torch.tensor(4f)).item<float>(), 1e-5);
        Assert.Equal(expected, ContrastiveLoss.Of(pictures, texts, torch.tensor(4f), torch.arange(5)).item<float>(), 1e-5);
    }

    [Fact]
    public void Equal_captions_share_what_is_expected()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(3);
        var (pictures, texts) = (torch.randn(4, 3), torch.randn(4, 3));
        texts[2].copy_(texts[0]);
        double[,] logits = Logits(pictures, texts, 2);
        int[][] same = [[0, 2], [1], [0, 2], [3]];

        double expected = Enumerable.Range(0, 4).Average(i => same[i].Average(j => (Nats(Row(logits, i), j) + Nats(Column(logits, i), j)) / 2));

        Assert.Equal(expected, ContrastiveLoss.Of(pictures, texts, torch.tensor(2f), torch.tensor([0L, 1, 0, 3])).item<float>(), 1e-5);
    }

    [Fact]
    public void Features_that_tell_nothing_cost_log_B_and_their_length_does_not_matter()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal(Math.Log(8), ContrastiveLoss.Of(torch.ones(8, 3), torch.ones(8, 3), torch.tensor(10f)).item<float>(), 1e-5);
        torch.manual_seed(4);
        var (pictures, texts, scale) = (torch.randn(6, 3), torch.randn(6, 3), torch.tensor(10f));
        Assert.Equal(ContrastiveLoss.Of(pictures, texts, scale).item<float>(), ContrastiveLoss.Of(pictures.mul(3), texts.mul(0.2), scale).item<float>(), 1e-5);
    }

    private static double[,] Logits(torch.Tensor pictures, torch.Tensor texts, double scale)
    {
        double[,] logits = new double[pictures.shape[0], texts.shape[0]];
        for (int i = 0; i < logits.GetLength(0); i++)
        {
            for (int j = 0; j < logits.GetLength(1); j++)
            {
                double[] a = [.. pictures[i].data<float>().Select(x => (double)x)], b = [.. texts[j].data<float>().Select(x => (double)x)];
                logits[i, j] = scale * a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
            }
        }

        return logits;
    }

    private static double Nats(IEnumerable<double> logits, int at) => Math.Log(logits.Sum(Math.Exp)) - logits.ElementAt(at);

    private static IEnumerable<double> Row(double[,] values, int row) => Enumerable.Range(0, values.GetLength(1)).Select(j => values[row, j]);

    private static IEnumerable<double> Column(double[,] values, int column) => Enumerable.Range(0, values.GetLength(0)).Select(i => values[i, column]);
}
