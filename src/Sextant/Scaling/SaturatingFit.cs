using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>L(x) = E + A / x^alpha fitted to points. The values are null where the points cannot tell them.</summary>
public sealed record SaturatingFit : Fit
{
    private static readonly string[] Names = ["E", "A", "alpha"];

    /// <summary>What x is.</summary>
    public required LawVariable Variable { get; init; }

    [JsonPropertyName("E")]
    public double? E { get; init; }

    [JsonPropertyName("A")]
    public double? A { get; init; }

    public double? Alpha { get; init; }

    /// <summary>What was minimised.</summary>
    public required string ObjectiveName { get; init; }

    /// <summary>Its value at the minimum: the sum over points, not a mean.</summary>
    public double? Objective { get; init; }

    /// <summary>Standard deviations over the resamples, by the names of the intervals.</summary>
    public IReadOnlyDictionary<string, double> StandardErrors { get; init; } = new Dictionary<string, double>();

    /// <summary>The law at the x asked for.</summary>
    public IReadOnlyList<SaturatingValue> At { get; init; } = [];

    /// <summary>E, A and alpha of each resample.</summary>
    public ResampledValues? Resampled { get; init; }

    public override Fit WithoutDraws() => this with { Resampled = null };

    /// <summary>The fitted law; null where there is none.</summary>
    [JsonIgnore]
    public SaturatingLaw? Law => (E, A, Alpha) is ({ } e, { } a, { } alpha) ? new SaturatingLaw(e, a, alpha) : null;

    /// <summary>The same fit with the law's losses at these x and their intervals; without any where there is no law.</summary>
    public SaturatingFit WithLosses(IReadOnlyList<double> places, double level = 0.95)
    {
        if (Law is not { } law)
        {
            return this;
        }

        var intervals = new Dictionary<string, Interval>(Intervals);
        foreach (var (i, x) in places.Index())
        {
            if (IntervalOf(drawn => drawn.Loss(x), level) is { } interval)
            {
                intervals[$"at[{i}].loss"] = interval;
            }
        }

        return this with { At = [.. places.Select(x => new SaturatingValue(x, law.Loss(x)))], Intervals = intervals };
    }

    /// <summary>The interval of what follows from the law, such as the loss at some x; null where there are no resamples.</summary>
    public Interval? IntervalOf(Func<SaturatingLaw, double> quantity, double level = 0.95) =>
        Resampled?.Interval(constants => quantity(new SaturatingLaw(constants[0], constants[1], constants[2])), level);

    /// <summary>Fits the law. What the points cannot tell is told by the status and the warnings, never by an exception.</summary>
    /// <exception cref="ArgumentException">An option has a problem.</exception>
    public static SaturatingFit To(IReadOnlyList<ScalingPoint> points, LawVariable variable, ParametricOptions? given = null)
    {
        var options = given ?? new ParametricOptions();
        options.Require();
        Func<ScalingPoint, double> of = variable switch
        {
            LawVariable.Parameters => point => point.Parameters,
            LawVariable.Tokens => point => point.Tokens,
            _ => point => point.Flops,
        };
        string named = JsonNamed(variable);
        var screened = ScreenedPoints.Of(points, (named, of));
        var empty = new SaturatingFit
        {
            Status = FitStatus.TooFewPoints,
            Variable = variable,
            ObjectiveName = options.Objective.Name,
            Excluded = screened.Excluded,
            Convention = options.Convention,
            Provenance = options.Filled(screened.Used.Count, 0),
        };
        if (screened.Used.Count <= Names.Length)
        {
            return empty with { Warnings = [$"A law of three constants needs at least four points; there {(screened.Used.Count == 1 ? "is 1" : $"are {screened.Used.Count}")}."] };
        }

        int values = screened.Groups(of, 1.01).Count;
        if (screened.LossesAreEqual || values < 3)
        {
            string reason = screened.LossesAreEqual ? "All losses are equal: there is nothing a law could explain." : $"There are fewer than three different values of {named}: E, A and alpha cannot be told apart.";
            return empty with { Status = FitStatus.NotIdentified, Warnings = [reason] };
        }

        var problem = new PowerSum(
            [[.. screened.Used.Select(of)]], [.. screened.Used.Select(point => point.Loss)], [.. screened.Used.Select(point => point.Weight)], options.Objective);
        var best = PowerSumSearch.Best(problem);
        string[] bounds = [.. LawChecks.AtBounds(problem, best, [named], ["alpha"])];
        if (!double.IsFinite(best.Value) || (!best.Converged && bounds.Length == 0))
        {
            return empty with { Status = FitStatus.Failed, Warnings = ["No optimum was found from any start: the losses do not look like this law at all."] };
        }

        double[] constants = problem.Constants(best.At);
        int[][] units = Bootstrap.Units(screened.Used, point => point.Run);
        var resampled = ResampledValues.Of(
            Names, constants, units, PowerSumSearch.Affordable(problem.Rows, options.Resamples), options.Seed, PowerSumSearch.Statistic(problem, best));
        var fit = empty with
        {
            E = constants[0],
            A = constants[1],
            Alpha = constants[2],
            Objective = best.Value,
            Resampled = resampled,
            StandardErrors = LawChecks.StandardErrors(resampled),
            Intervals = LawChecks.Intervals(resampled, options.Level),
            Provenance = options.Filled(screened.Used.Count, resampled?.Count ?? 0),
        };
        string[] open = [.. LawChecks.Open(LawChecks.Intervals(resampled, Identifiability.Level), "alpha", "how the loss falls", options.Resamples > 0)];
        return fit with
        {
            Status = bounds.Length > 0 ? FitStatus.BoundHit : open.Length > 0 ? FitStatus.NotIdentified : FitStatus.Converged,
            Warnings = [.. bounds, .. open, .. Design(screened, named, of, units.Length), .. LawChecks.ResamplingWarnings(resampled, options.Resamples, screened.Used.Count)],
        };
    }

    private static IEnumerable<string> Design(ScreenedPoints screened, string named, Func<ScalingPoint, double> of, int units)
    {
        double span = screened.Span(of);
        if (span < 10)
        {
            yield return $"The {named} span a factor of {ScreenedPoints.Short(span)} only: an exponent from so short a stretch does not carry far.";
        }

        foreach (string warning in screened.UnitWarnings(units))
        {
            yield return warning;
        }
    }

    private static string JsonNamed(LawVariable variable) => variable switch
    {
        LawVariable.Parameters => "parameters",
        LawVariable.Tokens => "tokens",
        _ => "FLOPs",
    };
}

/// <summary>A law of one variable at an x.</summary>
public sealed record SaturatingValue(double X, double Loss);
