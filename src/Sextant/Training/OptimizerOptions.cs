using System.Text.Json.Serialization;

namespace Sextant.Training;

/// <summary>How parameters are updated. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Adam), "adam")]
[JsonDerivedType(typeof(AdamW), "adamW")]
[JsonDerivedType(typeof(Sgd), "sgd")]
[JsonDerivedType(typeof(Muon), "muon")]
[JsonDerivedType(typeof(Soap), "soap")]
[JsonDerivedType(typeof(Shampoo), "shampoo")]
public abstract record OptimizerOptions
{
    private OptimizerOptions()
    {
    }

    /// <summary>The peak learning rate; a schedule multiplies it.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Adam (Kingma and Ba 2015, algorithm 1).</summary>
    public record Adam : OptimizerOptions
    {
        /// <summary>The share of the first moment that is kept, 0..1.</summary>
        public double Beta1 { get; init; } = 0.9;

        /// <summary>The share of the second moment that is kept, 0..1.</summary>
        public double Beta2 { get; init; } = 0.999;

        /// <summary>Added to the root of the second moment.</summary>
        public double Epsilon { get; init; } = 1e-8;
    }

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).</summary>
    public sealed record AdamW : Adam
    {
        /// <summary>The share of a matrix that the learning rate times this takes away each step.</summary>
        public double WeightDecay { get; init; } = 0.01;

        /// <summary>What decays beside the matrices other than embeddings; null for nothing.</summary>
        public Decaying? Decays { get; init; }
    }

    /// <summary>Stochastic gradient descent with momentum.</summary>
    public sealed record Sgd : OptimizerOptions
    {
        /// <summary>The share of the last update that is kept, 0..1.</summary>
        public double Momentum { get; init; } = 0.9;
    }

    /// <summary>What treats matrices as matrices, and all else as AdamW does.</summary>
    public abstract record OfMatrices : OptimizerOptions
    {
        private protected OfMatrices()
        {
        }

        /// <summary>Adam's, where Adam has a part in it: the share of the first moment that is kept, 0..1.</summary>
        public double Beta1 { get; init; } = 0.9;

        /// <summary>Adam's: the share of the second moment that is kept, 0..1.</summary>
        public double Beta2 { get; init; } = 0.999;

        /// <summary>Adam's: added to the root of the second moment.</summary>
        public double Epsilon { get; init; } = 1e-8;

        /// <summary>Decoupled, as AdamW's: the share of a matrix other than an embedding that the learning rate times this takes away each step.</summary>
        public double WeightDecay { get; init; } = 0.01;
    }

    /// <summary>Orthogonalised momentum on the matrices inside the layers (Jordan 2024, "Muon"), AdamW elsewhere.</summary>
    public sealed record Muon : OfMatrices
    {
        /// <summary>The share of the last momentum that is kept, 0..1.</summary>
        public double Momentum { get; init; } = 0.95;
    }

    /// <summary>What keeps the averages of G G^T and G^T G of a matrix's gradients G.</summary>
    public abstract record Preconditioned : OfMatrices
    {
        private protected Preconditioned()
        {
        }

        /// <summary>The share of the averages of G G^T and G^T G that is kept, 0..1.</summary>
        public double PreconditionerBeta { get; init; } = 0.95;

        /// <summary>Steps from one computation of eigenvectors or roots to the next.</summary>
        public int RefreshEvery { get; init; } = 10;

        /// <summary>A side of a matrix that is longer than this is left as it is: a vocabulary's.</summary>
        public int MostDimension { get; init; } = 4096;
    }

    /// <summary>Adam in the eigenbasis of Shampoo's preconditioner (Vyas 2024, algorithm 3) on all matrices, AdamW elsewhere.</summary>
    public sealed record Soap : Preconditioned
    {
        /// <summary>With the paper's constants.</summary>
        public Soap() => (Beta1, Beta2) = (0.95, 0.95);
    }

    /// <summary>Shampoo (Gupta 2018, algorithm 1) with averages in place of sums and with the length of Adam's update (Anil 2020) on all matrices, AdamW elsewhere.</summary>
    public sealed record Shampoo : Preconditioned;
}

/// <summary>What weight decay takes from, beyond the matrices inside the layers.</summary>
public enum Decaying
{
    /// <summary>Embeddings too, but no bias and no norm: what fine-tuning recipes after Devlin 2019 do.</summary>
    Embeddings,

    /// <summary>Every parameter.</summary>
    Everything,
}
