using System.Text.Json.Serialization;
using Sextant.Scaling.BatchSize;

namespace Sextant.Scaling;

/// <summary>What to train for a budget, how sure that is, and what else one should know. C in FLOPs, N in parameters, D in tokens, losses in nats a token.</summary>
public sealed record Plan
{
    /// <summary>The published law; null where the plan is a fit's.</summary>
    public string? Law { get; init; }

    /// <summary>What the fit is called, such as its file; null where the plan is a published law's.</summary>
    public string? Fit { get; init; }

    /// <summary>The fit's; null for a published law.</summary>
    public FitStatus? Status { get; init; }

    /// <summary>How parameters and FLOPs are counted; null where the fit does not know.</summary>
    public string? Convention { get; init; }

    public required double Flops { get; init; }

    /// <summary>N*; null where the fit cannot tell at all. A fit that is not converged has a number here too: read its interval.</summary>
    public double? Parameters { get; init; }

    /// <summary>D*, each token as often as it is seen.</summary>
    public double? Tokens { get; init; }

    public double? TokensPerParameter { get; init; }

    /// <summary>Expected; null where the fit does not know, see <see cref="Reasons"/>.</summary>
    public double? Loss { get; init; }

    /// <summary>Tokens an update, as asked for.</summary>
    public double? Batch { get; init; }

    /// <summary>Updates of that batch, or else of the batch advised, rounded up.</summary>
    public double? Steps { get; init; }

    /// <summary>Which batch and learning rate, where fits of these were given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BatchAdvice? BatchSize { get; init; }

    /// <summary>How often the unique tokens are seen, where these were given.</summary>
    public double? Epochs { get; init; }

    /// <summary>Of 95 %, by the path of the value's name; empty for published laws.</summary>
    public IReadOnlyDictionary<string, Interval> Intervals { get; init; } = new Dictionary<string, Interval>();

    /// <summary>Of 80 %.</summary>
    public IReadOnlyDictionary<string, Interval> Intervals80 { get; init; } = new Dictionary<string, Interval>();

    /// <summary>Models half and twice as large at the same compute.</summary>
    public IReadOnlyList<ValleyPoint> Valley { get; init; } = [];

    /// <summary>How more compute splits: by this plan's source first, then by published laws.</summary>
    public IReadOnlyList<GrowthSplit> Growth { get; init; } = [];

    /// <summary>The model nearest to the parameters that can be built.</summary>
    public PlannedShape? Shape { get; init; }

    /// <summary>With the tokens to be served in view, where these were given.</summary>
    public ServingPlan? Serving { get; init; }

    /// <summary>What would make the plan surer, the most for its FLOPs first.</summary>
    public IReadOnlyList<NextRun> Next { get; init; } = [];

    /// <summary>The plan in sentences, what matters most first.</summary>
    public IReadOnlyList<string> Conclusion { get; init; } = [];

    /// <summary>What one must know before acting on it, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Why something is not there, by its name.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    /// <summary>From a fit. What the fit cannot tell is null with a reason, never an exception.</summary>
    /// <exception cref="ArgumentException">The request has a problem.</exception>
    public static Plan Of(Fit fit, PlanRequest request)
    {
        request.Require();
        return Guidance.Of(fit, request.UniqueTokens, out string? why) is { } guidance
            ? new Planning(guidance, request).Plan(null)
            : new Plan { Status = fit.Status, Convention = fit.Convention, Flops = request.Flops, Conclusion = [why!], Reasons = new Dictionary<string, string> { ["parameters"] = why! } };
    }

    /// <summary>From a published law.</summary>
    /// <exception cref="ArgumentException">The request has a problem.</exception>
    public static Plan Of(PublishedLaw law, PlanRequest request)
    {
        request.Require();
        return new Planning(new LawGuidance(law), request).Plan(law);
    }
}

/// <summary>What is planned for.</summary>
public sealed record PlanRequest
{
    /// <summary>C.</summary>
    public required double Flops { get; init; }

    /// <summary>How many times the compute <see cref="Plan.Growth"/> is for.</summary>
    public double Grow { get; init; } = 10;

    /// <summary>Tokens that the model will be used for; null to heed training alone.</summary>
    public double? ServedTokens { get; init; }

    /// <summary>Tokens an update; null for no steps.</summary>
    public double? Batch { get; init; }

    /// <summary>Different tokens that there are; null where they are without end.</summary>
    public double? UniqueTokens { get; init; }

    /// <summary>What models can be built; null for no shape.</summary>
    public ShapeFamily? Family { get; init; }

    /// <summary>What studies of batch sizes and learning rates say; null for neither.</summary>
    public BatchGuide? Batches { get; init; }

    /// <summary>Every problem, each with the field's name; empty where there is none.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (name, value) in new (string, double?)[] { ("flops", Flops), ("servedTokens", ServedTokens), ("batch", Batch), ("uniqueTokens", UniqueTokens) })
        {
            if (value is not (null or (> 0 and < double.PositiveInfinity)))
            {
                yield return $"{name}: {value} is not a number above 0";
            }
        }

        if (Grow is not (> 1 and < double.PositiveInfinity))
        {
            yield return $"grow: {Grow} is not a number above 1";
        }
    }

    /// <exception cref="ArgumentException">There is a problem.</exception>
    internal void Require()
    {
        if (Problems().FirstOrDefault() is string problem)
        {
            throw new ArgumentException(problem);
        }
    }
}

/// <summary>A model beside the optimum at equal compute.</summary>
/// <param name="Share">Its N over the optimal N.</param>
/// <param name="Parameters">N.</param>
/// <param name="Cost">Its loss less the optimum's, nats a token.</param>
/// <param name="RelativeCost">Over the optimum's loss; null where that is not known or not above 0.</param>
/// <param name="Flops">The compute at which it is known: the plan's, or the nearest that was measured.</param>
public sealed record ValleyPoint(double Share, double Parameters, double Cost, double? RelativeCost, double Flops);

/// <summary>How a multiple of the compute splits.</summary>
/// <param name="Source">this fit, or a published law's name.</param>
/// <param name="Compute">Times the FLOPs.</param>
/// <param name="Parameters">Times N.</param>
/// <param name="Tokens">Times D; null where there is no line of tokens.</param>
/// <param name="Batch">Times the batch, where the law says so.</param>
/// <param name="Steps">Times the updates, where the law says so.</param>
public sealed record GrowthSplit(
    string Source,
    double Compute,
    double Parameters,
    double? Tokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Batch = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Steps = null);
