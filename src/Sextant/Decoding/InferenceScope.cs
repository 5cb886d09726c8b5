using Sextant.Models;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>
/// Evaluation mode without gradients until disposed; then the mode is as it was. Not inference mode: a table that a
/// model makes lazily and keeps must stay usable in training.
/// </summary>
internal sealed class InferenceScope : IDisposable
{
    private readonly SequenceModel model;
    private readonly bool training;
    private readonly IDisposable gradients = torch.no_grad();

    /// <summary>Where the model's parameters are.</summary>
    public torch.Device Device { get; }

    public InferenceScope(SequenceModel model)
    {
        this.model = model;
        Device = model.parameters().FirstOrDefault()?.device ?? torch.CPU;
        training = model.training;
        if (training)
        {
            model.eval();
        }
    }

    public void Dispose()
    {
        if (training)
        {
            model.train();
        }

        gradients.Dispose();
    }
}
