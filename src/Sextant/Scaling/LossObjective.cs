using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>What a law's constants minimise: the sum over points of weight times a penalty of the residual. The estimator is part of the answer.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(HuberLogLoss), "huberLogLoss")]
[JsonDerivedType(typeof(SquaredLogLoss), "squaredLogLoss")]
[JsonDerivedType(typeof(SquaredLoss), "squaredLoss")]
[JsonDerivedType(typeof(AbsoluteLogLoss), "absoluteLogLoss")]
public abstract record LossObjective
{
    private LossObjective()
    {
    }

    /// <summary>As the fit's JSON has it.</summary>
    [JsonIgnore]
    public abstract string Name { get; }

    /// <summary>Whether residuals are of the logarithm of the loss.</summary>
    internal abstract bool OfLogarithm { get; }

    internal abstract Penalty Of(double residual);

    /// <summary>Objectives minimised one after another, each from the minimum of the one before, to reach this one's minimum: this alone where it is smooth.</summary>
    internal virtual IReadOnlyList<LossObjective> Path => [this];

    /// <summary>Huber's penalty of ln(prediction) - ln(loss): squared up to delta, linear beyond (Hoffmann 2022, equation 3).</summary>
    public sealed record HuberLogLoss : LossObjective
    {
        /// <summary>Hoffmann 2022, section D.2.</summary>
        public double Delta { get; init; } = 1e-3;

        public override string Name => "huberLogLoss";

        internal override bool OfLogarithm => true;

        internal override Penalty Of(double residual) => Math.Abs(residual) <= Delta
            ? new Penalty(residual * residual / 2, residual, 1, 1)
            : new Penalty(Delta * (Math.Abs(residual) - (Delta / 2)), Math.CopySign(Delta, residual), 0, Delta / Math.Abs(residual));
    }

    /// <summary>Half the square of ln(prediction) - ln(loss).</summary>
    public sealed record SquaredLogLoss : LossObjective
    {
        public override string Name => "squaredLogLoss";

        internal override bool OfLogarithm => true;

        internal override Penalty Of(double residual) => new(residual * residual / 2, residual, 1, 1);
    }

    /// <summary>Half the square of prediction - loss: what variable projection minimises (Golub and Pereyra 1973).</summary>
    public sealed record SquaredLoss : LossObjective
    {
        public override string Name => "squaredLoss";

        internal override bool OfLogarithm => false;

        internal override Penalty Of(double residual) => new(residual * residual / 2, residual, 1, 1);
    }

    /// <summary>
    /// The size of ln(prediction) - ln(loss): least absolute deviations, for which an outlier counts by its sign alone. Its minimum goes exactly through
    /// as many points as there are constants, so that it has no derivative there; it is reached by rounding the corner less and less.
    /// </summary>
    public sealed record AbsoluteLogLoss : LossObjective
    {
        /// <summary>The last leaves the sum at most half of itself above the least one for each point that the law goes through.</summary>
        private static readonly LossObjective[] Narrowing = [.. Enumerable.Range(2, 8).Select(power => new Rounded(Math.Pow(10, -power)))];

        public override string Name => "absoluteLogLoss";

        internal override bool OfLogarithm => true;

        internal override IReadOnlyList<LossObjective> Path => Narrowing;

        internal override Penalty Of(double residual) => Outside(residual);

        private static Penalty Outside(double residual) => new(Math.Abs(residual), Math.Sign(residual), 0, 1 / Math.Max(Math.Abs(residual), double.Epsilon));

        /// <summary>A parabola within <paramref name="Width"/> of 0 that meets the size of the residual at its ends, and lies above it between them.</summary>
        private sealed record Rounded(double Width) : LossObjective
        {
            public override string Name => "absoluteLogLoss";

            internal override bool OfLogarithm => true;

            internal override Penalty Of(double residual) => Math.Abs(residual) < Width
                ? new Penalty(((residual * residual / Width) + Width) / 2, residual / Width, 1 / Width, 1 / Width)
                : Outside(residual);
        }
    }
}

/// <summary>A penalty at one residual.</summary>
/// <param name="Value">rho(r).</param>
/// <param name="Slope">rho'(r).</param>
/// <param name="Curvature">rho''(r).</param>
/// <param name="Majorant">rho'(r) / r: the curvature of the parabola that touches rho at r and lies above it.</param>
internal readonly record struct Penalty(double Value, double Slope, double Curvature, double Majorant);
