using Sextant.Models.Clip;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models.Clip;

public sealed class ClipModelTests
{
    private static readonly long[][] Texts = [[2, 7, 11, 30, 4], [2, 9], [2, 12, 17, 8]];

    [Fact]
    public void The_published_base_size_has_the_published_number_of_parameters()
    {
        using var scope = torch.NewDisposeScope();
        using var model = new ClipModel(ClipOptions.BasePatch32, 49408);

        Assert.Equal(151_277_313, model.parameters().Sum(p => p.numel()));
        Assert.Equal(151_277_313, model.Published().Sum(t => t.Shape.Aggregate(1L, (a, b) => a * b)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ToyClip.End)]
    public void A_text_has_the_feature_that_it_has_alone(long padding)
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var together = model.TextFeatures(ToyClip.Ids(9, padding, Texts));

        for (int i = 0; i < Texts.Length; i++)
        {
            Examples.Near(model.TextFeatures(ToyClip.Ids(Texts[i].Length + 1, padding, Texts[i]))[0], together[i], 1e-6);
        }
    }

    [Fact]
    public void Padding_that_is_masked_and_padding_that_is_not_make_no_difference()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var ids = ToyClip.Ids(9, 0, Texts);

        Examples.Near(model.TextFeatures(ids), model.TextFeatures(ids, ids.ne(0)), 1e-6);
    }

    [Fact]
    public void What_stands_after_the_end_of_a_text_changes_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var ids = ToyClip.Ids(9, 0, Texts);
        var other = ToyClip.Ids(9, 5, Texts);

        Examples.Near(model.TextFeatures(ids), model.TextFeatures(other), 1e-6);
    }

    [Fact]
    public void An_end_that_is_not_the_highest_id_is_found_by_its_id()
    {
        using var scope = torch.NewDisposeScope();
        using var highest = ToyClip.Create();
        using var given = ToyClip.Create(ToyClip.Options with { Text = ToyClip.Options.Text with { End = ToyClip.End - 1 } });
        var ids = torch.tensor([2L, ToyClip.End, 7, ToyClip.End - 1, 4, 4], [1, 6]); // an added token stands within the text
        var mask = ids.ne(4);
        var states = given.text.States(ids, null);

        Examples.Near(given.textProjection.Forward(states[0, 3]), given.TextFeatures(ids)[0], 1e-6);
        Examples.Near(given.textProjection.Forward(given.text.Pool(states, ids))[0], given.TextFeatures(ids, mask)[0], 1e-6);
        Examples.Near(highest.textProjection.Forward(highest.text.States(ids, null)[0, 1]), highest.TextFeatures(ids)[0], 1e-6);
    }

    [Fact]
    public void A_masked_token_before_the_end_is_not_seen()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var mask = torch.tensor([true, true, false, true, true, true], [1, 6]);

        var one = model.TextFeatures(ToyClip.Ids(6, 0, [2, 7, 11, 30, 4]), mask);
        var other = model.TextFeatures(ToyClip.Ids(6, 0, [2, 7, 22, 30, 4]), mask);

        Examples.Near(one, other, 1e-6);
        Assert.NotEqual(one.data<float>().ToArray(), model.TextFeatures(ToyClip.Ids(6, 0, [2, 7, 11, 30, 4])).data<float>().ToArray());
    }

    [Fact]
    public void Padding_before_a_text_leaves_numbers()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var ids = torch.tensor([0L, 0, 2, 7, ToyClip.End], [1, 5]);
        var features = model.TextFeatures(ids, ids.ne(0));
        features.sum().backward();

        Assert.True(features.isfinite().all().ToBoolean());
        Assert.All(model.text.parameters(), p => Assert.True(p.grad!.isfinite().all().ToBoolean()));
    }

    [Fact]
    public void Features_are_those_of_all_states()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var ids = ToyClip.Ids(9, 0, Texts);
        var pixels = ToyClip.Pixels(3);

        Examples.Near(model.textProjection.Forward(model.text.Pool(model.text.States(ids, null), ids)), model.TextFeatures(ids), 1e-6);
        Examples.Near(model.pictureProjection.Forward(model.picture.Pool(model.picture.States(pixels))), model.PictureFeatures(pixels), 1e-6);
    }

    [Fact]
    public void A_patch_is_a_position_row_by_row()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        var pixels = ToyClip.Pixels(1);
        var changed = pixels.clone();
        changed[0, 1, 17, 9] = torch.tensor(5f); // row 2, column 1 of three by three patches
        List<torch.Tensor> one = [], other = [];
        model.picture.States(pixels, one.Add);
        model.picture.States(changed, other.Add);

        long[] differing = [.. (one[0] - other[0]).abs().sum(-1).flatten().nonzero().data<long>()];

        Assert.Equal([1 + (2 * 3) + 1L], differing);
    }

    [Fact]
    public void Every_parameter_gets_the_gradient_that_differences_give()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        model.to(torch.float64);
        var ids = ToyClip.Ids(8, 0, Texts);
        var pixels = ToyClip.Pixels(3).to(torch.float64);
        Loss().backward();
        const double Step = 1e-6;
        var random = new SeededRandom(3);
        foreach (var (name, parameter) in model.named_parameters())
        {
            using var _ = torch.no_grad();
            var flat = parameter.view(-1);
            var direction = torch.zeros_like(flat);
            for (int i = 0; i < 5; i++)
            {
                direction[random.Next((int)flat.numel())] = torch.tensor(1.0, torch.float64);
            }

            flat.add_(direction * Step);
            double above = Loss().ToDouble();
            flat.sub_(direction * (2 * Step));
            double below = Loss().ToDouble();
            flat.add_(direction * Step);
            double expected = (above - below) / (2 * Step), actual = (parameter.grad!.view(-1) * direction).sum().ToDouble();
            Assert.True(Math.Abs(expected - actual) <= 1e-7 + (1e-5 * Math.Abs(expected)), $"{name}: {actual} for {expected}");
        }

        torch.Tensor Loss()
        {
            var text = torch.nn.functional.normalize(model.TextFeatures(ids), dim: 1);
            var picture = torch.nn.functional.normalize(model.PictureFeatures(pixels), dim: 1);
            return torch.nn.functional.cross_entropy(text.matmul(picture.t()) * model.Scale(), torch.arange(3));
        }
    }

    [Fact]
    public void One_batch_is_learned_with_flat_parameters()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 3e-3 }, parameters);
        var ids = ToyClip.Ids(8, 0, Texts);
        var pixels = ToyClip.Pixels(3);
        double last = double.PositiveInfinity;
        for (int step = 0; step < 60; step++)
        {
            using var inner = torch.NewDisposeScope();
            parameters.ZeroGradient();
            var text = torch.nn.functional.normalize(model.TextFeatures(ids), dim: 1);
            var picture = torch.nn.functional.normalize(model.PictureFeatures(pixels), dim: 1);
            var loss = torch.nn.functional.cross_entropy(text.matmul(picture.t()) * model.Scale(), torch.arange(3));
            loss.backward();
            optimizer.Step(3e-3);
            last = loss.ToDouble();
        }

        Assert.Equal(model.parameters().Sum(p => p.numel()), parameters.Count);
        Assert.True(last < 0.01, $"loss {last}");
        Assert.NotEqual(2.6592, model.logitScale.ToDouble(), 3);
    }

    [Fact]
    public void New_weights_have_the_deviations_of_the_reference_and_follow_the_seed()
    {
        using var scope = torch.NewDisposeScope();
        var options = ToyClip.Options with
        {
            Picture = ToyClip.Options.Picture with { Hidden = 192, FeedForward = 384, Layers = 4 },
            InitialFactor = 0.5,
        };
        using var model = PretrainedClip.New(options, 2000, seed: 4);
        using var again = PretrainedClip.New(options, 2000, seed: 4);
        using var other = PretrainedClip.New(options, 2000, seed: 5);
        var layer = model.picture.body.layers[1];

        Deviation(0.5 / Math.Sqrt(192), layer.queryKeyValue.weight);
        Deviation(0.5 / Math.Sqrt(192 * 8), layer.output.weight);
        Deviation(0.5 / Math.Sqrt(2 * 192), layer.inner.weight);
        Deviation(0.5 / Math.Sqrt(192 * 8), layer.outer.weight);
        Deviation(0.5 * 0.02, model.picture.patches!);
        Deviation(0.5 * 0.02, model.text.tokens.weight);
        Deviation(0.5 / Math.Sqrt(32), model.textProjection.weight);
        Assert.Equal(14.2857, model.Scale().ToDouble(), 1e-3);
        Assert.Equal(0, layer.queryKeyValue.bias!.abs().sum().ToDouble());
        Assert.Equal(model.text.tokens.weight.data<float>().ToArray(), again.text.tokens.weight.data<float>().ToArray());
        Assert.NotEqual(model.text.tokens.weight.data<float>().ToArray(), other.text.tokens.weight.data<float>().ToArray());

        static void Deviation(double expected, torch.Tensor weight) => Assert.InRange(weight.std().ToDouble() / expected, 0.9, 1.1);
    }

    [Fact]
    public void Inputs_of_another_shape_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();

        Assert.Throws<ArgumentException>(() => model.PictureFeatures(torch.zeros(1, 3, 16, 16)));
        Assert.Throws<ArgumentException>(() => model.TextFeatures(torch.arange(13).unsqueeze(0)));
    }

    [Fact]
    public void Every_problem_of_the_options_is_named_with_its_path()
    {
        var options = ToyClip.Options with
        {
            Picture = ToyClip.Options.Picture with { Heads = 5, Patch = 7 },
            Text = ToyClip.Options.Text with { Layers = 0, Positions = 1, AttentionDropout = 1 },
            Projection = 0,
            InitialLogitScale = double.NaN,
        };

        string[] paths = [.. options.Problems().Select(problem => problem.Split(':')[0])];

        Assert.Equal(["model.picture.heads", "model.picture.patch", "model.text.layers", "model.text.attentionDropout", "model.text.positions", "model.projection", "model.initialLogitScale"], paths);
        Assert.Throws<ArgumentException>(() => new ClipModel(options, 40));
        Assert.Empty(ClipOptions.BasePatch32.Problems());
    }

    [Fact]
    public void Quick_gelu_is_x_times_a_sigmoid()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.linspace(-6, 6, 101);
        Examples.Near(x / ((-1.702 * x).exp() + 1), Activation.QuickGelu.Of(x), 1e-6);
    }
}
