using TorchSharp;

namespace Sextant.Models.Encoders;

/// <summary>A function of every cell.</summary>
public enum Activation
{
    /// <summary>x Phi(x) (Hendrycks and Gimpel 2016, section 2), by the error function.</summary>
    Gelu,

    /// <summary>The same by the hyperbolic tangent.</summary>
    GeluTanh,

    Relu,

    /// <summary>x sigmoid(1.702 x) (Hendrycks and Gimpel 2016, section 2), which CLIP was trained with.</summary>
    QuickGelu,
}

internal static class Activations
{
    public static torch.Tensor Of(this Activation activation, torch.Tensor x) => activation switch
    {
        Activation.Gelu => torch.nn.functional.gelu(x),
        Activation.GeluTanh => torch.nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        Activation.Relu => torch.nn.functional.relu(x),
        Activation.QuickGelu => QuickGelu(x),
        _ => throw new NotSupportedException(activation.ToString()),
    };

    private static torch.Tensor QuickGelu(torch.Tensor x)
    {
        using Scalar steepness = 1.702;
        return x.mul(x.mul(steepness).sigmoid());
    }
}
