using System.Globalization;
using Sextant.Data;
using Sextant.Experiments;
using Sextant.Models;
using Sextant.Tokenization;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Experiments;

/// <summary>What the coordinate check cannot tell: whether the best learning rate itself stays as the model gets wider. Short runs of one seed; some three minutes on one core.</summary>
public sealed class RateTransferTests
{
    private const int Steps = 64, Seeds = 1, BaseWidth = 16;

    private static readonly int[] Widths = [16, 32, 64, 128];

    /// <summary>log2 of the rates tried.</summary>
    private static readonly int[] Rates = [-9, -8, -7, -6, -5, -4];

    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void The_best_learning_rate_moves_less_with_width_under_maximal_update()
    {
        double standard = Shift(isMaximal: false), maximal = Shift(isMaximal: true);

        Assert.True(Math.Abs(maximal) < Math.Abs(standard) / 2, string.Create(CultureInfo.InvariantCulture, $"log2 of the best rate moves by {standard:0.00} a doubling in the standard parametrisation and by {maximal:0.00} under maximal update"));
    }

    /// <summary>How far log2 of the best rate moves with a doubling of the width: the slope of a line through all widths.</summary>
    private static double Shift(bool isMaximal)
    {
        using var corpus = PairCorpus.Create(Corpora.BuiltIn(new DataOptions.PigLatin()), new SplitOptions.BySeed(), TokenizerSource.Of(new TokenizerOptions.Course()));
        var best = new List<double>();
        foreach (int width in Widths)
        {
            double[] losses = [.. Rates.Select(rate => Enumerable.Range(1, Seeds).Average(seed => Loss(corpus, width, Math.Pow(2, rate), (ulong)seed, isMaximal)))];
            best.Add(Vertex(losses));
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(isMaximal ? "maximal update" : "standard"),-14} H {width,3}: best rate 2^{best[^1]:0.00}; losses {string.Join(' ', losses.Select(loss => loss.ToString("0.000", CultureInfo.InvariantCulture)))}"));
        }

        double[] x = [.. Widths.Select(width => Math.Log2(width))];
        double slope = x.Zip(best, (a, b) => (a - x.Average()) * b).Sum() / x.Sum(a => Math.Pow(a - x.Average(), 2));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{slope:0.00} a doubling"));
        return slope;
    }

    /// <summary>Where the parabola through the lowest loss and its two neighbours is lowest.</summary>
    private static double Vertex(double[] losses)
    {
        int lowest = Math.Clamp(Array.IndexOf(losses, losses.Min()), 1, losses.Length - 2);
        double before = losses[lowest - 1], at = losses[lowest], after = losses[lowest + 1];
        return Rates[lowest] + Math.Clamp((before - after) / (2 * (before - (2 * at) + after)), -1, 1);
    }

    /// <summary>Validation loss a token after a short run; 10 where it diverges.</summary>
    private static double Loss(PairCorpus corpus, int width, double rate, ulong seed, bool isMaximal)
    {
        using var scope = torch.NewDisposeScope();
        var options = new ModelOptions.ModernDecoder
        {
            Hidden = width,
            Layers = 2,
            Heads = 4,
            FeedForward = 2 * width,
            MaximalUpdateFrom = isMaximal ? new BaseShape { Hidden = BaseWidth, Heads = 4, FeedForward = 2 * BaseWidth } : null,
        };
        var training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.Adam { LearningRate = rate },
            Schedule = new ScheduleOptions.WarmupCosine { Warmup = 0.1 },
            Batch = new BatchOptions.Examples { Size = 32 },
            Horizon = new Horizon.Steps { Count = Steps },
            Evaluate = new EvaluationInterval.Steps { Count = int.MaxValue },
            ClipNorm = 1,
        };
        using var model = SequenceModels.Create(options, corpus.Tokenizer.VocabularySize, seed);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(training.Optimizer, parameters);
        using var batches = corpus.TrainingBatches(training.Batch, options.Layout, seed, torch.CPU);
        using var validation = corpus.ValidationBatches(256, options.Layout, torch.CPU);
        double loss = 10;
        var loop = new TrainingLoop
        {
            Options = training,
            Seed = seed,
            Parameters = parameters,
            Optimizer = optimizer,
            Batches = batches,
            Loss = batch => SequenceLoss.Mean(model, batch, 0),
            Evaluate = () => SequenceLoss.Validate(model, validation),
            Flops = _ => 0,
            Journal = new TrainingJournal((evaluation, _) => loss = evaluation.ValidationLossPerToken, _ => { }, _ => { }),
        };
        try
        {
            loop.Run(new TrainingState(), CancellationToken.None);
        }
        catch (TrainingDiverged)
        {
            return 10;
        }

        return loss;
    }
}
