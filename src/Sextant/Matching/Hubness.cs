namespace Sextant.Matching;

/// <summary>
/// How high each picture of a gallery scores for any caption at all. Some pictures are near to every text ("hubs", Radovanović 2010) and come first for captions that do not fit them
/// any better than the rest; this says by how much.
/// </summary>
/// <param name="Captions">Over how many reference captions it was measured.</param>
/// <param name="Values">For each picture the mean of its z-scores over the reference captions, in deviations of a caption's cosines; their mean over pictures is 0.</param>
public sealed record Hubness(int Captions, IReadOnlyList<double> Values)
{
    /// <summary>From here on a picture is called a hub: it lies above the average picture by one deviation for the average caption.</summary>
    public const double Notable = 1;

    private static readonly string[] _colours = ["red", "orange", "yellow", "green", "blue", "white", "black", "brown"];

    private static readonly string[] _things = ["fish", "bird", "cat", "dog", "car", "boat", "house", "tree", "flower", "cup", "person", "mountain"];

    /// <summary>Captions of everyday things that hubness is measured with where a gallery has none of its own: each colour with each thing.</summary>
    public static IReadOnlyList<string> References { get; } = [.. _things.SelectMany(thing => _colours.Select(colour => $"{colour} {thing}"))];

    /// <param name="references">Features of the reference captions, one or more.</param>
    /// <param name="pictures">Of the gallery.</param>
    public static Hubness Of(FeatureTable references, FeatureTable pictures)
    {
        ArgumentOutOfRangeException.ThrowIfZero(references.Rows, nameof(references));
        float[] cosines = references.Products(pictures);
        double[] sums = new double[pictures.Rows];
        for (int i = 0; i < references.Rows; i++)
        {
            var row = cosines.AsSpan(i * pictures.Rows, pictures.Rows);
            var calibration = pictures.Rows > 0 ? Calibration.Of(row) : null;
            for (int j = 0; j < row.Length; j++)
            {
                sums[j] += calibration!.Z(row[j]);
            }
        }

        return new Hubness(references.Rows, [.. sums.Select(sum => sum / references.Rows)]);
    }
}
