namespace Sextant.Scaling.GradientNoise;

/// <summary>The noise scale over a stretch of training.</summary>
public sealed record NoiseWindow
{
    /// <summary>Updates made before its first measurement.</summary>
    public required long FirstStep { get; init; }

    /// <summary>Updates made before its last measurement.</summary>
    public required long LastStep { get; init; }

    /// <summary>Tokens seen before its first measurement.</summary>
    public required double FirstTokens { get; init; }

    /// <summary>Tokens seen before its last measurement.</summary>
    public required double LastTokens { get; init; }

    /// <summary>Tokens seen, the mean over its measurements.</summary>
    public required double Tokens { get; init; }

    /// <summary>Training loss, the mean over its measurements, nats a token; null where it is not known.</summary>
    public double? Loss { get; init; }

    /// <summary>How many measurements it holds.</summary>
    public required int Measurements { get; init; }

    /// <summary>Converged where both pieces are told from 0; notIdentified where one is not; tooFewPoints where nothing tells how sure they are.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>B_simple = tr(Sigma) / |G|^2, examples: the mean of the one over the mean of the other. Null where the status is not converged.</summary>
    public double? NoiseScale { get; init; }

    /// <summary>Of the noise scale (Fieller 1954). Where there is no number it may still have one end: "at least so many".</summary>
    public Interval? NoiseScaleInterval { get; init; }

    /// <summary>|G|^2, the mean; may be negative where it is not told from 0.</summary>
    public double? SquaredGradient { get; init; }

    public Interval? SquaredGradientInterval { get; init; }

    /// <summary>tr(Sigma), the mean.</summary>
    public double? Trace { get; init; }

    public Interval? TraceInterval { get; init; }

    /// <summary>Why there is no number, as a clause; null where there is one.</summary>
    public string? Remark { get; init; }

    /// <summary>Of measurements in the order of training, at least one, none with a problem.</summary>
    internal static NoiseWindow Of(IReadOnlyList<NoiseMeasurement> measurements, NoiseSeriesOptions options)
    {
        double[] losses = [.. measurements.Select(one => one.Loss).OfType<double>()];
        var window = new NoiseWindow
        {
            FirstStep = measurements[0].Step,
            LastStep = measurements[^1].Step,
            FirstTokens = measurements[0].Tokens,
            LastTokens = measurements[^1].Tokens,
            Tokens = measurements.Average(one => one.Tokens),
            Loss = losses.Length > 0 ? losses.Average() : null,
            Measurements = measurements.Count,
            Status = FitStatus.TooFewPoints,
            Remark = $"{Measured(measurements.Count)}, and less than {NoiseSeriesOptions.LeastMeasurements} do not tell how sure they are",
        };
        if (measurements.Count < NoiseSeriesOptions.LeastMeasurements)
        {
            return window;
        }

        var means = DriftingMeans.Of([.. measurements.Select(one => (one.Pieces.Trace, one.Pieces.SquaredGradient))]);
        var (trace, gradient, ratio) = (means.OfX(options.Level), means.OfY(options.Level), means.OfRatio(options.Level));
        bool isTraceTold = trace.Low > 0, isGradientTold = gradient.Low > 0;
        return window with
        {
            Status = isTraceTold && isGradientTold ? FitStatus.Converged : FitStatus.NotIdentified,
            NoiseScale = isTraceTold && isGradientTold ? means.X / means.Y : null,
            NoiseScaleInterval = ratio,
            SquaredGradient = means.Y,
            SquaredGradientInterval = gradient,
            Trace = means.X,
            TraceInterval = trace,
            Remark = isTraceTold && isGradientTold ? null : Unknown(isTraceTold, isGradientTold, ratio, measurements.Count),
        };
    }

    private static string Unknown(bool isTraceTold, bool isGradientTold, Interval ratio, int count)
    {
        string bound = ratio is { Low: null, High: null } ? "" : $"; the scale is {Said.Range(ratio, Said.Number)} examples";
        string piece = (isTraceTold, isGradientTold) switch
        {
            (true, false) => "the squared gradient is not told from 0 beneath its noise",
            (false, true) => "the noise is not told from 0",
            _ => "neither the squared gradient nor the noise is told from 0",
        };
        return $"not enough data: after {Measured(count)} {piece}{bound}";
    }

    private static string Measured(int count) => count == 1 ? "1 measurement" : $"{count} measurements";
}

/// <summary>How measurements become a series.</summary>
public sealed record NoiseSeriesOptions
{
    /// <summary>Fewer than this leave three degrees of freedom or less to their spread.</summary>
    internal const int LeastMeasurements = 6;

    /// <summary>Of the intervals.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>A window ends once its tokens have grown so many times, since the scale moves with the loss.</summary>
    public double WindowGrowth { get; init; } = 1.5;

    /// <summary>And holds at least so many measurements.</summary>
    public int WindowMeasurements { get; init; } = 8;

    /// <summary>The share of the tokens, the last ones, whose measurements the one number of the whole is made of, 0..1.</summary>
    public double SummaryShare { get; init; } = 0.5;
}
