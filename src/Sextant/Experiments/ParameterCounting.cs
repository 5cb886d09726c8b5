using Sextant.Scaling;

namespace Sextant.Experiments;

/// <summary>Numbers of parameters of a model by every convention.</summary>
internal static class ParameterCounting
{
    /// <param name="shape">What the model is.</param>
    /// <param name="trainable">Its trainable parameters, each once.</param>
    public static ParameterCounts Of(TransformerShape shape, double trainable) => new()
    {
        Trainable = trainable,
        Course = shape.Parameters(Convention.Course),
        SixNd = shape.Parameters(Convention.SixNd),
        Kaplan = shape.Parameters(Convention.Kaplan),
        Hoffmann = shape.Parameters(Convention.Hoffmann),
        Everything = shape.Parameters(Convention.Everything),
        Palm = shape.Parameters(Convention.Palm),
        Exact = shape.Parameters(Convention.Exact),
        Reasons = shape.Reasons(),
    };
}
