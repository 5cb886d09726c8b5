using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>What surrounds a run and takes no part in its outcome.</summary>
public sealed record RunSurroundings
{
    public torch.Device Device { get; init; } = torch.CPU;

    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Told what a person should know: lines left out of the data, a run that goes on.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    public CancellationToken Stop { get; init; }

    /// <summary>
    /// Whether the steps before the decay are taken over from a run beside this one (in the same parent folder) that differs in
    /// horizon or decay alone, as far as one has come, and kept for others. The outcome is the same to the bit.
    /// </summary>
    public bool SharesTrunk { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long training may go without a checkpoint.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(15);
}
