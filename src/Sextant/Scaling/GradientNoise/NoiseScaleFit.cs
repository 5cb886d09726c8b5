using System.Globalization;

namespace Sextant.Scaling.GradientNoise;

/// <summary>
/// The gradient noise scale B_simple = tr(Sigma) / |G|^2 along a training (McCandlish 2018, section 2.2): the batch up to which more examples a step buy fewer
/// steps. The pieces are averaged over measurements, then divided. Measurements are independent given the weights, and the weights drift: each is a block of its own,
/// and spreads come from successive differences.
/// </summary>
public sealed record NoiseScaleFit : Fit
{
    /// <summary>What <see cref="NoiseScale"/> counts.</summary>
    public string Unit { get; init; } = "examples";

    /// <summary>Over the last part of training, examples; null where the status is not converged.</summary>
    public double? NoiseScale { get; init; }

    /// <summary>The same in tokens, by the mean tokens of an example.</summary>
    public double? NoiseScaleTokens { get; init; }

    /// <summary>Tokens of a training example, on average; null where examples have none.</summary>
    public double? ExampleTokens { get; init; }

    /// <summary>What <see cref="NoiseScale"/> is made of: the measurements of the last part of the tokens. Null where there is no measurement.</summary>
    public NoiseWindow? Summary { get; init; }

    /// <summary>Which part that is, in words.</summary>
    public required string SummaryRule { get; init; }

    /// <summary>The scale over tokens seen, in order; each measurement is in one.</summary>
    public IReadOnlyList<NoiseWindow> Windows { get; init; } = [];

    /// <summary>The training's own batch beside the scale; null where it is not known.</summary>
    public BatchStanding? Batch { get; init; }

    /// <summary>The noise scale of a training; what cannot take part is left out with its reason.</summary>
    public static NoiseScaleFit Of(IReadOnlyList<NoiseMeasurement> measurements, NoiseSeriesOptions? options = null)
    {
        options ??= new NoiseSeriesOptions();
        var used = measurements.Where(one => one.Problem is null).OrderBy(one => one.Step).ToList();
        string rule = string.Create(CultureInfo.InvariantCulture, $"the measurements of the last {100 * options.SummaryShare:0.##} % of the tokens");
        var fit = new NoiseScaleFit
        {
            Status = FitStatus.TooFewPoints,
            SummaryRule = rule,
            Excluded = [.. measurements.Index().Where(one => one.Item.Problem is not null).Select(one => new ExcludedRow(one.Index + 1, one.Item.Problem!))],
        };
        if (used.Count == 0)
        {
            return fit with { Warnings = ["There is no measurement of the gradient noise: training is too short for one (training.noiseScale.every says how often)."] };
        }

        double border = (1 - options.SummaryShare) * used[^1].Tokens;
        var summary = NoiseWindow.Of([.. used.Where(one => one.Tokens >= border)], options);
        double? exampleTokens = used[^1].ExampleTokens;
        return fit with
        {
            Status = summary.Status,
            Warnings = summary.Remark is string remark ? [$"No noise scale over {rule}: {remark}."] : [],
            NoiseScale = summary.NoiseScale,
            NoiseScaleTokens = summary.NoiseScale * exampleTokens,
            ExampleTokens = exampleTokens,
            Summary = summary,
            Windows = [.. Split(used, options).Select(window => NoiseWindow.Of(window, options))],
            Batch = used[^1].BatchExamples is double examples ? BatchStanding.Of(examples, exampleTokens, summary, options.Level) : null,
            Intervals = Named(summary, exampleTokens),
        };
    }

    /// <summary>Windows of enough measurements whose tokens grow so many times; what is left at the end belongs to the last.</summary>
    private static List<List<NoiseMeasurement>> Split(List<NoiseMeasurement> measurements, NoiseSeriesOptions options)
    {
        var windows = new List<List<NoiseMeasurement>>();
        foreach (var one in measurements)
        {
            if (windows is not [.., var open] || (open.Count >= options.WindowMeasurements && one.Tokens > options.WindowGrowth * open[0].Tokens))
            {
                windows.Add(open = []);
            }

            open.Add(one);
        }

        if (windows is [.., var before, var last] && last.Count < options.WindowMeasurements)
        {
            before.AddRange(last);
            windows.RemoveAt(windows.Count - 1);
        }

        return windows;
    }

    private static Dictionary<string, Interval> Named(NoiseWindow summary, double? exampleTokens)
    {
        var intervals = new Dictionary<string, Interval>();
        if (summary.NoiseScaleInterval is { } scale)
        {
            intervals["noiseScale"] = scale;
            if (exampleTokens is double tokens)
            {
                intervals["noiseScaleTokens"] = new Interval(scale.Low * tokens, scale.High * tokens, scale.Level);
            }
        }

        if (summary is { SquaredGradientInterval: { } gradient, TraceInterval: { } trace })
        {
            intervals["summary.squaredGradient"] = gradient;
            intervals["summary.trace"] = trace;
        }

        return intervals;
    }
}
