using System.Numerics;
using System.Runtime.InteropServices;

namespace Sextant.Matching;

/// <summary>
/// Where the right partners of captions and of pictures stand, in both directions from one pass over the cosines: how many are above the best right one is counted, and nothing is sorted.
/// </summary>
internal static class PairedPlaces
{
    /// <summary>Cosines that are held at a time, few enough to stay in a processor's cache.</summary>
    private const int MostCosines = 1 << 20;

    /// <summary>Captions whose right pictures are looked at together.</summary>
    private const int Together = 64;

    /// <param name="captions">A row for each.</param>
    /// <param name="pictures">A row for each.</param>
    /// <param name="picturesOf">For each caption which pictures are right, one or more.</param>
    /// <param name="captionsOf">For each picture which captions are right; of one without any the place says nothing.</param>
    public static (Place[] ByCaption, Place[] ByPicture) Of(FeatureTable captions, FeatureTable pictures, IReadOnlyList<IReadOnlyList<int>> picturesOf, IReadOnlyList<IReadOnlyList<int>> captionsOf)
    {
        var (ofCaptions, ofPictures) = Best(captions, pictures, picturesOf);
        float[] best = [.. ofPictures.Select(right => right.Cosine)];
        int[] above = new int[pictures.Rows], same = new int[pictures.Rows];
        var byCaption = new Place[captions.Rows];
        int block = Math.Clamp(MostCosines / pictures.Rows, 1, captions.Rows);
        float[] cosines = new float[checked(block * pictures.Rows)];
        for (int first = 0; first < captions.Rows; first += block)
        {
            int rows = Math.Min(block, captions.Rows - first);
            captions.Products(pictures, first, rows, cosines);
            for (int caption = first; caption < first + rows; caption++)
            {
                var row = cosines.AsSpan((caption - first) * pictures.Rows, pictures.Rows);
                var (higher, equal) = Count(row, ofCaptions[caption].Cosine);
                byCaption[caption] = ofCaptions[caption].Place(higher, equal, picturesOf[caption].Count);
                Count(row, best, above, same);
            }
        }

        return (byCaption, [.. ofPictures.Select((right, picture) => right.Place(above[picture], same[picture], captionsOf[picture].Count))]);
    }

    /// <summary>The highest cosine of each with what is right for it, and how many of those have it. A cosine depends on its two rows alone, so that it is the same to the bit as among all others.</summary>
    private static (Right[] OfCaptions, Right[] OfPictures) Best(FeatureTable captions, FeatureTable pictures, IReadOnlyList<IReadOnlyList<int>> picturesOf)
    {
        Right[] ofCaptions = Enumerable.Repeat(Right.None, captions.Rows).ToArray(), ofPictures = Enumerable.Repeat(Right.None, pictures.Rows).ToArray();
        for (int first = 0; first < captions.Rows; first += Together)
        {
            int rows = Math.Min(Together, captions.Rows - first);
            int[] some = [.. Enumerable.Range(first, rows).SelectMany(caption => picturesOf[caption]).Distinct()];
            var columns = some.Index().ToDictionary(picture => picture.Item, picture => picture.Index);
            float[] cosines = captions.Products(pictures.Selected(some), first, rows);
            for (int caption = first; caption < first + rows; caption++)
            {
                foreach (int picture in picturesOf[caption])
                {
                    float cosine = cosines[((caption - first) * some.Length) + columns[picture]];
                    ofCaptions[caption] = ofCaptions[caption].With(cosine);
                    ofPictures[picture] = ofPictures[picture].With(cosine);
                }
            }
        }

        return (ofCaptions, ofPictures);
    }

    /// <summary>How many of a row are above a value, and how many equal it.</summary>
    private static (int Above, int Same) Count(ReadOnlySpan<float> row, float value)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        Vector<float> to = new(value);
        Vector<int> higher = Vector<int>.Zero, equal = Vector<int>.Zero;
        foreach (var cosines in vectors)
        {
            higher -= Vector.GreaterThan(cosines, to); // a comparison that holds is −1
            equal -= Vector.Equals(cosines, to);
        }

        int above = Vector.Sum(higher), same = Vector.Sum(equal);
        foreach (float cosine in row[(vectors.Length * Vector<float>.Count)..])
        {
            above += cosine > value ? 1 : 0;
            same += cosine == value ? 1 : 0;
        }

        return (above, same);
    }

    /// <summary>Counts a row into each of its columns, which have a value each.</summary>
    private static void Count(ReadOnlySpan<float> row, ReadOnlySpan<float> values, Span<int> above, Span<int> same)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        var to = MemoryMarshal.Cast<float, Vector<float>>(values);
        Span<Vector<int>> higher = MemoryMarshal.Cast<int, Vector<int>>(above), equal = MemoryMarshal.Cast<int, Vector<int>>(same);
        for (int i = 0; i < vectors.Length; i++)
        {
            higher[i] -= Vector.GreaterThan(vectors[i], to[i]);
            equal[i] -= Vector.Equals(vectors[i], to[i]);
        }

        for (int i = vectors.Length * Vector<float>.Count; i < row.Length; i++)
        {
            above[i] += row[i] > values[i] ? 1 : 0;
            same[i] += row[i] == values[i] ? 1 : 0;
        }
    }

    /// <summary>The best of what is right.</summary>
    /// <param name="Cosine">The highest.</param>
    /// <param name="Count">How many have it.</param>
    private readonly record struct Right(float Cosine, int Count)
    {
        public static readonly Right None = new(float.NegativeInfinity, 0);

        public Right With(float cosine) => cosine > Cosine ? new(cosine, 1) : cosine == Cosine ? this with { Count = Count + 1 } : this;

        public Place Place(int above, int same, int all) => new(above, same - Count, Count, all);
    }
}
