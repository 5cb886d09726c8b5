using Sextant.Models;

namespace Sextant.Experiments;

/// <summary>Numbers of parameters of a model by every convention.</summary>
internal static class ParameterCounting
{
    private const string CourseReason = "the course's formula is for its decoder-only model alone";
    private const string DecoderReason = "defined for decoder-only models, where every parameter meets every token";

    private static readonly string[] Embeddings = ["tokens.", "sourceTokens."];

    /// <param name="options">What the model is.</param>
    /// <param name="model">The model.</param>
    /// <param name="trainable">Its trainable parameters, each once.</param>
    public static ParameterCounts Of(ModelOptions options, SequenceModel model, double trainable)
    {
        (string Name, long Count)[] parameters = [.. model.named_parameters().Select(p => (p.name, p.parameter.numel()))];
        double embeddings = Sum(p => Embeddings.Any(e => p.StartsWith(e, StringComparison.Ordinal)));
        double positions = Sum(p => p.StartsWith("positions.", StringComparison.Ordinal));
        double output = Sum(p => p.StartsWith("output.", StringComparison.Ordinal));
        bool isCourse = options is ModelOptions.CourseDecoder, isDecoder = !options.HasEncoder;
        var reasons = new Dictionary<string, string>();
        if (!isCourse)
        {
            reasons["course"] = CourseReason;
        }

        foreach (string convention in isDecoder ? Array.Empty<string>() : ["6nd", "kaplan", "hoffmann", "palm"])
        {
            reasons[convention] = DecoderReason;
        }

        return new ParameterCounts
        {
            Trainable = trainable,
            Course = isCourse ? trainable - embeddings : null,
            SixNd = isDecoder ? trainable : null,
            Kaplan = isDecoder ? trainable - embeddings - positions - output : null,
            Hoffmann = isDecoder ? trainable - positions - output : null,
            Everything = trainable,
            Palm = isDecoder ? trainable - positions : null,
            Exact = trainable,
            Reasons = reasons,
        };

        double Sum(Func<string, bool> isPart) => parameters.Where(p => isPart(p.Name)).Sum(p => (double)p.Count);
    }
}
