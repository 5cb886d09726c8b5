using System.Globalization;
using Sextant.Data;
using Sextant.Models;
using Sextant.Training;
using Sextant.Training.Optimizers;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// What one update of each optimiser takes against AdamW's, and how much of a training step it is, on a modern decoder of two sizes; before that, a product with the Gauss-Newton matrix against
/// a gradient. All take turns within a round; times are the processor's, of one thread, medians over rounds. A turn is as many updates as a refresh of SOAP's comes after, so that each has one.
/// </summary>
internal static class OptimizerUpdates
{
    private const int Updates = 10;

    private static readonly (ModelOptions.ModernDecoder Model, int Examples)[] Sizes =
    [
        (new() { Hidden = 96, Layers = 3, Heads = 4, FeedForward = 176 }, 30),
        (new() { Hidden = 256, Layers = 4, Heads = 4, FeedForward = 688 }, 60),
    ];

    private static readonly (string Name, OptimizerOptions Options)[] Optimizers =
    [
        ("adamW", new OptimizerOptions.AdamW { LearningRate = 1e-3 }),
        ("sgd", new OptimizerOptions.Sgd { LearningRate = 1e-3 }),
        ("muon", new OptimizerOptions.Muon { LearningRate = 1e-3 }),
        ("soap", new OptimizerOptions.Soap { LearningRate = 1e-3 }),
        ("shampoo", new OptimizerOptions.Shampoo { LearningRate = 1e-3 }),
    ];

    public static void Run(int rounds, TextWriter writer)
    {
        set_num_threads(1);
        CompareProduct(rounds, writer);
        foreach (var (model, examples) in Sizes)
        {
            Compare(model, examples, rounds, writer);
        }
    }

    private static void Compare(ModelOptions.ModernDecoder options, int examples, int rounds, TextWriter writer)
    {
        using var model = SequenceModels.Create(options, DecoderBatch.Vocabulary, 1);
        using var parameters = new FlatParameters(model);
        using var batch = DecoderBatch.Of(examples, 7, 9);
        var optimizers = Optimizers.Select(o => Optimizer.Create(o.Options, parameters)).ToList();
        List<ParameterSlice> matrices = [.. parameters.Slices.Where(s => s.HiddenMatrices > 0).SelectMany(s => s.Matrices())];
        List<MatrixViews> together = [.. matrices.GroupBy(m => (m.Shape[0], m.Shape[1])).Select(group => new MatrixViews(parameters.Gradient, group))];
        List<MatrixViews> alone = [.. matrices.Select(matrix => new MatrixViews(parameters.Gradient, [matrix]))];
        Gradient(model, parameters, batch);

        List<(string Name, double Flops, Action Once)> turns =
        [
            ("gradient", 3 * model.ForwardFlops(batch.Shape), () => Gradient(model, parameters, batch)),
            .. Optimizers.Zip(optimizers).Select(o => (o.First.Name, o.Second.FlopsPerStep, (Action)(() => o.Second.Step(0)))),
            ("Newton-Schulz, shapes together", optimizers[2].FlopsPerStep, () => together.ForEach(Orthogonal)),
            ("Newton-Schulz, one by one", optimizers[2].FlopsPerStep, () => alone.ForEach(Orthogonal)),
        ];
        double[] times = Times(rounds, [.. turns.Select(turn => turn.Once)]);
        double step = times[0];
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"H {options.Hidden}, {options.Layers} layers, {parameters.Count:N0} parameters, {matrices.Count} hidden matrices; {batch.Shape.Tokens} tokens a step, whose gradient takes {step:F1} ms and {turns[0].Flops / 1e6:F0} MFLOP; {rounds} rounds of {Updates}"));
        writer.WriteLine($"{"",-32} {"ms",9} {"of AdamW's",11} {"of a step",10} {"MFLOP",9} {"of gradient's",14}");
        foreach (var ((name, flops, _), milliseconds) in turns.Zip(times).Skip(1))
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {milliseconds,9:F3} {milliseconds / times[1],11:F2} {milliseconds / (step + milliseconds),10:P1} {flops / 1e6,9:F1} {flops / turns[0].Flops,14:P1}"));
        }

        writer.WriteLine();
        optimizers.ForEach(optimizer => optimizer.Dispose());
        together.Concat(alone).ToList().ForEach(views => views.Dispose());
    }

    /// <summary>A plain network, as the fused attention of the models has no second derivative.</summary>
    private static void CompareProduct(int rounds, TextWriter writer)
    {
        const int Width = 128, Examples = 256;
        using var model = nn.Sequential(("in", nn.Linear(Width, Width)), ("act", nn.Tanh()), ("out", nn.Linear(Width, 10)));
        using Tensor x = randn(Examples, Width), classes = randint(0, 10, [Examples], dtype: ScalarType.Int64);
        Tensor[] parameters = [.. model.parameters()];
        using var direction = randn(parameters.Sum(p => p.numel()));
        GaussNewton ten = new(parameters) { MostIterations = 10, Tolerance = 0, Damping = 1 };
        double[] times = Times(rounds,
        [
            () => autograd.grad([Loss(model.call(x))], parameters),
            () => ten.Product(() => model.call(x), Loss, direction).Dispose(),
            () =>
            {
                ten.Damping = 1;
                ten.Step(() => model.call(x), Loss);
            },
        ]);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a network of {direction.shape[0]:N0} parameters, {Examples} examples: gradient {times[0]:F3} ms; one Gauss-Newton product {times[1] / times[0]:F1} gradients; a step of ten iterations {times[2] / times[0]:F1}"));

        Tensor Loss(Tensor z) => nn.functional.cross_entropy(z, classes);
    }

    private static void Orthogonal(MatrixViews views) => NewtonSchulz.Orthogonal(views.Stacked());

    private static void Gradient(SequenceModel model, FlatParameters parameters, Batch batch)
    {
        parameters.ZeroGradient();
        SequenceLoss.Mean(model, batch, 0).backward();
        parameters.ClipNorm(1).Dispose();
    }

    /// <summary>Milliseconds of each, once.</summary>
    private static double[] Times(int rounds, Action[] turns)
    {
        var times = turns.Select(_ => new List<double>()).ToList();
        for (int round = -1; round < rounds; round++)
        {
            for (int turn = 0; turn < turns.Length; turn++)
            {
                var start = Environment.CpuUsage.TotalTime;
                for (int i = 0; i < Updates; i++)
                {
                    using var scope = NewDisposeScope();
                    turns[turn]();
                }

                if (round >= 0) // the first compiles
                {
                    times[turn].Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds / Updates);
                }
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
