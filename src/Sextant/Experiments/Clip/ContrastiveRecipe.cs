using Sextant.Data;
using Sextant.Experiments.Encoders;
using Sextant.Matching;
using Sextant.Matching.Contrastive;
using Sextant.Training;

namespace Sextant.Experiments.Clip;

/// <summary>Everything that determines the training of a CLIP on pictures with captions (Radford 2021), from new weights (pretraining) or from a model's (fine-tuning).</summary>
public sealed record ContrastiveRecipe
{
    /// <summary>What people call it; takes no part in the identity.</summary>
    public required string Name { get; init; }

    /// <summary>Pictures with captions.</summary>
    public required ContrastiveData Data { get; init; }

    /// <summary>The CLIP that is trained.</summary>
    public required ClipSource Model { get; init; }

    /// <summary>How pictures and captions are held against one another; what tells such a recipe from others.</summary>
    public required ContrastiveOptions Contrastive { get; init; }

    /// <summary>What of the model stays as it is.</summary>
    public FrozenTowers Freeze { get; init; }

    /// <summary>What the model knew and is measured before and after; null measures nothing beside the data.</summary>
    public KnownTask? Known { get; init; }

    /// <summary>Mixes the trained weights with those of the start and keeps the mixture that does best; null keeps what was trained.</summary>
    public EnsembleOptions? Ensemble { get; init; }

    /// <summary>How many pictures and captions are measured at the end, of drawn data.</summary>
    public DrawnMeasuring Measures { get; init; } = new();

    /// <summary>The trained weights that are kept and measured.</summary>
    public KeptWeights Keep { get; init; }

    /// <summary>Losses are nats a pair, and what is counted as tokens are pairs.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Decides new weights, captions, cropping, dropout, what validates of a user's pictures and the order of batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Everything that is wrong with these values, each with its path; empty if nothing is.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Data.Problems(),
        .. Model.Problems(),
        .. Contrastive.Problems(),
        .. Known?.Problems() ?? [],
        .. Ensemble?.Problems() ?? [],
        .. Measures.Problems(),
        .. Training.Problems(),
        .. Mismatches(),
    ];

    private IEnumerable<string> Mismatches()
    {
        if (Training.Batch is not BatchOptions.Examples { Size: >= 2 })
        {
            yield return "training.batch: pairs are held against the others of their batch, which is drawn anew every epoch; give kind examples and a size of at least 2.";
        }

        if (Training.ValidationBatch < 2)
        {
            yield return $"training.validationBatch: {Training.ValidationBatch} is not at least 2.";
        }

        if (Training.LabelSmoothing != 0)
        {
            yield return "training.labelSmoothing: is not known in contrastive training; leave it out.";
        }

        if (Training.NoiseScale is not null)
        {
            yield return "training.noiseScale: is not measured in contrastive training, where a batch is more than the sum of its pairs; leave it out.";
        }

        if (Data is ContrastiveData.Drawn { Neighbours: { Group: > 1 } neighbours } && Training.Batch is BatchOptions.Examples batch && batch.Size % neighbours.Group != 0)
        {
            yield return $"data.neighbours.group: {neighbours.Group} does not divide training.batch.size {batch.Size}, so that a group would lie in two batches.";
        }

        if (Model is ClipSource.Drawn)
        {
            if (Known is not null)
            {
                yield return "known: is measured before and after a fine-tuning, and new weights know nothing; leave it out, or start from a model (model.kind pretrained).";
            }

            if (Freeze != FrozenTowers.Nothing)
            {
                yield return "freeze: new weights would stay as they were drawn; leave it out, or start from a model (model.kind pretrained).";
            }

            if (Ensemble is not null)
            {
                yield return "ensemble: mixes with the weights of the start, and new weights know nothing; leave it out, or start from a model (model.kind pretrained).";
            }
        }

        if (Freeze.FreezesPictures() && Data is ContrastiveData.Pictures { Cropping: not null })
        {
            yield return "data.cropping: a frozen picture tower computes each picture once; leave it out.";
        }

        if (Ensemble is { Rule: EnsembleRule.Mean } && Known is null)
        {
            yield return "ensemble.rule: mean weighs what is known against what is new, and nothing known is named; give known, or the rule new.";
        }
    }
}
