using Sextant.Training;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Training;

public class OptimizerTests
{
    private static readonly IReadOnlyDictionary<string, OptimizerOptions> Options = new Dictionary<string, OptimizerOptions>
    {
        ["adam"] = new OptimizerOptions.Adam { LearningRate = 1e-2 },
        ["adam, other constants"] = new OptimizerOptions.Adam { LearningRate = 1e-2, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-4 },
        ["adamW"] = new OptimizerOptions.AdamW { LearningRate = 1e-2, WeightDecay = 0.1 },
        ["sgd"] = new OptimizerOptions.Sgd { LearningRate = 1e-2 },
    };

    public static TheoryData<string> All => [.. Options.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void Two_hundred_steps_equal_those_of_libtorch(string name)
    {
        var (ours, theirs) = (Module(1), Module(1));
        using var parameters = new FlatParameters(ours);
        using var optimizer = Optimizer.Create(Options[name], parameters);
        var reference = Reference(Options[name], theirs);
        var (x, y) = Data();
        for (int i = 0; i < 200; i++)
        {
            using var scope = NewDisposeScope();
            double rate = 1e-2 * (1 + (0.5 * Math.Sin(i)));
            parameters.ZeroGradient();
            ours.call(x).sub(y).square().mean().backward();
            optimizer.Step(rate);
            foreach (var (a, b) in ours.parameters().Zip(theirs.parameters()))
            {
                b.grad = a.grad!.clone(); // the same gradient, or rounding alone would part the two paths
            }

            foreach (var group in reference.ParamGroups)
            {
                group.LearningRate = rate;
            }

            reference.step();
        }

        foreach (var ((key, a), (_, b)) in ours.named_parameters().Zip(theirs.named_parameters()))
        {
            Assert.True((a - b).abs().max().item<float>() < 1e-6, $"{key} differs by {(a - b).abs().max().item<float>()}");
        }
    }

    [Fact]
    public void Parameters_and_gradients_are_views_of_two_aligned_buffers()
    {
        var module = Module(1);
        var before = module.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
        using var parameters = new FlatParameters(module);
        Assert.All(parameters.Slices, slice => Assert.Equal(0, slice.Start % 16));
        Assert.Equal(module.parameters().Sum(p => p.numel()), parameters.Count);
        var (x, y) = Data();
        module.call(x).sub(y).square().mean().backward();
        foreach (var (slice, (name, parameter)) in parameters.Slices.Zip(module.named_parameters()))
        {
            Assert.Equal(name, slice.Name);
            Assert.True(parameter.is_leaf && parameter.requires_grad);
            Assert.True(slice.Of(parameters.Values).equal(before[name]).all().item<bool>());
            Assert.True(slice.Of(parameters.Gradient).abs().max().item<float>() > 0);
            Assert.True(slice.Of(parameters.Gradient).equal(parameter.grad!).all().item<bool>());
        }

        using (no_grad())
        {
            parameters.Values.fill_(0.5);
        }

        Assert.All(module.parameters(), p => Assert.Equal(0.5f, p.max().item<float>()));
        parameters.ZeroGradient();
        Assert.All(module.parameters(), p => Assert.Equal(0, p.grad!.abs().max().item<float>()));
    }

    [Fact]
    public void Decay_touches_matrices_other_than_embeddings()
    {
        using var model = Sextant.Models.SequenceModels.Create(Sextant.Tests.Models.Examples.Options["modern decoder, learned"], 30, 1);
        using var parameters = new FlatParameters(model);
        Assert.Equal(
            parameters.Slices.Where(s => s.Shape.Count == 2 && s.Name is not ("tokens.weight" or "positions.weight")),
            parameters.Slices.Where(s => s.Decays));
        Assert.Contains(parameters.Slices, s => s.Decays);
    }

    [Fact]
    public void Clipping_scales_the_whole_gradient_to_the_norm()
    {
        var module = Module(1);
        using var parameters = new FlatParameters(module);
        parameters.Gradient.fill_(0);
        parameters.Slices[0].Of(parameters.Gradient).fill_(2);
        double norm = 2 * Math.Sqrt(parameters.Slices[0].Length);
        Assert.Equal(norm, parameters.ClipNorm(100).item<float>(), 1e-4);
        Assert.Equal(norm, parameters.Gradient.norm().item<float>(), 1e-4);
        parameters.ClipNorm(0.5);
        Assert.Equal(0.5, parameters.Gradient.norm().item<float>(), 1e-5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Restored_state_goes_on_bit_for_bit(string name)
    {
        float[] expected = Run(interrupted: false);
        Assert.Equal(expected, Run(interrupted: true));

        float[] Run(bool interrupted)
        {
            var module = Module(1);
            var parameters = new FlatParameters(module);
            var optimizer = Optimizer.Create(Options[name], parameters);
            var (x, y) = Data();
            for (int i = 0; i < 10; i++)
            {
                if (interrupted && i == 5)
                {
                    var (weights, state, steps) = (module.state_dict(), optimizer.State, optimizer.Steps);
                    module = Module(2);
                    module.load_state_dict(weights);
                    parameters = new FlatParameters(module);
                    optimizer = Optimizer.Create(Options[name], parameters);
                    optimizer.Steps = steps;
                    foreach (var (key, value) in state)
                    {
                        optimizer.State[key].copy_(value);
                    }
                }

                parameters.ZeroGradient();
                module.call(x).sub(y).square().mean().backward();
                optimizer.Step(1e-2);
            }

            return parameters.Values.data<float>().ToArray();
        }
    }

    [Fact]
    public void The_average_follows_the_weights_and_swaps_places_with_them()
    {
        var module = Module(1);
        using var parameters = new FlatParameters(module);
        using var average = new WeightAverage(parameters, 0.9);
        using var _ = no_grad();
        parameters.Values.fill_(1);
        average.Values.fill_(0);
        average.Update(1);
        Assert.Equal(1 - (2.0 / 11), average.Values.max().item<float>(), 1e-6);
        average.Values.fill_(0);
        average.Update(1_000_000);
        Assert.Equal(0.1, average.Values.max().item<float>(), 1e-6);
        average.Swap();
        Assert.Equal(0.1, module.parameters().First().max().item<float>(), 1e-6);
        Assert.Equal(1, average.Values.max().item<float>());
    }

    private static nn.Module<Tensor, Tensor> Module(long seed)
    {
        manual_seed(seed);
        return nn.Sequential(("in", nn.Linear(5, 7)), ("act", nn.Tanh()), ("out", nn.Linear(7, 3)));
    }

    private static (Tensor X, Tensor Y) Data()
    {
        manual_seed(3);
        return (randn(20, 5), randn(20, 3));
    }

    private static optim.Optimizer Reference(OptimizerOptions options, nn.Module module) => options switch
    {
        OptimizerOptions.AdamW o => optim.AdamW(new TorchSharp.Modules.AdamW.ParamGroup[]
            {
                new(module.named_parameters().Where(p => p.name.EndsWith("weight", StringComparison.Ordinal)).Select(p => p.parameter), weight_decay: o.WeightDecay),
                new(module.named_parameters().Where(p => p.name.EndsWith("bias", StringComparison.Ordinal)).Select(p => p.parameter), weight_decay: 0),
            }, o.LearningRate, o.Beta1, o.Beta2, o.Epsilon),
        OptimizerOptions.Adam o => optim.Adam(module.parameters(), o.LearningRate, o.Beta1, o.Beta2, o.Epsilon),
        OptimizerOptions.Sgd o => optim.SGD(module.parameters(), o.LearningRate, o.Momentum),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };
}
