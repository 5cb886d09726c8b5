using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class FeatureTableTests
{
    [Fact]
    public void Rows_have_norm_one_whatever_they_were()
    {
        var table = FeatureTable.Of(2, 2, [3, 4, 1e-20f, 0]);

        Assert.Equal([0.6f, 0.8f], table.Row(0).ToArray());
        Assert.Equal([1f, 0], table.Row(1).ToArray());
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_row_without_a_direction_is_refused(float value) =>
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>(() => FeatureTable.Of(2, 2, [1, 2, value, 0])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(3, 100, 512)]
    [InlineData(17, 49, 200)]
    public void Products_are_cosines(int rows, int others, int width)
    {
        FeatureTable a = Drawn(rows, width, 1), b = Drawn(others, width, 2);

        float[] products = a.Products(b);

        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < others; j++)
            {
                double sum = 0;
                for (int k = 0; k < width; k++)
                {
                    sum += (double)a.Row(i)[k] * b.Row(j)[k];
                }

                Assert.Equal(sum, products[(i * others) + j], 1e-6);
            }
        }
    }

    [Fact]
    public void A_cosine_has_the_same_bits_whatever_else_is_asked_for_and_from_either_side()
    {
        FeatureTable a = Drawn(11, 100, 3), b = Drawn(70, 100, 4);
        float[] all = a.Products(b), turned = b.Products(a);

        for (int i = 0; i < a.Rows; i++)
        {
            float[] alone = a.Selected([i]).Products(b.Selected([69, 5]));
            Assert.Equal([all[(i * 70) + 69], all[(i * 70) + 5]], alone);
            Assert.Equal(all[(i * 70) + 5], turned[(5 * 11) + i]);
        }
    }

    /// <summary>The same rows but for what other neighbours in a batch do to the last bits.</summary>
    internal static void Same(FeatureTable expected, FeatureTable actual)
    {
        Assert.Equal((expected.Rows, expected.Width), (actual.Rows, actual.Width));
        Assert.All(Enumerable.Range(0, expected.Rows * expected.Width), i => Assert.Equal(expected.Values[i], actual.Values[i], 1e-5f));
    }

    /// <summary>Rows of normal numbers.</summary>
    internal static FeatureTable Drawn(int rows, int width, ulong seed)
    {
        var random = new SeededRandom(seed);
        return FeatureTable.Of(rows, width, [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.NextGaussian())]);
    }
}
