using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>
/// The law of repeated tokens fitted to points whose unique tokens are known (<see cref="DataConstrainedLaw"/>), every parameter counting in full.
/// The values are null where the points cannot tell them.
/// </summary>
public sealed record DataConstrainedFit : Fit
{
    private static readonly string[] Names = ["E", "A", "B", "alpha", "beta", "repeatScale"];

    [JsonPropertyName("E")]
    public double? E { get; init; }

    [JsonPropertyName("A")]
    public double? A { get; init; }

    [JsonPropertyName("B")]
    public double? B { get; init; }

    public double? Alpha { get; init; }

    public double? Beta { get; init; }

    /// <summary>R_D, in repetitions.</summary>
    public double? RepeatScale { get; init; }

    /// <summary>a in N* ~ C^a for fresh tokens.</summary>
    public double? Exponent => Law?.Fresh.Exponent;

    /// <summary>What was minimised.</summary>
    public required string ObjectiveName { get; init; }

    /// <summary>Its value at the minimum: the sum over points, not a mean.</summary>
    public double? Objective { get; init; }

    /// <summary>Standard deviations over the resamples, by the names of the intervals.</summary>
    public IReadOnlyDictionary<string, double> StandardErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>What it was fitted to, with C = 6 N D; null where there is no law.</summary>
    public FittedRange? Range { get; init; }

    /// <summary>The constants of each resample.</summary>
    public ResampledValues? Resampled { get; init; }

    public override Fit WithoutDraws() => this with { Resampled = null };

    /// <summary>The fitted law; null where there is none.</summary>
    [JsonIgnore]
    public DataConstrainedLaw? Law => (E, A, B, Alpha, Beta, RepeatScale) is ({ } e, { } a, { } b, { } alpha, { } beta, { } scale)
        ? LawOf([e, a, b, alpha, beta, scale])
        : null;

    /// <summary>The interval of what follows from the law; null where there are no resamples.</summary>
    public Interval? IntervalOf(Func<DataConstrainedLaw, double> quantity, double level = 0.95) => Resampled?.Interval(constants => quantity(LawOf(constants)), level);

    /// <summary>Fits the law. What the points cannot tell is told by the status and the warnings, never by an exception.</summary>
    /// <exception cref="ArgumentException">An option has a problem.</exception>
    public static DataConstrainedFit To(IReadOnlyList<ScalingPoint> points, ParametricOptions? given = null)
    {
        var options = given ?? new ParametricOptions();
        options.Require();
        var screened = ScreenedPoints.Of(
            points, ("parameters", point => point.Parameters), ("tokens", point => point.Tokens), ("unique tokens", point => point.UniqueTokens ?? double.NaN));
        var empty = new DataConstrainedFit
        {
            Status = FitStatus.TooFewPoints,
            ObjectiveName = options.Objective.Name,
            Excluded = screened.Excluded,
            Convention = options.Convention,
            Provenance = options.Filled(screened.Used.Count, 0),
        };
        if (screened.Used.Count <= Names.Length)
        {
            return empty with { Warnings = [$"A law of six constants needs at least seven points whose unique tokens are known; there {(screened.Used.Count == 1 ? "is 1" : $"are {screened.Used.Count}")}."] };
        }

        int repeating = screened.Used.Count(point => point.Epochs > 1.5);
        if ((screened.Undetermined() ?? (repeating < 3 ? $"Only {repeating} points repeat their data: what a repeated token is worth cannot be told from them." : null)) is string reason)
        {
            return empty with { Status = FitStatus.NotIdentified, Warnings = [reason] };
        }

        var problem = new RepeatedTokens(screened.Used, options.Objective);
        var best = problem.Best();
        string[] bounds = [.. problem.AtBounds(best)];
        if (!double.IsFinite(best.Value) || (!best.Converged && bounds.Length == 0))
        {
            return empty with { Status = FitStatus.Failed, Warnings = ["No optimum was found from any start: the losses do not look like this law at all."] };
        }

        double[] constants = problem.Constants(best);
        int[][] units = Bootstrap.Units(screened.Used, point => point.Run);
        var resampled = ResampledValues.Of(Names, constants, units, PowerSumSearch.Affordable(10 * screened.Used.Count, options.Resamples), options.Seed, (counts, _) =>
        {
            var near = problem.Resampled(counts).Near(best);
            return near.Converged ? problem.Constants(near) : Array.ConvertAll(constants, _ => double.NaN);
        });
        (string Name, Func<double[], double> Of) derived = ("exponent", values => LawOf(values).Fresh.Exponent);
        var fit = empty with
        {
            E = constants[0],
            A = constants[1],
            B = constants[2],
            Alpha = constants[3],
            Beta = constants[4],
            RepeatScale = constants[5],
            Objective = best.Value,
            Resampled = resampled,
            Range = FittedRange.Of(screened.Used),
            StandardErrors = Errors(resampled, derived),
            Intervals = Ranges(resampled, options.Level, derived),
            Provenance = options.Filled(screened.Used.Count, resampled?.Count ?? 0),
        };
        var judged = Ranges(resampled, Identifiability.Level, derived);
        string[] open =
        [
            .. LawChecks.Open(judged, "exponent", "how compute should be split between parameters and fresh tokens", options.Resamples > 0),
            .. RepeatedTokens.Open(judged.GetValueOrDefault("repeatScale")),
        ];
        return fit with
        {
            Status = bounds.Length > 0 ? FitStatus.BoundHit : open.Length > 0 ? FitStatus.NotIdentified : FitStatus.Converged,
            Warnings = [.. bounds, .. open, .. screened.DesignWarnings(units.Length, ofFreshTokens: false), .. LawChecks.ResamplingWarnings(resampled, options.Resamples, screened.Used.Count)],
        };
    }

    private static Dictionary<string, Interval> Ranges(ResampledValues? resampled, double level, (string Name, Func<double[], double> Of) derived)
    {
        var intervals = LawChecks.Intervals(resampled, level, derived);
        if (intervals.TryGetValue(Names[^1], out var scale))
        {
            intervals[Names[^1]] = RepeatedTokens.Unbounded(scale);
        }

        return intervals;
    }

    /// <summary>Where resamples lie at an end of R_D's range its deviation is that range's and not R_D's: none is given.</summary>
    private static Dictionary<string, double> Errors(ResampledValues? resampled, (string Name, Func<double[], double> Of) derived)
    {
        var errors = LawChecks.StandardErrors(resampled, derived);
        if (Ranges(resampled, Identifiability.Level, derived).GetValueOrDefault(Names[^1]) is { Low: null } or { High: null })
        {
            errors.Remove(Names[^1]);
        }

        return errors;
    }

    private static DataConstrainedLaw LawOf(double[] constants) => new(ParametricFit.LawOf(constants), constants[5], null);
}
