using System.Globalization;

namespace Sextant.Training;

/// <summary>A loss or weights came out infinite or not a number. The last good checkpoint stays.</summary>
/// <param name="step">Updates made when it happened, this one included.</param>
/// <param name="what">What is not finite, such as "the loss is infinite".</param>
/// <param name="learningRate">The rate of that step, as scheduled.</param>
/// <param name="peakRate">The recipe's rate, which the schedule multiplies.</param>
public sealed class TrainingDiverged(long step, string what, double learningRate, double peakRate) : UserError(string.Create(
    CultureInfo.InvariantCulture,
    $"{Opening}{step}: {what} at a learning rate of {learningRate:G4}; try a smaller one (--set training.optimizer.learningRate={peakRate / 4:G2}), a warm-up (training.schedule) or clipping (training.clipNorm) in another --out folder. The last good checkpoint, if there was one, is kept."))
{
    private const string Opening = "Training diverged at step ";

    /// <summary>Updates made when it happened, this one included.</summary>
    public long Step { get; } = step;

    /// <summary>The learning rate of that step.</summary>
    public double LearningRate { get; } = learningRate;

    /// <summary>Whether a message of another process tells of a training that diverged.</summary>
    public static bool IsMeantBy(string message) => message.Contains(Opening, StringComparison.Ordinal);

    internal static string LossIs(double loss) => $"the loss is {(double.IsNaN(loss) ? "not a number" : "infinite")}";
}
