using Sextant.Data.Pictures;
using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>
/// Prepared pixels of pictures. What each picture is cut from is made once, on all cores, and kept as bytes where all of them take no more than a limit; else it is read or drawn again for every batch.
/// </summary>
internal sealed class PicturePixels : PictureRows
{
    /// <summary>Bytes that kept pictures may take.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>Of a picture whose parts are trained on, the shorter side is kept so much larger than the model's.</summary>
    private const double Margin = 1.25;

    private readonly PicturePreparation preparation;
    private readonly PictureCropping? cropping;
    private readonly ulong seed;
    private readonly Func<int, RgbPicture> make;
    private readonly IReadOnlyList<int> numbers;
    private readonly RgbPicture[]? kept;

    private PicturePixels(Func<int, RgbPicture> make, IReadOnlyList<int> numbers, RgbPicture[]? kept, PicturePreparation preparation, PictureCropping? cropping, ulong seed) =>
        (this.make, this.numbers, this.kept, this.preparation, this.cropping, this.seed) = (make, numbers, kept, preparation, cropping, seed);

    /// <summary>Their numbers, in their order: those that cannot be used are left out.</summary>
    public IReadOnlyList<int> Numbers => numbers;

    public override long Bytes => sizeof(float) * 3L * preparation.Size * preparation.Size;

    /// <summary>Whether the pictures are held in memory.</summary>
    public bool IsKept => kept is not null;

    /// <summary>Makes every picture once.</summary>
    /// <param name="all">Numbers of pictures.</param>
    /// <param name="make">Reads or draws the one of a number; several at once. One that throws <see cref="UserError"/> is left out.</param>
    /// <param name="preparation">Of the model.</param>
    /// <param name="cropping">What of a picture is trained on; null for the middle of it.</param>
    /// <param name="seed">Decides the cropping.</param>
    /// <param name="leftOut">Told of each that is left out, in their order.</param>
    /// <param name="stop">Asked for by the user.</param>
    /// <param name="mostBytes">See <see cref="MostBytes"/>.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static PicturePixels Of(
        IReadOnlyList<int> all, Func<int, RgbPicture> make, PicturePreparation preparation, PictureCropping? cropping, ulong seed, Action<string> leftOut, CancellationToken stop, long mostBytes = MostBytes)
    {
        var pictures = new RgbPicture?[all.Count];
        string?[] reasons = new string?[all.Count];
        long bytes = 0;
        Parallel.For(0, all.Count, new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                var reduced = Reduced(make(all[i]), preparation, cropping);
                pictures[i] = Interlocked.Add(ref bytes, reduced.Rgb.Length) <= mostBytes ? reduced : null;
            }
            catch (UserError error)
            {
                reasons[i] = error.Message;
            }
        });
        foreach (string reason in reasons.OfType<string>())
        {
            leftOut(reason);
        }

        int[] usable = [.. Enumerable.Range(0, all.Count).Where(i => reasons[i] is null)];
        return new PicturePixels(make, [.. usable.Select(i => all[i])], bytes <= mostBytes ? [.. usable.Select(i => pictures[i]!)] : null, preparation, cropping, seed);
    }

    public override torch.Tensor Get(int epoch, ReadOnlySpan<int> pictures, torch.Device device)
    {
        int[] wanted = pictures.ToArray();
        int cells = 3 * preparation.Size * preparation.Size;
        float[] pixels = new float[wanted.Length * cells];
        void Put(int row)
        {
            var picture = kept?[wanted[row]] ?? Reduced(make(numbers[wanted[row]]), preparation, cropping);
            if (cropping is not null)
            {
                picture = cropping.Apply(picture, preparation.Size, new SeededRandom(seed, (ulong)epoch, (ulong)numbers[wanted[row]]));
            }

            preparation.Apply(picture, pixels.AsSpan(row * cells, cells));
        }

        try
        {
            Parallel.For(0, wanted.Length, Put);
        }
        catch (AggregateException several) when (several.InnerExceptions.OfType<UserError>().FirstOrDefault() is { } first)
        {
            throw new UserError($"{first.Message} It could be used before; put it back as it was, and the same command goes on.", first);
        }

        return torch.tensor(pixels, [wanted.Length, 3, preparation.Size, preparation.Size], device: device).DetachFromDisposeScope();
    }

    /// <summary>As little of a picture as its pixels are made of: the square of the model, or where parts of it are trained on the whole of it, no larger than parts need.</summary>
    private static RgbPicture Reduced(RgbPicture picture, PicturePreparation preparation, PictureCropping? cropping)
    {
        if (cropping is null)
        {
            if (picture.Width == preparation.Size && picture.Height == preparation.Size)
            {
                return picture;
            }

            byte[] square = new byte[3 * preparation.Size * preparation.Size];
            PictureResize.Window(picture, preparation.Window(picture.Width, picture.Height), square);
            return new RgbPicture(preparation.Size, preparation.Size, square);
        }

        double factor = Margin * preparation.Size / Math.Min(picture.Width, picture.Height);
        return factor >= 1 ? picture : PictureResize.Bicubic(picture, Math.Max(1, (int)Math.Round(factor * picture.Width)), Math.Max(1, (int)Math.Round(factor * picture.Height)));
    }
}
