using System.Text.Json.Serialization;
using Sextant.Matching;

namespace Sextant.Experiments.Clip;

/// <summary>What came out of a contrastive training: result.json, and what `pretrain --json` and `finetune --json` print.</summary>
public sealed record ContrastiveResult
{
    public required RunStatus Status { get; init; }

    /// <summary>Absolute path of the run folder; its best/ is a CLIP that `match` and `finetune` take.</summary>
    public required string RunFolder { get; init; }

    /// <summary>Lowest of the evaluations on the way, nats a pair (which depends on the size of a validation batch); null only where training was stopped before the first.</summary>
    public required LowestLoss? ValidationLoss { get; init; }

    /// <summary>Of the kept weights on the pictures that validate: captions finding pictures and pictures captions. Null where training was stopped.</summary>
    public RetrievalMeasures? Validation { get; init; }

    /// <summary>Of the kept weights on drawn pictures; null for a user's own, or where training was stopped.</summary>
    public DrawnMeasures? Drawn { get; init; }

    /// <summary>Of the start, of a fine-tuning: before any training. Null of a pretraining.</summary>
    public Standing? Before { get; init; }

    /// <summary>Of the weights as they were trained, of a fine-tuning.</summary>
    public Standing? Trained { get; init; }

    /// <summary>Every mixture that was tried, in the order of the recipe; null where none was.</summary>
    public IReadOnlyList<Standing>? Mixtures { get; init; }

    /// <summary>The alpha of the mixture that is kept; null where none was made.</summary>
    public double? Alpha { get; init; }

    /// <summary>What cosines are multiplied by: exp(logit scale) of the kept weights; null where training was stopped.</summary>
    public double? Scale { get; init; }

    /// <summary>Pictures that train and that validate.</summary>
    public required int TrainPictures { get; init; }

    public required int ValidationPictures { get; init; }

    /// <summary>Pictures that could not be used.</summary>
    public required int LeftOutPictures { get; init; }

    /// <summary>Tokens of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Parameters that were trained, each once.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>All parameters, each once.</summary>
    public required long Parameters { get; init; }

    /// <summary>Training FLOPs of the matrix products, a frozen picture tower's one pass included.</summary>
    public required double Flops { get; init; }

    /// <summary>Pairs of picture and caption trained on.</summary>
    public required double Pairs { get; init; }

    /// <summary>Wall-clock seconds of training, over all sittings.</summary>
    public required double Seconds { get; init; }

    /// <summary>Wall-clock seconds of one step without evaluations and files, mean over the last sitting but for its first five steps where there are more than ten.</summary>
    public double? SecondsPerStep { get; init; }

    public required long Steps { get; init; }

    public required double Epochs { get; init; }
}

/// <summary>How some weights do.</summary>
/// <param name="Alpha">How much of them is fine-tuned: 0 for the start, 1 for what was trained.</param>
/// <param name="Known">The share of the known task that is right; null where none is named.</param>
/// <param name="PicturesByCaption">Recall at 1 of the new data's captions among the pictures that validate, 0..1.</param>
/// <param name="CaptionsByPicture">Recall at 1 of its pictures.</param>
public sealed record Standing(double Alpha, Proportion? Known, Recall PicturesByCaption, Recall CaptionsByPicture)
{
    /// <summary>Mean recall at 1 of both directions, 0..1.</summary>
    [JsonIgnore]
    public double New => (PicturesByCaption.Value + CaptionsByPicture.Value) / 2;
}
