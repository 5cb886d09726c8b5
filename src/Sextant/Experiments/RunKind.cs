namespace Sextant.Experiments;

/// <summary>What a run trained.</summary>
public enum RunKind
{
    /// <summary>A model that writes: it translates, or goes on with a text (<see cref="SequenceRun"/>).</summary>
    Sequence,

    /// <summary>An encoder that fills in hidden tokens (<see cref="Encoders.PretrainingRun"/>).</summary>
    Pretraining,

    /// <summary>A classifier on an encoder (<see cref="Encoders.FinetuningRun"/>).</summary>
    Finetuning,

    /// <summary>A CLIP on pictures with captions (<see cref="Clip.ContrastiveRun"/>).</summary>
    Contrastive,
}
