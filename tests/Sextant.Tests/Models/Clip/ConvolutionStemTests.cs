using Sextant.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models.Clip;

public sealed class ConvolutionStemTests
{
    private static readonly ClipOptions Options = ToyClip.Options with { Picture = ToyClip.Options.Picture with { Stem = new PictureStem.Convolutions { Widths = [8, 16] } } };

    [Fact]
    public void It_leaves_a_vector_for_each_patch_row_by_row_which_sees_its_surroundings_alone()
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var options = Options.Picture with { Size = 64 };
        using ConvolutionStem stem = new((PictureStem.Convolutions)options.Stem, options);
        using var generator = new torch.Generator(1, torch.CPU);
        stem.Initialise(1, generator);
        var convolutions = stem.convolutions.Select(c => (c.weight, c.bias)).ToList();
        var pixels = torch.randn([2, 3, 64, 64], generator: generator);
        Assert.Equal([2L, 64, 48], stem.Forward(pixels).shape);

        // The same sums one by one, at the patch in row 5 and column 2 of the second picture, without norms.
        var x = pixels;
        foreach (var (weight, bias) in convolutions)
        {
            x = torch.nn.functional.conv2d(x, weight, bias, strides: [2, 2], padding: [1, 1]);
        }

        var corner = torch.zeros(1, 3, 64, 64);
        corner[0, .., 40..48, 16..24] = 1;
        foreach (var (weight, bias) in convolutions)
        {
            corner = torch.nn.functional.conv2d(corner, weight.abs(), bias, strides: [2, 2], padding: [1, 1]);
        }

        var reached = corner[0].amax([0]).gt(0); // the patch itself and its neighbours
        Assert.True(reached[5, 2].ToBoolean());
        Assert.InRange(reached.sum().ToInt64(), 4, 9);
    }

    [Fact]
    public void The_count_is_two_for_each_multiplication()
    {
        using var model = ToyClip.Create(Options);
        using var plain = ToyClip.Create();
        double stem = 2 * 9 * ((12.0 * 12 * 3 * 8) + (6 * 6 * 8 * 16) + (3 * 3 * 16 * 48)), patches = 2.0 * 9 * 3 * 8 * 8 * 48;

        Assert.Equal(plain.PictureFlops(1) - patches + stem, model.PictureFlops(1));
    }

    [Fact]
    public void Every_weight_of_it_gets_a_gradient_and_the_variance_behind_it_is_about_one()
    {
        using var scope = torch.NewDisposeScope();
        using var model = Sextant.Pretrained.PretrainedClip.New(Options with { Picture = Options.Picture with { Size = 48 } }, ToyClip.Vocabulary, 3);
        using var generator = new torch.Generator(7, torch.CPU);
        var pixels = torch.randn([4, 3, 48, 48], generator: generator);
        model.PictureFeatures(pixels).square().sum().backward();
        foreach (var convolution in model.picture.stem!.convolutions)
        {
            Assert.All([convolution.weight, convolution.normWeight, convolution.normBias], parameter => Assert.True(parameter.grad!.abs().sum().ToDouble() > 0));
            pixels = convolution.Forward(pixels);
            Assert.InRange(pixels.square().mean().ToDouble(), 0.3, 0.7); // half of a normal variable
        }
    }

    [Fact]
    public void A_patch_that_is_not_that_of_the_convolutions_is_a_problem()
    {
        Assert.Empty(Options.Problems());
        Assert.Contains("model.picture.patch: 8 is not 4 of a stem of 2 convolutions", string.Join(' ', (Options with { Picture = Options.Picture with { Stem = new PictureStem.Convolutions { Widths = [8] } } }).Problems()), StringComparison.Ordinal);
        Assert.Contains("model.picture.stem.widths", string.Join(' ', (Options with { Picture = Options.Picture with { Stem = new PictureStem.Convolutions { Widths = [8, 0] } } }).Problems()), StringComparison.Ordinal);
    }
}
