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

    public required long Evaluations { get; init; }

    /// <summary>Tokens of the training data, each once.</summary>
    public required double UniqueTokens { get; init; }

    /// <summary>Expected seconds of training on this machine, from a few real steps, for a core of its own; null where none were made.</summary>
    public double? Seconds { get; init; }

    /// <summary>Decoder positions squared, summed over the examples of an epoch: what attention's FLOPs grow with.</summary>
    internal double SquaredLengths { get; init; }

    /// <summary>L, H.</summary>
    internal (int Layers, int Hidden) Shape { get; init; }

    /// <summary>N by a convention; null where it does not apply, with the reason in <see cref="ParameterCounts.Reasons"/>.</summary>
    internal double? ParametersBy(string convention) => convention switch
    {
        "course" => Parameters.Course,
        "6nd" => Parameters.SixNd,
        "kaplan" => Parameters.Kaplan,
        "hoffmann" => Parameters.Hoffmann,
        "palm" => Parameters.Palm,
        "everything" => Parameters.Everything,
        _ => Parameters.Exact,
    };

    /// <summary>
    /// C by a convention after so many tokens, where the exact count is <paramref name="exact"/>; null where the convention does
    /// not apply. What depends on lengths is their mean over an epoch: right at the end of each.
    /// </summary>
    internal double? FlopsBy(string convention, double exact, double tokens)
    {
        double squares = SquaredLengths * tokens / UniqueTokens;
        return ParametersBy(convention) is not double parameters ? null : convention switch
        {
            "course" => exact + (3 * 3 * Shape.Layers * squares), // the course counts 3 s^2 a layer for the softmax, thrice with the backward pass
            "6nd" or "kaplan" => 6 * parameters * tokens,
            "palm" => (6 * parameters * tokens) + (12 * Shape.Layers * Shape.Hidden * squares), // Chowdhery 2022, appendix B
            _ => exact,
        };
    }
}

/// <summary>What a study will take.</summary>
public sealed record StudyForecast
{
    /// <summary>One for each run, in the study's order.</summary>
    public required IReadOnlyList<RunForecast> Runs { get; init; }

    /// <summary>What may keep the study from answering its question, a sentence each.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Sum of all runs, exact convention.</summary>
    public double Flops => Runs.Sum(run => run.Flops);

    public double Tokens => Runs.Sum(run => run.Tokens);

    /// <summary>Expected seconds of all runs one after another; null where they were not measured.</summary>
    public double? Seconds => Runs.All(run => run.Seconds is not null) ? Runs.Sum(run => run.Seconds) : null;

    /// <summary>Runs by falling FLOPs: started in this order, the last to end ends soonest.</summary>
    public IReadOnlyList<int> LargestFirst => [.. Runs.Index().OrderByDescending(run => run.Item.Flops).Select(run => run.Index)];

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
        foreach (int run in LargestFirst)
        {
            free.TryDequeue(out int worker, out double at);
            end = Math.Max(end, at += Runs[run].Seconds!.Value);
            free.Enqueue(worker, at);
        }

        return end;
    }
}
