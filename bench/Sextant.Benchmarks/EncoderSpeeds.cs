using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Sextant.Data;
using Sextant.Models.Encoders;
using Sextant.Training;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// An encoder of BERT's base size with random weights on 32 texts of 32 tokens, two threads: without gradients against onnxruntime, all its optimisations on, and against plain modules; a step
/// of fine-tuning against plain modules. The arms take turns within a round, so that a busy machine slows all of them; figures are medians over rounds, by the clock and by the processor's
/// time. The peak is the best of libtorch's and our own products of 2048 x 2048 in the same rounds, in operations a second of a processor's time.
/// </summary>
internal static class EncoderSpeeds
{
    private const int Vocabulary = 30522;
    private const int Texts = 32;
    private const int Length = 32;
    private const int Threads = 2;
    private const double Bar = 0.90;

    private static readonly EncoderOptions.Bert Base = new() { Hidden = 768, Layers = 12, Heads = 12, FeedForward = 3072 };

    /// <summary>Whether the bar was met, where it was measured.</summary>
    /// <param name="rounds">Of inference; a third of them of steps.</param>
    /// <param name="only">"inference" or "steps"; null for both.</param>
    /// <param name="writer">Of the table.</param>
    public static bool Run(int rounds, string? only, TextWriter writer)
    {
        set_num_threads(Threads);
        random.manual_seed(1);
        using var generator = new Generator(1, CPU);
        using var model = new EncoderClassifier(Base, Vocabulary, 2);
        model.Initialise(generator);
        using var plain = new PlainEncoder(Base, Vocabulary, 2);
        plain.Copy(model.body);
        using var ids = randint(1, Vocabulary, [Texts, Length], dtype: ScalarType.Int64, generator: generator);
        using var classes = randint(0, 2, [Texts], dtype: ScalarType.Int64, generator: generator);
        using Batch batch = new(null, null, ids, null, classes, new BatchShape(Texts, 0, Length, Texts, Texts * Length));
        writer.WriteLine($"{Texts} texts of {Length} tokens, {Threads} threads, {rounds} rounds; load before {Arms.Load()}");
        bool met = only == "steps" || CompareInference(model, plain, batch, rounds, writer);
        if (only != "inference")
        {
            CompareSteps(model, plain, batch, Math.Max(1, rounds / 3), writer);
        }

        writer.WriteLine($"load after {Arms.Load()}");
        return met;
    }

    private static bool CompareInference(EncoderClassifier model, PlainEncoder plain, Batch batch, int rounds, TextWriter writer)
    {
        using var noGradient = no_grad();
        model.eval();
        plain.eval();
        using var session = Arms.Session(OnnxEncoder.Write(model, Length), Threads);
        using var ids = OrtValue.CreateTensorValueFromMemory(batch.Input.data<long>().ToArray(), [Texts, Length]);
        using var mask = OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(1L, Texts * Length).ToArray(), [Texts, Length]);
        using RunOptions options = new();
        var inputs = new Dictionary<string, OrtValue> { ["ids"] = ids, ["mask"] = mask };

        float[] theirs;
        using (var outputs = session.Run(options, inputs, session.OutputNames))
        {
            theirs = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"largest differences: ours from onnxruntime {Arms.Apart(model.LastHiddenState(batch), theirs):G2}, plain from onnxruntime {Arms.Apart(plain.Hidden(batch.Input), theirs):G2}"));
        double width = Base.Hidden, flops = 2.0 * Base.Layers * Texts * Length * width * ((4 * width) + (2 * Base.FeedForward) + (2 * Length)); // projections, scores and weighted values
        double[][] seconds = Arms.Compare(
            "inference", flops, rounds, Threads, writer,
            ("onnxruntime", () => session.Run(options, inputs, session.OutputNames).Dispose()),
            ("Sextant", () => model.LastHiddenState(batch)),
            ("Sextant, as in training", () => model.LastHiddenState(batch, _ => { })),
            ("plain modules", () => plain.Hidden(batch.Input)));
        double met = Arms.Median(Arms.Ratios(seconds[0], seconds[1], t => t));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Sextant's rate is {met:F2} of onnxruntime's (bar {Bar:F2})"));
        return met >= Bar;
    }

    private static void CompareSteps(EncoderClassifier model, PlainEncoder plain, Batch batch, int rounds, TextWriter writer)
    {
        model.train();
        plain.train();
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 1e-5, WeightDecay = 0.01 }, parameters);
        using var adam = optim.AdamW(plain.parameters(), 1e-5, weight_decay: 0.01);
        Arms.Compare("a step of fine-tuning", 3 * model.ForwardFlops(batch.Shape), rounds, Threads, writer, ("plain modules", PlainStep), ("Sextant", OurStep));

        void PlainStep()
        {
            adam.zero_grad();
            nn.functional.cross_entropy(plain.call(batch.Input), batch.Expected).backward();
            nn.utils.clip_grad_norm_(plain.parameters(), 1);
            adam.step();
        }

        void OurStep()
        {
            parameters.ZeroGradient();
            nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();
            parameters.ClipNorm(1).Dispose();
            optimizer.Step(1e-5);
        }
    }
}
