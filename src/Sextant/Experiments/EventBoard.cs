using Sextant.Scaling.GradientNoise;
using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>
/// TensorBoard event files: the losses, the learning rate and the pieces of the gradient noise by step. A run that goes on writes them anew from its metrics, since what stood
/// in them after the last checkpoint comes again.
/// </summary>
internal sealed class EventBoard
{
    private readonly RunFolder folder;
    private TorchSharp.Modules.SummaryWriter? writer;

    public EventBoard(RunFolder folder)
    {
        this.folder = folder;
        folder.Guarded(() =>
        {
            Directory.CreateDirectory(folder.TensorBoardFolder);
            foreach (string old in Directory.EnumerateFiles(folder.TensorBoardFolder, "events.out.tfevents.*"))
            {
                File.Delete(old);
            }

            writer = torch.utils.tensorboard.SummaryWriter(folder.TensorBoardFolder, createRunName: false);
        });
        foreach (var evaluation in folder.ReadMetrics())
        {
            Write(evaluation);
        }

        foreach (var measurement in folder.ReadNoise())
        {
            Write(measurement);
        }
    }

    public void Write(Evaluation evaluation) => folder.Guarded(() =>
    {
        int step = checked((int)evaluation.Step);
        writer!.add_scalar("loss/train", (float)evaluation.TrainLoss, step);
        writer.add_scalar("loss/validation", (float)evaluation.ValidationLoss, step);
        writer.add_scalar("loss/validationPerToken", (float)evaluation.ValidationLossPerToken, step);
        writer.add_scalar("learningRate", (float)evaluation.LearningRate, step);
    });

    /// <summary>The pieces alone: the ratio of one measurement's is no noise scale.</summary>
    public void Write(NoiseMeasurement measurement)
    {
        if (measurement.Problem is null)
        {
            folder.Guarded(() =>
            {
                int step = checked((int)measurement.Step);
                writer!.add_scalar("noise/squaredGradient", (float)measurement.Pieces.SquaredGradient, step);
                writer.add_scalar("noise/trace", (float)measurement.Pieces.Trace, step);
            });
        }
    }
}
