using System.Globalization;

namespace Sextant.Training;

/// <summary>A loss came out infinite or not a number. The last good checkpoint stays.</summary>
public sealed class TrainingDiverged(long step, double loss, double learningRate) : UserError(string.Create(
    CultureInfo.InvariantCulture,
    $"Training diverged at step {step}: the loss is {(double.IsNaN(loss) ? "not a number" : "infinite")} at a learning rate of {learningRate:G4}; try a smaller learning rate (--set training.optimizer.learningRate={Math.Min(learningRate / 4, 1e-3):G2}), a warm-up (training.schedule) or clipping (training.clipNorm) in another --out folder. The last good checkpoint, if there was one, is kept."))
{
    /// <summary>Updates made when it happened, this one included.</summary>
    public long Step { get; } = step;

    /// <summary>The learning rate of that step.</summary>
    public double LearningRate { get; } = learningRate;
}
