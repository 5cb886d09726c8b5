using Sextant.Reports;
using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;
using Sextant.Tests.Scaling.GradientNoise;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class NoisePictureTests
{
    [Fact]
    public void The_scale_stands_over_tokens_with_the_batch_as_a_line()
    {
        var fit = Fit(new NoisyQuadratic(20, 0, gradientLeft: 0.3));

        var named = NoisePicture.Of(fit, "planted")!.Value;

        Assert.Equal("noise-scale", named.Name);
        Assert.Equal(fit.Windows.Count, named.Chart.Series[0].Points.Count);
        Assert.All(named.Chart.Series[0].Points, point => Assert.True(point.Low < point.Y && point.Y < point.High));
        Assert.Equal(26, Assert.Single(named.Chart.References).At);
        Assert.Equal((Sextant.Reports.Scale.Logarithmic, Sextant.Reports.Scale.Logarithmic), (named.Chart.X.Scale, named.Chart.Y.Scale));
        Assert.NotEmpty(PictureFile.Png(named.Chart));
        Assert.NotEmpty(PictureFile.Svg(named.Chart));
    }

    [Fact]
    public void Parts_without_a_number_are_left_out_with_a_word()
    {
        var fit = Fit(new NoisyQuadratic(20, 0));
        fit = fit with { Windows = [.. fit.Windows.Skip(1), fit.Windows[0] with { Status = FitStatus.NotIdentified, NoiseScale = null, Remark = "not enough data: made up" }] };

        var chart = NoisePicture.Of(fit, "planted")!.Value.Chart;

        Assert.Equal(fit.Windows.Count - 1, chart.Series[0].Points.Count);
        Assert.Contains("No mark at ", chart.Caption, StringComparison.Ordinal);
        Assert.Contains("not enough data: made up", chart.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_told_there_is_no_picture() => Assert.Null(NoisePicture.Of(NoiseScaleFit.Of([]), "short"));

    private static NoiseScaleFit Fit(NoisyQuadratic quadratic) => NoiseScaleFit.Of(
        [.. quadratic.Measure(60, 4, 8, new SeededRandom(4)).Select((one, i) => one with { Tokens = 1e4 * (i + 1), BatchExamples = 26, ExampleTokens = 19.5 })]);
}
