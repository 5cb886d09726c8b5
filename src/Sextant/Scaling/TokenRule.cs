using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>How the tokens of an optimum follow from its parameters and FLOPs.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Course), "course")]
[JsonDerivedType(typeof(SixNd), "6nd")]
[JsonDerivedType(typeof(Measured), "measured")]
public abstract record TokenRule
{
    private TokenRule()
    {
    }

    /// <summary>The hidden size with that many parameters, and the tokens that these FLOPs pay for at it, as <see cref="CourseCounting"/> counts.</summary>
    public sealed record Course(double Layers, double Vocabulary = CourseCounting.Vocabulary, double Length = CourseCounting.Length) : TokenRule
    {
        internal override double? Tokens(double flops, double parameters, IReadOnlyList<(double LogParameters, double LogTokens)> seen) =>
            CourseCounting.Hidden(parameters, Layers, Vocabulary) is double hidden
                ? flops / CourseCounting.ExampleFlops(hidden, Layers, Vocabulary, Length) * Length
                : null;
    }

    /// <summary>D = C / 6N.</summary>
    public sealed record SixNd : TokenRule
    {
        internal override double? Tokens(double flops, double parameters, IReadOnlyList<(double LogParameters, double LogTokens)> seen) => flops / 6 / parameters;
    }

    /// <summary>Between the tokens that the trained sizes had seen at these FLOPs, straight in logarithms; the nearest pair's line beyond them.</summary>
    public sealed record Measured : TokenRule
    {
        internal override double? Tokens(double flops, double parameters, IReadOnlyList<(double LogParameters, double LogTokens)> seen)
        {
            var sizes = seen.Where(pair => double.IsFinite(pair.LogTokens)).GroupBy(pair => pair.LogParameters).Select(size => (X: size.Key, Y: size.Average(pair => pair.LogTokens))).OrderBy(size => size.X).ToList();
            if (sizes.Count < 2)
            {
                return null;
            }

            double x = Math.Log10(parameters);
            int right = Math.Clamp(sizes.FindIndex(size => size.X >= x) is int found and >= 0 ? found : sizes.Count - 1, 1, sizes.Count - 1);
            var (from, to) = (sizes[right - 1], sizes[right]);
            return Math.Pow(10, from.Y + ((to.Y - from.Y) * (x - from.X) / (to.X - from.X)));
        }
    }

    /// <summary>The rule of a counting convention: the course's where all curves have the same known number of layers, C / 6N for 6nd, what was measured otherwise.</summary>
    public static TokenRule For(string? convention, IEnumerable<LossCurve> curves) => convention switch
    {
        "course" when curves.Select(curve => curve.Layers).Distinct().ToList() is [double layers] => new Course(layers),
        "6nd" => new SixNd(),
        _ => new Measured(),
    };

    internal abstract double? Tokens(double flops, double parameters, IReadOnlyList<(double LogParameters, double LogTokens)> seen);
}
