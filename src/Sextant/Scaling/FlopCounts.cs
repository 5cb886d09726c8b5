using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>FLOPs of the same work by every convention; null where one does not apply.</summary>
public sealed record FlopCounts
{
    /// <inheritdoc cref="Convention.Course"/>
    public double? Course { get; init; }

    /// <inheritdoc cref="Convention.SixNd"/>
    [JsonPropertyName("6nd")]
    public double? SixNd { get; init; }

    /// <inheritdoc cref="Convention.Kaplan"/>
    public double? Kaplan { get; init; }

    /// <inheritdoc cref="Convention.Hoffmann"/>
    public double? Hoffmann { get; init; }

    /// <inheritdoc cref="Convention.Everything"/>
    public double? Everything { get; init; }

    /// <inheritdoc cref="Convention.Palm"/>
    public double? Palm { get; init; }

    /// <inheritdoc cref="Convention.Exact"/>
    public double? Exact { get; init; }

    /// <summary>Why a convention does not apply, by its name; null where it is said elsewhere (a line of metrics.jsonl has it in the run's result).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Reasons { get; init; }

    /// <summary>By one convention.</summary>
    public double? this[Convention convention] => convention switch
    {
        Convention.Course => Course,
        Convention.SixNd => SixNd,
        Convention.Kaplan => Kaplan,
        Convention.Hoffmann => Hoffmann,
        Convention.Everything => Everything,
        Convention.Palm => Palm,
        Convention.Exact => Exact,
        _ => throw new ArgumentOutOfRangeException(nameof(convention)),
    };

    /// <summary>A count by every convention, without reasons.</summary>
    public static FlopCounts Of(Func<Convention, double?> count) => new()
    {
        Course = count(Convention.Course),
        SixNd = count(Convention.SixNd),
        Kaplan = count(Convention.Kaplan),
        Hoffmann = count(Convention.Hoffmann),
        Everything = count(Convention.Everything),
        Palm = count(Convention.Palm),
        Exact = count(Convention.Exact),
    };

    /// <summary>The exact count, and one reason why there is no other.</summary>
    public static FlopCounts OnlyExact(double flops, string reason) => new()
    {
        Exact = flops,
        Reasons = Conventions.All.Where(convention => convention != Convention.Exact).ToDictionary(convention => convention.Name(), _ => reason),
    };

    /// <summary>Both pieces of work, one after the other; null where either is.</summary>
    public FlopCounts Plus(FlopCounts other) => Of(convention => this[convention] + other[convention]) with { Reasons = Reasons };
}
