using Sextant.Models;
using Sextant.Tests.Models;
using Sextant.Training;
using Sextant.Training.Optimizers;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Training.Optimizers;

public sealed class MuonTests
{
    /// <summary>Of the Frobenius norm: what five iterations bring near 1.</summary>
    private const double SmallestShare = 0.0015;

    [Theory]
    [InlineData(48, 48, 1)]
    [InlineData(48, 48, 30)]
    [InlineData(48, 48, 1000)]
    [InlineData(24, 96, 1)]
    [InlineData(24, 96, 30)]
    [InlineData(24, 96, 1000)]
    [InlineData(96, 24, 1)]
    [InlineData(96, 24, 30)]
    [InlineData(96, 24, 1000)]
    [InlineData(1, 32, 1)]
    [InlineData(128, 64, 100_000)]
    public void Singular_values_become_those_of_the_quintic_and_lie_between_0_68_and_1_21_unless_they_were_tiny(int rows, int columns, double condition)
    {
        using var scope = NewDisposeScope();
        var (matrix, shares) = Conditioned(rows, columns, condition);

        var orthogonal = NewtonSchulz.Orthogonal((3e-4 * matrix).to(float32).unsqueeze(0))[0];

        var (u, _, vh) = linalg.svd(matrix, false);
        double[] values = [.. shares.Select(Quintic)];
        var expected = u.matmul(tensor(values).diag()).matmul(vh);
        Assert.Equal([rows, columns], orthogonal.shape);
        Assert.InRange((orthogonal.to(float64) - expected).abs().max().item<double>(), 0, 2e-4);
        double[] after = linalg.svdvals(orthogonal.to(float64)).data<double>().ToArray();
        Assert.InRange(after.Max(), 0, 1.21);
        Assert.InRange(after.Count(value => value >= 0.68), shares.Count(share => share >= 1.01 * SmallestShare), rows * columns);
        Assert.All(shares.Zip(values).Where(v => v.First < SmallestShare), v => Assert.InRange(v.Second / v.First, 450, 485));
    }

    [Fact]
    public void A_singular_value_of_at_least_0_0015_of_the_norm_ends_between_0_68_and_1_21_and_one_of_0_01_below_1_14()
    {
        double[] shares = [.. Enumerable.Range(0, 100_001).Select(i => Math.Pow(SmallestShare, i / 1e5))];
        double[] ends = [.. shares.Select(Quintic)];

        Assert.InRange(ends.Min(), 0.679, 0.681);
        Assert.InRange(ends.Max(), 1.20, 1.21);
        Assert.InRange(ends.Zip(shares).Where(end => end.Second >= 0.01).Max(end => end.First), 1.13, 1.14);
    }

    [Fact]
    public void Twenty_steps_equal_those_of_a_plain_reference_in_double_precision()
    {
        using var scope = NewDisposeScope();
        var options = new OptimizerOptions.Muon { LearningRate = 0.02, WeightDecay = 0.1 };
        using LooseMatrices ours = new(options, vector: true, (6, 6), (4, 9), (9, 4), (6, 6));
        Tensor[] weights = [.. Enumerable.Range(0, 4).Select(i => ours.Value(i).to(float64))];
        Tensor[] momenta = [.. weights.Select(w => zeros_like(w))];

        for (int step = 1; step <= 20; step++)
        {
            ours.Draw();
            ours.Optimizer.Step(0.02);
            for (int i = 0; i < weights.Length; i++)
            {
                var gradient = ours.Gradient(i).to(float64);
                momenta[i] = (0.95 * momenta[i]) + gradient;
                var x = gradient + (0.95 * momenta[i]);
                x /= x.square().sum().sqrt();
                for (int k = 0; k < 5; k++)
                {
                    var a = x.matmul(x.t());
                    x = (3.4445 * x) + ((-4.7750 * a) + (2.0315 * a.matmul(a))).matmul(x);
                }

                weights[i] = ((1 - (0.02 * 0.1)) * weights[i]) - (0.02 * 0.2 * Math.Sqrt(Math.Max(x.shape[0], x.shape[1])) * x);
            }
        }

        Assert.All(weights.Select((w, i) => (w - ours.Value(i)).abs().max().item<double>()), error => Assert.InRange(error, 0, 2e-5));
    }

    [Fact]
    public void What_is_no_hidden_matrix_is_updated_as_AdamW_updates_it_to_the_bit()
    {
        foreach (string name in Examples.Options.Keys.Where(name => !name.Contains("maximal", StringComparison.Ordinal)))
        {
            var muon = Trained(name, new OptimizerOptions.Muon { LearningRate = 1e-2 });
            var adamW = Trained(name, new OptimizerOptions.AdamW { LearningRate = 1e-2 });

            foreach (var (slice, values) in muon)
            {
                Assert.True(values.SequenceEqual(adamW.First(other => other.Slice.Name == slice.Name).Values) == (slice.HiddenMatrices == 0), $"{name}: {slice.Name}");
            }
        }

        static List<(ParameterSlice Slice, float[] Values)> Trained(string name, OptimizerOptions options)
        {
            using var scope = NewDisposeScope();
            using var model = SequenceModels.Create(Examples.Options[name], Examples.Vocabulary, 1);
            using var parameters = new FlatParameters(model);
            using var optimizer = Optimizer.Create(options, parameters);
            for (int step = 0; step < 3; step++)
            {
                parameters.Gradient.copy_(parameters.Values.mul(0.1).add(0.3));
                optimizer.Step(1e-2);
            }

            return [.. parameters.Slices.Select(slice => (slice, slice.Of(parameters.Values).contiguous().data<float>().ToArray()))];
        }
    }

    [Theory]
    [InlineData("course decoder", "layers.0.self.weight 3, layers.0.feedForward.weight 1, layers.1.self.weight 3, layers.1.feedForward.weight 1")]
    [InlineData("modern decoder, sinusoidal, not tied", "layers.0.self.queryKeyValue.weight 3, layers.0.self.output.weight 1, layers.0.feedForward.gateUp.weight 2, layers.0.feedForward.down.weight 1, layers.1.self.queryKeyValue.weight 3, layers.1.self.output.weight 1, layers.1.feedForward.gateUp.weight 2, layers.1.feedForward.down.weight 1")]
    [InlineData("modern encoder-decoder, learned", "encoder.0.self.queryKeyValue.weight 3, encoder.0.self.output.weight 1, encoder.0.feedForward.gateUp.weight 2, encoder.0.feedForward.down.weight 1, decoder.0.self.queryKeyValue.weight 3, decoder.0.self.output.weight 1, decoder.0.cross.query.weight 1, decoder.0.cross.keyValue.weight 2, decoder.0.cross.output.weight 1, decoder.0.feedForward.gateUp.weight 2, decoder.0.feedForward.down.weight 1")]
    public void The_hidden_matrices_are_those_inside_the_layers_each_part_of_a_joined_product_by_itself(string name, string expected)
    {
        using var model = SequenceModels.Create(Examples.Options[name], Examples.Vocabulary, 1);
        using var parameters = new FlatParameters(model);

        Assert.Equal(
            expected.Split(", ").Order(StringComparer.Ordinal),
            parameters.Slices.Where(slice => slice.HiddenMatrices > 0).Select(slice => $"{slice.Name} {slice.HiddenMatrices}").Order(StringComparer.Ordinal));
        Assert.All(parameters.Slices.Where(slice => slice.HiddenMatrices > 0), slice =>
        {
            var parts = slice.Matrices();
            Assert.Equal(slice.HiddenMatrices, parts.Count);
            Assert.True(cat([.. parts.Select(part => part.Of(parameters.Values))], 0).equal(slice.Of(parameters.Values)).all().item<bool>());
        });
    }

    [Fact]
    public void The_root_mean_square_of_an_update_is_about_a_fifth_of_the_rate()
    {
        using LooseMatrices loose = new(new OptimizerOptions.Muon { LearningRate = 1, WeightDecay = 0 }, vector: false, (40, 40), (20, 80), (80, 20));
        Tensor[] before = [.. Enumerable.Range(0, 3).Select(i => loose.Value(i).clone())];
        loose.Draw();

        loose.Optimizer.Step(1);

        Assert.All(before.Select((b, i) => (loose.Value(i) - b).square().mean().sqrt().item<float>()), size => Assert.InRange(size, 0.15, 0.24));
    }

    [Fact]
    public void A_matrix_without_a_gradient_stays_as_it_is()
    {
        using LooseMatrices loose = new(new OptimizerOptions.Muon { LearningRate = 1, WeightDecay = 0 }, vector: false, (5, 8));
        var before = loose.Value(0).clone();

        loose.Optimizer.Step(1);

        Assert.True(loose.Value(0).equal(before).all().item<bool>());
    }

    [Fact]
    public void A_module_that_marks_no_hidden_matrix_is_refused()
    {
        using var parameters = new FlatParameters(nn.Linear(3, 4));

        Assert.Contains("hiddenMatrices", Assert.Throws<ArgumentException>(() => Optimizer.Create(new OptimizerOptions.Muon { LearningRate = 1 }, parameters)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new FlatParameters(nn.Linear(3, 4), _ => 3));
    }

    [Fact]
    public void Its_FLOPs_are_those_of_five_times_three_products()
    {
        using LooseMatrices loose = new(new OptimizerOptions.Muon { LearningRate = 1 }, vector: true, (4, 10), (10, 4), (3, 3));

        // [4, 10] x [10, 4], [4, 4] x [4, 4], [4, 4] x [4, 10]; the same turned; three of [3, 3] x [3, 3].
        Assert.Equal(5 * ((2 * (320 + 128 + 320)) + (3 * 54)), loose.Optimizer.FlopsPerStep);
    }

    private static double Quintic(double x)
    {
        for (int i = 0; i < 5; i++)
        {
            x = (3.4445 * x) - (4.7750 * Math.Pow(x, 3)) + (2.0315 * Math.Pow(x, 5));
        }

        return x;
    }

    /// <summary>A random matrix in double precision whose singular values fall evenly in their logarithms, and these as shares of the Frobenius norm.</summary>
    private static (Tensor Matrix, double[] Shares) Conditioned(int rows, int columns, double condition)
    {
        using var generator = new Generator(7, CPU);
        int rank = Math.Min(rows, columns);
        var left = linalg.qr(randn([rows, rank], float64, generator: generator)).Item1;
        var right = linalg.qr(randn([columns, rank], float64, generator: generator)).Item1;
        double[] values = [.. Enumerable.Range(0, rank).Select(i => Math.Pow(condition, -i / Math.Max(1.0, rank - 1)))];
        double norm = Math.Sqrt(values.Sum(value => value * value));
        return (left.matmul(tensor(values).diag()).matmul(right.t()), [.. values.Select(value => value / norm)]);
    }
}
