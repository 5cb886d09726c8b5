using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Sextant.Data.Pictures;
using Sextant.Matching;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using SkiaSharp;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>
/// A CLIP of ViT-B/32's size with random weights, two threads, without gradients: 32 pictures of 224 pixels and 32 texts of all 77 positions to features, against onnxruntime, all its optimisations on,
/// by the faster of two graphs (see <see cref="OnnxClip"/>), and against the way of training; then photographs, with decoding and resizing before encoding or beside it. See <see cref="Arms"/>.
/// </summary>
internal static class ClipSpeeds
{
    private const int Vocabulary = 49408;
    private const int Batch = 32;
    private const int Threads = 2;
    private const double Bar = 0.90;

    private const int Photographs = 2 * Batch;
    private const int Width = 640;
    private const int Height = 480;

    /// <summary>Whether the bar was met by both towers.</summary>
    public static bool Run(int rounds, TextWriter writer)
    {
        set_num_threads(Threads);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = PretrainedClip.New(ClipOptions.BasePatch32, Vocabulary, seed: 1);
        using var generator = new Generator(1, CPU);
        foreach (var parameter in model.parameters().Where(p => p.dim() == 1)) // offsets and norms that can be told from none
        {
            parameter.add_(randn(parameter.shape, generator: generator).mul(0.1f));
        }

        model.eval();
        var (picture, text) = (ClipOptions.BasePatch32.Picture, ClipOptions.BasePatch32.Text);
        var pixels = randn([Batch, picture.Channels, picture.Size, picture.Size], generator: generator);
        var ids = randint(1, Vocabulary - 1, [Batch, text.Positions], ScalarType.Int64, generator: generator);
        ids.select(1, text.Positions - 1).fill_(Vocabulary - 1);
        writer.WriteLine($"{Batch} pictures of {picture.Size} pixels, {Batch} texts of {text.Positions} tokens, {Threads} threads, {rounds} rounds; load before {Arms.Load()}");

        using var pixelValues = OrtValue.CreateTensorValueFromMemory(pixels.data<float>().ToArray(), pixels.shape);
        using var idValues = OrtValue.CreateTensorValueFromMemory(ids.data<long>().ToArray(), ids.shape);
        bool met = Compare(
            "pictures", "pixels", pixelValues, isJoined => OnnxClip.Pictures(model, Batch, isJoined), () => model.PictureFeatures(pixels), model.picture, model.PictureFlops(Batch), rounds, writer);
        met &= Compare(
            "texts", "ids", idValues, isJoined => OnnxClip.Texts(model, Batch, text.Positions, isJoined), () => model.TextFeatures(ids), model.text, model.TextFlops(Batch, text.Positions), rounds, writer);
        CompareGallery(model, rounds, writer);
        writer.WriteLine($"load after {Arms.Load()}");
        return met;
    }

    /// <summary>Photographs from JPEG files to features: decoding and resizing them before they are encoded, and while those before them are, as galleries do.</summary>
    private static void CompareGallery(ClipModel model, int rounds, TextWriter writer)
    {
        byte[][] files = [.. Enumerable.Range(0, Photographs).Select(Photograph)];
        var preparation = PicturePreparation.Reference;
        float[][] prepared = [.. files.Select(Prepared)];
        Arms.Compare(
            $"{Photographs} photographs of {Width} x {Height} pixels", model.PictureFlops(Photographs), rounds, Threads, writer,
            ("encoding alone", () => Encode(prepared)),
            ("decoding and resizing alone", () => Ahead().ToArray().AsSpan().Clear()),
            ("one after the other", () => Encode([.. files.Select(Prepared)])),
            ("overlapped", () => Encode(Ahead())));

        float[] Prepared(byte[] file)
        {
            float[] pixels = new float[3 * preparation.Size * preparation.Size];
            preparation.Apply(PictureDecoder.Decode(file, "photograph"), pixels);
            return pixels;
        }

        IEnumerable<float[]> Ahead() => OrderedWork.Run(files, Threads, (2 * Batch) + Threads, Prepared, CancellationToken.None);

        void Encode(IEnumerable<float[]> pictures)
        {
            foreach (float[][] batch in pictures.Chunk(Batch))
            {
                using var scope = NewDisposeScope();
                model.PictureFeatures(tensor([.. batch.SelectMany(p => p)], [batch.Length, 3, preparation.Size, preparation.Size]));
            }
        }
    }

    /// <summary>A JPEG of soft colours and grain, about as large as a camera's.</summary>
    private static byte[] Photograph(int number)
    {
        var random = new SeededRandom((ulong)number);
        using SKBitmap bitmap = new(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int grain = (int)random.Next(16);
                bitmap.SetPixel(x, y, new SKColor((byte)((x / 4) + grain), (byte)((y / 3) + grain), (byte)(((x + y + (number * 10)) / 8 % 200) + grain)));
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    private static bool Compare(
        string what, string input, OrtValue values, Func<bool, byte[]> graph, Func<Tensor> features, nn.Module tower, double flops, int rounds, TextWriter writer)
    {
        using var exported = Arms.Session(graph(false), Threads);
        using var joined = Arms.Session(graph(true), Threads);
        using RunOptions options = new();
        var inputs = new Dictionary<string, OrtValue> { [input] = values };
        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: features up to {features().abs().max().item<float>():G3}; largest differences of ours from onnxruntime {Apart(exported):G2}, joined {Apart(joined):G2}"));
        double[][] seconds = Arms.Compare(
            what, flops, rounds, Threads, writer,
            ("onnxruntime", () => exported.Run(options, inputs, exported.OutputNames).Dispose()),
            ("onnxruntime, joined", () => joined.Run(options, inputs, joined.OutputNames).Dispose()),
            ("Sextant", () => features()),
            ("Sextant, as in training", AsInTraining));
        double[] faster = Arms.Median(seconds[0]) < Arms.Median(seconds[1]) ? seconds[0] : seconds[1];
        var rates = Arms.Ratios(faster, seconds[2], t => t);
        double met = Arms.Median(rates);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: Sextant's rate is {met:F2} of onnxruntime's by its faster graph (rounds {rates.Min():F2} to {rates.Max():F2}; bar {Bar:F2})"));
        return met >= Bar;

        double Apart(InferenceSession session)
        {
            using var outputs = session.Run(options, inputs, session.OutputNames);
            return Arms.Apart(features(), outputs[0].GetTensorDataAsSpan<float>().ToArray());
        }

        void AsInTraining()
        {
            tower.train();
            features();
            tower.eval();
        }
    }
}
