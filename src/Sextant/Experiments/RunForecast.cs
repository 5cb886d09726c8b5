using Sextant.Scaling;

namespace Sextant.Experiments;

/// <summary>What a run will take if nothing stops it early, counted before it is trained.</summary>
public sealed record RunForecast
{
    public required ParameterCounts Parameters { get; init; }

    /// <summary>Updates.</summary>
    public required long Steps { get; init; }

    /// <summary>Passes over the training data.</summary>
    public required double Epochs { get; init; }

    /// <summary>Tokens trained on, padding excluded.</summary>
    public required double Tokens { get; init; }

    /// <summary>Training FLOPs, exact convention.</summary>
    public required double Flops { get; init; }

    /// <summary>Training FLOPs at the first evaluation, exact convention.</summary>
    public required double FirstFlops { get; init; }

    /// <summary>The run of the study whose trunk this one goes on from, by its place in the study; null for a run that begins at its first step.</summary>
    public int? StartsFrom { get; init; }

    /// <summary>Training FLOPs that are not computed again since that run computes them, exact convention.</summary>
    public double SharedFlops { get; init; }

    public required long Evaluations { get; init; }

    /// <summary>Tokens of the training data, each once.</summary>
    public required double UniqueTokens { get; init; }

    /// <summary>Expected seconds of training on this machine, what is shared apart, from a few real steps, for a core of its own; null where none were made.</summary>
    public double? Seconds { get; init; }

    /// <summary>Those of <see cref="Seconds"/> before the first step.</summary>
    internal double SetUpSeconds { get; init; }

    /// <summary>Training FLOPs by every convention.</summary>
    public required FlopCounts FlopsByConvention { get; init; }

    /// <summary>The same at the first evaluation.</summary>
    internal FlopCounts FirstFlopsByConvention { get; init; } = new();

    /// <summary>Where the decay begins: updates made and training FLOPs before it; null where the trunk is not shared.</summary>
    internal (long Step, double Flops)? TrunkEnd { get; init; }
}

/// <summary>What a study will take.</summary>
public sealed record StudyForecast
{
    /// <summary>One for each run, in the study's order.</summary>
    public required IReadOnlyList<RunForecast> Runs { get; init; }

    /// <summary>What may keep the study from answering its question, a sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>How far the analysis would miss the best size without any noise, in a sentence; null where that cannot be said.</summary>
    public string? DesignBias { get; init; }

    /// <summary>All that is known before anything is trained: warnings, then the design's bias.</summary>
    public IReadOnlyList<string> Beforehand => DesignBias is string bias ? [.. Warnings, bias] : Warnings;

    /// <summary>Whether sizes keep with the width, as maximal update promises; null where the models are parametrised otherwise or are of one width.</summary>
    public CoordinateCheck? CoordinateCheck { get; init; }

    /// <summary>Sum of all runs, exact convention.</summary>
    public double Flops => Runs.Sum(run => run.Flops);

    /// <summary>Those of <see cref="Flops"/> that are not computed again, exact convention.</summary>
    public double SharedFlops => Runs.Sum(run => run.SharedFlops);

    public double Tokens => Runs.Sum(run => run.Tokens);

    /// <summary>Expected seconds of all runs one after another; null where they were not measured.</summary>
    public double? Seconds => Runs.All(run => run.Seconds is not null) ? Runs.Sum(run => run.Seconds) : null;

    /// <summary>Runs by falling FLOPs: started in this order, the last to end ends soonest. Runs that share a trunk stand together, each after the one it starts from.</summary>
    public IReadOnlyList<int> LargestFirst =>
    [
        .. Runs.Index().GroupBy(run => TrunkOf(run.Index))
            .OrderByDescending(group => group.Max(run => run.Item.Flops))
            .SelectMany(group => group.OrderBy(run => Line(run.Index).Count()))
            .Select(run => run.Index),
    ];

    /// <summary>Expected seconds from the start to the end of the last run; null where they were not measured.</summary>
    /// <param name="workers">Runs at a time, each on a core of its own.</param>
    public double? WallClock(int workers)
    {
        if (Seconds is null)
        {
            return null;
        }

        var free = new PriorityQueue<int, double>(Enumerable.Range(0, Math.Clamp(workers, 1, Math.Max(1, Runs.Count))).Select(worker => (worker, 0.0)));
        double end = 0;
        double[] trunkEnds = new double[Runs.Count];
        foreach (int i in LargestFirst)
        {
            var run = Runs[i];
            free.TryDequeue(out int worker, out double at);
            at = Math.Max(at, run.StartsFrom is int from ? trunkEnds[from] : 0);
            double onTrunk = run.TrunkEnd is { } trunk ? (trunk.Flops - run.SharedFlops) / (run.Flops - run.SharedFlops) : 1;
            trunkEnds[i] = at + (run.Seconds!.Value * onTrunk);
            end = Math.Max(end, at += run.Seconds.Value);
            free.Enqueue(worker, at);
        }

        return end;
    }

    /// <summary>The run that makes the first steps of this one: itself, or the first of those that share its trunk.</summary>
    internal int TrunkOf(int run) => Line(run).Last();

    /// <summary>A run, the one it starts from, the one that starts from, to the first.</summary>
    private IEnumerable<int> Line(int run)
    {
        for (int? i = run; i is int at; i = Runs[at].StartsFrom)
        {
            yield return at;
        }
    }
}
