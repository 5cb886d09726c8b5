using Sextant.Tests.Models;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Training;

public sealed class SequenceLossTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Smoothing_spreads_its_share_over_the_vocabulary(double smoothing)
    {
        using var model = Examples.Create("course decoder");
        using var batch = Examples.Batch(encoder: false);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        float[] read = model.Logits(batch).data<float>().ToArray();
        long[] expected = batch.Expected.data<long>().ToArray();
        double sum = 0;
        for (int m = 0; m < expected.Length; m++)
        {
            double[] row = [.. read.Skip(m * model.VocabularySize).Take(model.VocabularySize).Select(x => (double)x)];
            double logSum = Math.Log(row.Sum(Math.Exp));
            // Szegedy 2016, section 7: (1 - e) of the expected token's cross-entropy and e of the mean over all tokens.
            sum += ((1 - smoothing) * (logSum - row[expected[m]])) + (smoothing * row.Average(x => logSum - x));
        }

        Assert.Equal(sum / expected.Length, SequenceLoss.Mean(model, batch, smoothing).item<float>(), 1e-5);
    }
}
