using Sextant.Models;
using Sextant.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models.Clip;

/// <summary>Without gradients the layers of both towers run by code of our own; with them by libtorch.</summary>
public sealed class ClipInferenceTests
{
    private static readonly long[][] Texts = [[2, 7, 11, 30, 4, 8, 9, 1, 22], [2, 9], [2, 12, 17, 8], []];
    private static readonly int[] ThreadCounts = [1, 2, 2];

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(ToyClip.End, false)]
    [InlineData(ToyClip.End, true)]
    public void Texts_have_the_features_that_libtorch_gives_them(long padding, bool isMasked)
    {
        using var scope = torch.NewDisposeScope();
        var model = Create();
        var ids = ToyClip.Ids(11, padding, Texts[..3]);
        AssertSame(() => model.TextFeatures(ids, isMasked ? ids.ne(padding) : null));
    }

    [Fact]
    public void Texts_with_gaps_have_the_features_that_libtorch_gives_them()
    {
        using var scope = torch.NewDisposeScope();
        var model = Create();
        var ids = ToyClip.Ids(12, 0, Texts);
        using var generator = new torch.Generator(2, torch.CPU);
        AssertSame(() => model.TextFeatures(ids, (torch.arange(12) * 7 % 5).ne(3).unsqueeze(0).repeat(4, 1)));
        AssertSame(() => model.TextFeatures(ids, torch.arange(12).ge(torch.tensor([2L, 1, 3, 0]).unsqueeze(1)))); // padding before the text; in the last, none
    }

    [Fact]
    public void A_text_whose_end_is_masked_has_the_feature_that_libtorch_gives_it()
    {
        using var scope = torch.NewDisposeScope();
        var model = Create();
        var ids = ToyClip.Ids(12, 0, Texts[..3]);
        AssertSame(() => model.TextFeatures(ids, ids.ne(0).logical_and(ids.ne(ToyClip.End))));
        var lone = ToyClip.Ids(3, 0, [[]]);
        AssertSame(() => model.TextFeatures(lone, lone.ne(ToyClip.End).logical_and(lone.ne(0))), isOneWay: true); // no token at all
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Pictures_have_the_features_that_libtorch_gives_them(int pictures)
    {
        using var scope = torch.NewDisposeScope();
        var model = Create();
        var pixels = ToyClip.Pixels(pictures);
        AssertSame(() => model.PictureFeatures(pixels));
    }

    [Fact]
    public void Towers_of_one_layer_have_the_features_that_libtorch_gives_them()
    {
        using var scope = torch.NewDisposeScope();
        var model = Create(ToyClip.Options with { Picture = ToyClip.Options.Picture with { Layers = 1 }, Text = ToyClip.Options.Text with { Layers = 1 } });
        AssertSame(() => model.PictureFeatures(ToyClip.Pixels(3)));
        AssertSame(() => model.TextFeatures(ToyClip.Ids(11, 0, Texts)));
    }

    [Fact]
    public void One_or_two_threads_agree_to_the_bit()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create();
        var (ids, pixels) = (ToyClip.Ids(11, 0, Texts), ToyClip.Pixels(3));
        int threads = torch.get_num_threads();
        try
        {
            float[][] results = [.. ThreadCounts.Select(count =>
            {
                torch.set_num_threads(count);
                return torch.cat([model.TextFeatures(ids), model.PictureFeatures(pixels)]).data<float>().ToArray();
            })];

            Assert.All(results, result => Assert.Equal(results[0], result));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Fact]
    public void Many_passes_keep_no_tensor()
    {
        using var outer = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create();
        var (ids, pixels) = (ToyClip.Ids(11, 0, Texts), ToyClip.Pixels(3));
        var mask = ids.ne(0);
        Pass();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 50; i++)
        {
            Pass();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var scope = torch.NewDisposeScope();
            model.TextFeatures(ids, mask);
            model.PictureFeatures(pixels);
        }
    }

    private static ClipModel Create(ClipOptions? options = null)
    {
        Assert.SkipUnless(PackedProduct.IsSupported, "this processor has no vectors of sixteen floats, so that libtorch would be compared with itself");
        var model = ToyClip.Create(options);
        model.eval();
        using var _ = torch.no_grad();
        Assert.True(model.picture.body.CanInfer(torch.zeros(1)) && model.text.body.CanInfer(torch.zeros(1)));
        return model;
    }

    private static void AssertSame(Func<torch.Tensor> features, bool isOneWay = false)
    {
        var expected = features().detach();
        using var _ = torch.no_grad();
        var actual = features();
        Assert.Equal(expected.shape, actual.shape);
        double apart = (expected - actual).abs().max().item<float>(), scale = expected.abs().max().item<float>();
        Assert.True(apart <= 1e-5 * scale, $"{apart:G3} apart at a scale of {scale:G3}");
        Assert.Equal(isOneWay, apart == 0); // two ways to compute
    }
}
