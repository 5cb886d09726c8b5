using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>L(N, D) = E + A / N^alpha + B / D^beta fitted to points. The values are null where the points cannot tell them.</summary>
public sealed record ParametricFit : Fit
{
    [JsonPropertyName("E")]
    public double? E { get; init; }

    [JsonPropertyName("A")]
    public double? A { get; init; }

    [JsonPropertyName("B")]
    public double? B { get; init; }

    public double? Alpha { get; init; }

    public double? Beta { get; init; }

    /// <summary>a in N* ~ C^a: beta / (alpha + beta).</summary>
    public double? Exponent => Law?.Exponent;

    /// <summary>What was minimised.</summary>
    public required string ObjectiveName { get; init; }

    /// <summary>Its value at the minimum: the sum over points, not a mean.</summary>
    public double? Objective { get; init; }

    /// <summary>Standard deviations over the resamples, by the names of the intervals.</summary>
    public IReadOnlyDictionary<string, double> StandardErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>The typical residual of ln loss: 1.4826 times the median of its size, which is the standard deviation of a normal one.</summary>
    public double? Residual { get; init; }

    /// <summary>How hard the constants are to tell apart: the condition number of their derivatives at the optimum, each scaled to length 1. 1 is best.</summary>
    public double? Condition { get; init; }

    /// <summary>The fit without each model size in turn, or without each of twelve ranges of sizes where there are more.</summary>
    public IReadOnlyList<WithoutSize> WithoutSizes { get; init; } = [];

    /// <summary>The largest budget foretold from the others; null where too few points would remain.</summary>
    public Extrapolation? Extrapolation { get; init; }

    /// <summary>What it was fitted to, with C = 6 N D; null where there is no law.</summary>
    public FittedRange? Range { get; init; }

    /// <summary>Of runs that differ by their seed; null where none do.</summary>
    public SeedNoise? SeedNoise { get; init; }

    /// <summary>How the law would spend the FLOPs asked for.</summary>
    public IReadOnlyList<Allocation> At { get; init; } = [];

    /// <summary>E, A, B, alpha and beta of each resample.</summary>
    public ResampledValues? Resampled { get; init; }

    public override Fit WithoutDraws() => this with { Resampled = null };

    /// <summary>The fitted law; null where there is none.</summary>
    [JsonIgnore]
    public ParametricLaw? Law => (E, A, B, Alpha, Beta) is ({ } e, { } a, { } b, { } alpha, { } beta) ? new ParametricLaw(e, a, b, alpha, beta) : null;

    /// <summary>Fits the law. Points that cannot take part are listed with their reasons; what the points cannot tell is told by the status and the warnings, never by an exception.</summary>
    /// <exception cref="ArgumentException">An option has a problem.</exception>
    public static ParametricFit To(IReadOnlyList<ScalingPoint> points, ParametricOptions? options = null) => ParametricFitting.Fit(points, options ?? new ParametricOptions());

    /// <summary>The same fit with the law's optima at these FLOPs and their intervals; without any where there is no law.</summary>
    public ParametricFit WithOptima(IReadOnlyList<double> flops, double level = 0.95)
    {
        if (Law is not { } law)
        {
            return this;
        }

        var intervals = new Dictionary<string, Interval>(Intervals);
        foreach (var (i, budget) in flops.Index())
        {
            (string Name, Func<Allocation, double> Of)[] values = [("parameters", a => a.Parameters), ("tokens", a => a.Tokens), ("loss", a => a.Loss)];
            foreach (var (name, of) in values)
            {
                if (IntervalOf(drawn => of(drawn.Optimum(budget)), level) is { } interval)
                {
                    intervals[$"at[{i}].{name}"] = interval;
                }
            }
        }

        return this with { At = [.. flops.Select(law.Optimum)], Intervals = intervals };
    }

    /// <summary>The interval of what follows from the law, such as the optimal parameters for a budget; null where there are no resamples.</summary>
    public Interval? IntervalOf(Func<ParametricLaw, double> quantity, double level = 0.95) => Resampled?.Interval(constants => quantity(LawOf(constants)), level);

    /// <summary>From constants in the order of <see cref="Resampled"/>.</summary>
    internal static ParametricLaw LawOf(double[] constants) => new(constants[0], constants[1], constants[2], constants[3], constants[4]);
}

/// <summary>A fit without some model sizes.</summary>
/// <param name="Smallest">Parameters of the smallest left out.</param>
/// <param name="Largest">Of the largest.</param>
/// <param name="Points">Points left out.</param>
/// <param name="Exponent">a in N* ~ C^a of the rest; null where the rest cannot tell.</param>
/// <param name="E">Of the rest.</param>
public sealed record WithoutSize(double Smallest, double Largest, int Points, double? Exponent, [property: JsonPropertyName("E")] double? E);

/// <summary>The points of most compute foretold by a fit to the others.</summary>
/// <param name="Flops">6 N D from which points were left out.</param>
/// <param name="Points">Points left out.</param>
/// <param name="MeanError">Prediction less loss, nats a token.</param>
/// <param name="RootMeanSquareError">Nats a token.</param>
/// <param name="Residual">The root mean square of the residuals of the points kept, nats a token: what the errors compare with.</param>
public sealed record Extrapolation(double Flops, int Points, double MeanError, double RootMeanSquareError, double Residual);
