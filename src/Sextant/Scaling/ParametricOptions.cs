namespace Sextant.Scaling;

/// <summary>How a law with a floor is fitted: <see cref="ParametricFit"/>, <see cref="SaturatingFit"/>.</summary>
public sealed record ParametricOptions
{
    /// <summary>Hoffmann 2022's by default.</summary>
    public LossObjective Objective { get; init; } = new LossObjective.HuberLogLoss();

    /// <summary>Bootstrap resamples behind the intervals; 0 for none.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>Of the resamples.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Of the intervals, 0..1.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>How parameters and FLOPs were counted; null where the data do not say.</summary>
    public string? Convention { get; init; }

    /// <summary>Where the points come from; what the fit knows is added to it.</summary>
    public Provenance Provenance { get; init; } = new() { Source = "points" };

    /// <summary>Every problem, each with the field's name; empty where there is none.</summary>
    public IEnumerable<string> Problems()
    {
        if (Resamples < 0)
        {
            yield return $"resamples: {Resamples} is negative";
        }

        if (Level is not (> 0 and < 1))
        {
            yield return $"level: {Level} is not between 0 and 1";
        }

        if (Objective is LossObjective.HuberLogLoss { Delta: not (> 0 and < double.PositiveInfinity) } huber)
        {
            yield return $"objective.delta: {huber.Delta} is not positive and finite";
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

    internal Provenance Filled(int used, int resamples) => Provenance with
    {
        Used = used,
        Resamples = resamples,
        Seed = Seed,
        Options = new Dictionary<string, string>(Provenance.Options)
        {
            ["objective"] = Objective.Name,
            ["delta"] = Objective is LossObjective.HuberLogLoss huber ? huber.Delta.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none",
        },
    };
}
