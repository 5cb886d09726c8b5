namespace Sextant.Scaling.BatchSize;

/// <summary>A way to the critical batch.</summary>
public enum CriticalBatchSource
{
    /// <summary>Steps against examples (<see cref="StepsFit"/>).</summary>
    TradeOff,

    /// <summary>The gradient noise scale, tr(Sigma) / |G|^2.</summary>
    NoiseScale,

    /// <summary>The curve of best learning rates (<see cref="LearningRateFit"/>).</summary>
    BestRate,
}

/// <summary>An estimate of the critical batch.</summary>
/// <param name="Source">How it was made.</param>
/// <param name="Status">Whether it is one.</param>
/// <param name="Batch">Examples an update; null where there is none.</param>
/// <param name="Interval">Of 95 %; null where nothing tells it.</param>
public sealed record CriticalBatchEstimate(CriticalBatchSource Source, FitStatus Status, double? Batch, Interval? Interval);

/// <summary>Whether two estimates say the same.</summary>
public enum Accord
{
    /// <summary>They lie within a factor of three.</summary>
    Agree,

    /// <summary>They do not, but their intervals allow it.</summary>
    Unclear,

    /// <summary>They do not, nor do their intervals allow it.</summary>
    Disagree,

    /// <summary>One of them is not identified.</summary>
    Unknown,
}

/// <summary>Two estimates of the critical batch held against each other.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
/// <param name="Ratio">First over second; null where one is not identified.</param>
/// <param name="Interval">Of the ratio, as of independent estimates; null where one is not identified.</param>
/// <param name="Accord">What follows.</param>
/// <param name="Sentence">The same in words.</param>
public sealed record EstimatePair(CriticalBatchSource First, CriticalBatchSource Second, double? Ratio, Interval? Interval, Accord Accord, string Sentence);

/// <summary>The estimates of the critical batch side by side. They measure related and not equal things: a factor of three is agreement.</summary>
public sealed record CriticalBatchAgreement
{
    /// <summary>Two estimates within this factor agree.</summary>
    public const double Factor = 3;

    /// <summary>As they were given; the number of one that is not identified is left out.</summary>
    public required IReadOnlyList<CriticalBatchEstimate> Estimates { get; init; }

    /// <summary>Each with each.</summary>
    public required IReadOnlyList<EstimatePair> Pairs { get; init; }

    /// <summary>agree: every pair does that can be compared; disagree: one does not; unclear: one may not; unknown: no two can be compared.</summary>
    public required Accord Accord { get; init; }

    /// <summary>What they say together.</summary>
    public required string Sentence { get; init; }

    /// <summary>What is not as it should be, a sentence each; empty where all estimates are identified and agree.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Compares the estimates pair by pair.</summary>
    public static CriticalBatchAgreement Of(params IReadOnlyList<CriticalBatchEstimate> estimates)
    {
        var pairs = estimates.SelectMany((first, i) => estimates.Skip(i + 1).Select(second => Pair(first, second))).ToList();
        EstimatePair[] compared = [.. pairs.Where(pair => pair.Accord != Accord.Unknown)];
        var accord = compared.Length == 0 ? Accord.Unknown : compared.Max(pair => pair.Accord);
        string[] open = [.. estimates.Where(estimate => !IsKnown(estimate)).Select(Unknown)];
        return new CriticalBatchAgreement
        {
            Estimates = [.. estimates.Select(estimate => IsKnown(estimate) ? estimate : estimate with { Batch = null })],
            Pairs = pairs,
            Accord = accord,
            Sentence = accord switch
            {
                Accord.Agree => $"{Named(estimates.Where(IsKnown))} agree within a factor of {Factor}{(open.Length > 0 ? "; " + string.Join("; ", open) : "")}.",
                Accord.Unknown => $"The critical batch cannot be checked: {(open.Length > 0 ? string.Join("; ", open) : "there is one estimate only")}.",
                _ => string.Join(' ', compared.Where(pair => pair.Accord != Accord.Agree).Select(pair => pair.Sentence)),
            },
            Warnings = [.. compared.Where(pair => pair.Accord != Accord.Agree).Select(pair => pair.Sentence), .. open.Select(sentence => char.ToUpperInvariant(sentence[0]) + sentence[1..] + ".")],
        };
    }

    private static bool IsKnown(CriticalBatchEstimate estimate) => estimate is { Status: FitStatus.Converged, Batch: > 0 };

    private static EstimatePair Pair(CriticalBatchEstimate first, CriticalBatchEstimate second)
    {
        string both = Named([first, second]);
        if (!IsKnown(first) || !IsKnown(second))
        {
            string which = string.Join(" and ", new[] { first, second }.Where(estimate => !IsKnown(estimate)).Select(Unknown));
            return new EstimatePair(first.Source, second.Source, null, null, Accord.Unknown, $"{both} cannot be compared: {which}.");
        }

        double ratio = first.Batch!.Value / second.Batch!.Value;
        var interval = new Interval(ratio / Spread(first, second, low: true), ratio * Spread(first, second, low: false), first.Interval?.Level ?? Identifiability.Level);
        bool isNear = ratio is >= 1 / Factor and <= Factor, mayBeNear = !(interval.Low > Factor) && !(interval.High < 1 / Factor);
        var accord = isNear ? Accord.Agree : mayBeNear ? Accord.Unclear : Accord.Disagree;
        string said = $"{Said.Number(first.Batch.Value)} and {Said.Number(second.Batch.Value)}, a ratio of {Said.Number(ratio)} ({Said.Range(interval, Said.Number)})";
        return new EstimatePair(first.Source, second.Source, ratio, interval, accord, accord switch
        {
            Accord.Agree => $"{both} agree within a factor of {Factor}: {said}.",
            Accord.Unclear => $"{both} differ by more than a factor of {Factor}, though their intervals allow it: {said}.",
            _ => $"{both} disagree: {said}.",
        });
    }

    /// <summary>The factor from the ratio to an end of its interval: errors of independent estimates add in squares.</summary>
    private static double? Spread(CriticalBatchEstimate first, CriticalBatchEstimate second, bool low)
    {
        double? above = first.Interval?.High / first.Batch, below = first.Batch / first.Interval?.Low, aboveSecond = second.Interval?.High / second.Batch, belowSecond = second.Batch / second.Interval?.Low;
        return ((low ? below : above), (low ? aboveSecond : belowSecond)) is (double own, double other) ? Math.Exp(Math.Sqrt(Math.Pow(Math.Log(own), 2) + Math.Pow(Math.Log(other), 2))) : null;
    }

    private static string Unknown(CriticalBatchEstimate estimate) =>
        $"{Name(estimate.Source)} does not determine it ({Said.Status(estimate.Status)}{(estimate.Interval is { } interval && interval is not { Low: null, High: null } ? $", {Said.Range(interval, Said.Number)}" : "")})";

    private static string Named(IEnumerable<CriticalBatchEstimate> estimates)
    {
        string[] names = [.. estimates.Select(estimate => Name(estimate.Source))];
        string all = names.Length > 1 ? $"{string.Join(", ", names[..^1])} and {names[^1]}" : string.Concat(names);
        return char.ToUpperInvariant(all[0]) + all[1..];
    }

    private static string Name(CriticalBatchSource source) => source switch
    {
        CriticalBatchSource.TradeOff => "the trade-off of steps and examples",
        CriticalBatchSource.NoiseScale => "the gradient noise scale",
        _ => "the curve of best rates",
    };
}
