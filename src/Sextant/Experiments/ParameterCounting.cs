using Sextant.Models;

namespace Sextant.Experiments;

/// <summary>Numbers of parameters of a model by every convention.</summary>
internal static class ParameterCounting
{
    private static readonly string[] Embeddings = ["tokens.", "sourceTokens.", "targetTokens."];

    /// <param name="options">What the model is.</param>
    /// <param name="model">The model.</param>
    /// <param name="trainable">Its trainable parameters, each once.</param>
    public static ParameterCounts Of(ModelOptions options, SequenceModel model, double trainable)
    {
        (string Name, long Count)[] parameters = [.. model.named_parameters().Select(p => (p.name, p.parameter.numel()))];
        double embeddings = Sum(p => Embeddings.Any(e => p.StartsWith(e, StringComparison.Ordinal)));
        double positions = Sum(p => p.StartsWith("positions.", StringComparison.Ordinal));
        double output = Sum(p => p.StartsWith("output.", StringComparison.Ordinal));
        bool isCourse = options is ModelOptions.CourseDecoder;
        return new ParameterCounts
        {
            Trainable = trainable,
            Course = isCourse ? trainable - embeddings : null,
            SixNd = trainable,
            Kaplan = trainable - embeddings - positions - output,
            Hoffmann = trainable,
            Everything = trainable,
            Palm = trainable - positions,
            Exact = trainable,
            Reasons = isCourse ? new Dictionary<string, string>() : new() { ["course"] = "the course's formula is for its decoder-only model alone" },
        };

        double Sum(Func<string, bool> isPart) => parameters.Where(p => isPart(p.Name)).Sum(p => (double)p.Count);
    }
}
