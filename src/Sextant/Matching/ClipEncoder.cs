namespace Sextant.Matching;

/// <summary>A CLIP model as it is used: weights, tokeniser and preparation of pictures together.</summary>
public sealed class ClipEncoder : IDisposable
{
    private ClipEncoder()
    {
    }

    /// <summary>Of a feature.</summary>
    public int Width => throw new NotImplementedException();

    /// <summary>exp(logit_scale): what cosines are multiplied by before the softmax.</summary>
    public double Scale => throw new NotImplementedException();

    /// <summary>A hash of what decides features: weights, tokeniser, preparation. In hexadecimal.</summary>
    public string Identity => throw new NotImplementedException();

    /// <summary>Reads a model.</summary>
    /// <param name="folder">With config.json, weights, the tokeniser's files and preprocessor_config.json; or a run folder, whose best/ is one.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <exception cref="UserError">The folder holds no CLIP model, or a file of it is missing or damaged.</exception>
    public static ClipEncoder Load(string folder, string? fileName = null) => throw new NotImplementedException();

    /// <summary>The end of a text that is cut off, because the model takes no more tokens; null where nothing is.</summary>
    public string? CutOff(string text) => throw new NotImplementedException();

    /// <summary>Features of texts, a row each, in their order. A text's row does not depend on the others.</summary>
    /// <exception cref="UserError">A text has no token.</exception>
    public FeatureTable Texts(IReadOnlyList<string> texts) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
