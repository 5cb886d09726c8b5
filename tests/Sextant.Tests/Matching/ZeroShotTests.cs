using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class ZeroShotTests
{
    private static readonly string[] Known = ["a cat", "my cat", "a dog", "my dog"];

    private static readonly float[][] Features = [[1, 0, 0], [0.6f, 0.8f, 0], [0, 0, 1], [0, 0.6f, 0.8f]];

    [Fact]
    public void A_class_is_the_mean_of_its_templates_of_norm_one()
    {
        var classes = ZeroShot.Classes(["cat", "dog"], ["a {}", "my {}"], Texts);

        double norm = Math.Sqrt((1.6 * 1.6) + (0.8 * 0.8));
        Assert.Equal(1.6 / norm, classes.Row(0)[0], 1e-6);
        Assert.Equal(0.8 / norm, classes.Row(0)[1], 1e-6);
        Assert.Equal(Features[2], ZeroShot.Classes(["dog"], ["a {}"], Texts).Row(0).ToArray());
    }

    [Fact]
    public void Each_picture_gets_probabilities_of_the_labels()
    {
        var result = ZeroShot.Of(["cat", "dog"], ["a {}"], Texts, FeatureTable.Of(2, 3, [1, 0, 0, 0, 0, 1]), 0.5);

        Assert.Equal(Math.Exp(2) / (Math.Exp(2) + 1), result.Probabilities[0][0], 1e-9);
        Assert.Equal([0, 1], result.Cosines[1]);
        Assert.Equal(0.5, result.Chance);
    }

    [Fact]
    public void A_template_without_a_place_is_refused() => Assert.Throws<ArgumentException>(() => ZeroShot.Classes(["cat"], ["a"], Texts));

    private static FeatureTable Texts(IReadOnlyList<string> texts) => FeatureTable.Of(texts.Count, 3, [.. texts.SelectMany(text => Features[Array.IndexOf(Known, text)])]);
}
