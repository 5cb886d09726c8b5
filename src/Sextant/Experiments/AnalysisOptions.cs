using System.Globalization;
using System.Text.Json.Serialization;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What a study's runs are made for. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(None), "none")]
[JsonDerivedType(typeof(Compare), "compare")]
[JsonDerivedType(typeof(Curves), "curves")]
[JsonDerivedType(typeof(IsoFlop), "isoflop")]
[JsonDerivedType(typeof(Parametric), "parametric")]
[JsonDerivedType(typeof(LearningRate), "learning-rate")]
[JsonDerivedType(typeof(BatchSize), "batch-size")]
[JsonDerivedType(typeof(Optimizers), "optimizers")]
public abstract record AnalysisOptions
{
    /// <summary>A training stops this share below the lowest loss that it counts its steps to, so that noise about it does not stop it early.</summary>
    private const double Margin = 0.03;

    private AnalysisOptions()
    {
    }

    /// <summary>How parameters and FLOPs are counted in points.csv and curves.csv.</summary>
    [JsonIgnore]
    public Convention CountedBy => this is Scaling scaling ? scaling.Convention : Convention.Exact;

    /// <summary>Which validation loss is analysed, and decides where a learning rate is tuned.</summary>
    [JsonIgnore]
    public LossKind MeasuredBy => this switch
    {
        Scaling scaling => scaling.Loss,
        Batches batches => batches.Loss,
        Optimizers optimizers => optimizers.Loss,
        _ => LossKind.PerBatch,
    };

    /// <summary>Losses that steps are counted to; null where none are.</summary>
    [JsonIgnore]
    public IReadOnlyList<double>? StepTargets => this switch
    {
        BatchSize { Targets: var targets } => targets,
        Optimizers { Targets: var targets } => targets,
        _ => null,
    };

    /// <summary>Where each training of the study ends, if it comes so far; null where the horizon alone ends it.</summary>
    [JsonIgnore]
    public TargetLoss? StopAt => StepTargets is { Count: > 0 } targets ? new TargetLoss { Loss = (1 - Margin) * targets.Min(), Kind = MeasuredBy } : null;

    /// <summary>Everything that is wrong, each with its path in the study.</summary>
    public IEnumerable<string> Problems(string path = "analysis")
    {
        var (targets, what) = this is Curves { Targets: var at } ? (at, "the FLOPs to compare sizes at") : (StepTargets, "the losses to count the steps to");
        if (targets is { Count: 0 })
        {
            yield return $"{path}.targets: is empty; name {what}.";
        }

        foreach (double target in targets?.Where(target => !(target > 0 && double.IsFinite(target))) ?? [])
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.targets: {target} must be more than 0 and finite.");
        }

        if (this is Curves { Smoother: CurveSmoother.Polynomial { Degree: < 1 or > 12 } polynomial })
        {
            yield return $"{path}.smoother.degree: {polynomial.Degree} must be at least 1 and at most 12.";
        }
    }

    /// <summary>The runs alone.</summary>
    public sealed record None : AnalysisOptions;

    /// <summary>The runs side by side: table, curves, pictures.</summary>
    public sealed record Compare : AnalysisOptions;

    /// <summary>What the laws of scaling share.</summary>
    public abstract record Scaling : AnalysisOptions
    {
        /// <summary>How parameters and FLOPs are counted.</summary>
        public Convention Convention { get; init; } = Convention.Exact;

        /// <summary>Which mean of the validation loss.</summary>
        public LossKind Loss { get; init; }
    }

    /// <summary>Loss along each run's FLOPs, smoothed and read off at targets; the best size at each, and the line through them.</summary>
    public sealed record Curves : Scaling
    {
        /// <summary>FLOPs, by the convention.</summary>
        public required IReadOnlyList<double> Targets { get; init; }

        public CurveSmoother Smoother { get; init; } = new CurveSmoother.Polynomial();
    }

    /// <summary>The runs' last losses, by equal FLOPs: the best size at each budget, and the line through them (Hoffmann 2022, approach 2).</summary>
    public sealed record IsoFlop : Scaling;

    /// <summary>L(N, D) = E + A/N^alpha + B/D^beta through the runs' last losses (Hoffmann 2022, approach 3).</summary>
    public sealed record Parametric : Scaling;

    /// <summary>What studies of batch sizes share. Their learning rates are tuned at each batch: else the rate and not the batch would be compared.</summary>
    public abstract record Batches : AnalysisOptions
    {
        /// <summary>Which mean of the validation loss.</summary>
        public LossKind Loss { get; init; }
    }

    /// <summary>The best learning rate at each batch size, and the law through them (McCandlish 2018, equation 2.6).</summary>
    public sealed record LearningRate : Batches;

    /// <summary>The steps to target losses at each batch size with its best rate: the critical batch (McCandlish 2018, equation 2.11).</summary>
    public sealed record BatchSize : Batches
    {
        /// <summary>Losses, nats a token. The critical batch depends on the loss, so that several tell more.</summary>
        public required IReadOnlyList<double> Targets { get; init; }
    }

    /// <summary>The steps that optimisers take to target losses, each at its best rate by as many trials, against one of them; and whether they save more at the largest batch than at the smallest.</summary>
    public sealed record Optimizers : AnalysisOptions
    {
        /// <summary>Losses, nats a token; rates are tuned by the steps to the lowest.</summary>
        public required IReadOnlyList<double> Targets { get; init; }

        /// <summary>The kind of optimiser that the others are held against.</summary>
        public string Baseline { get; init; } = "adamW";

        /// <summary>Which mean of the validation loss.</summary>
        public LossKind Loss { get; init; }
    }
}
