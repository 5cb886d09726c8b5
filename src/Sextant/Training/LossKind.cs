namespace Sextant.Training;

/// <summary>Which mean of the validation loss: they differ wherever batches hold different numbers of tokens.</summary>
public enum LossKind
{
    /// <summary>Unweighted over batches of each one's mean: the course's measure. Batches of rare lengths weigh as much as full ones.</summary>
    PerBatch,

    /// <summary>Over tokens: the field's measure.</summary>
    PerToken,
}
