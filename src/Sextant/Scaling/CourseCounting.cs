namespace Sextant.Scaling;

/// <summary>
/// Parameters and FLOPs of a decoder as the course counts them: embeddings are left out, the output layer is counted. Sizes are
/// real numbers, so that a size between two that were trained has its counts too.
/// </summary>
public static class CourseCounting
{
    /// <summary>The course's vocabulary.</summary>
    public const double Vocabulary = 30;

    /// <summary>Tokens of the course's average example: source, target and two marks.</summary>
    public const double Length = 19.55;

    /// <summary>L (4H^2 + 4H) + HV + V.</summary>
    public static double Parameters(double hidden, double layers, double vocabulary) =>
        (layers * 4 * hidden * (hidden + 1)) + (hidden * vocabulary) + vocabulary;

    /// <summary>FLOPs to train on one example of <paramref name="length"/> tokens s, the backward pass twice the forward: 3 [L (8sH^2 + 4s^2H + 3s^2) + 2sVH].</summary>
    public static double ExampleFlops(double hidden, double layers, double vocabulary, double length) =>
        3 * ((layers * ((8 * length * hidden * hidden) + (4 * length * length * hidden) + (3 * length * length))) + (2 * length * vocabulary * hidden));

    /// <summary>The real-valued hidden size H with that many parameters; null where there is none above 0.</summary>
    public static double? Hidden(double parameters, double layers, double vocabulary)
    {
        double linear = (4 * layers) + vocabulary, rest = parameters - vocabulary;
        return rest > 0 && double.IsFinite(rest) && layers > 0
            ? 2 * rest / (linear + Math.Sqrt((linear * linear) + (16 * layers * rest)))
            : null;
    }
}
