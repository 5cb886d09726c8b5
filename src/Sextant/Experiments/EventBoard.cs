using Sextant.Training;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>TensorBoard event files: the losses and the learning rate by step. A resumed run adds a file of its own.</summary>
internal sealed class EventBoard
{
    private readonly TorchSharp.Modules.SummaryWriter writer;

    public EventBoard(string folder)
    {
        Directory.CreateDirectory(folder);
        writer = torch.utils.tensorboard.SummaryWriter(folder, createRunName: false);
    }

    public void Write(Evaluation evaluation)
    {
        int step = checked((int)evaluation.Step);
        writer.add_scalar("loss/train", (float)evaluation.TrainLoss, step);
        writer.add_scalar("loss/validation", (float)evaluation.ValidationLoss, step);
        writer.add_scalar("loss/validationPerToken", (float)evaluation.ValidationLossPerToken, step);
        writer.add_scalar("learningRate", (float)evaluation.LearningRate, step);
    }
}
