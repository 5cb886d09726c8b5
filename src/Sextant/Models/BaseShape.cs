namespace Sextant.Models;

/// <summary>
/// The model whose learning rate is carried over to other widths by the maximal-update parametrisation (Yang and Hu 2022, "Tensor
/// Programs V"): the sizes that may grow with the width. All three are stated, since nothing tells whether a wider model has more heads or wider ones.
/// Everything else (layers, vocabulary, positions) is that of the model itself.
/// </summary>
public sealed record BaseShape
{
    /// <summary>H of the base model.</summary>
    public required int Hidden { get; init; }

    /// <summary>Its attention heads; divides its H.</summary>
    public required int Heads { get; init; }

    /// <summary>F, the inner width of its feed-forward.</summary>
    public required int FeedForward { get; init; }

    internal IEnumerable<string> Problems(string path)
    {
        if (Hidden < 1)
        {
            yield return $"{path}.hidden: {Hidden} is not positive; give the width at which the learning rate was chosen";
        }
        else if (Heads < 1 || Hidden % Heads != 0)
        {
            yield return $"{path}.heads: {Heads} does not divide {path}.hidden {Hidden}; give the heads of the model whose learning rate was chosen";
        }

        if (FeedForward < 1)
        {
            yield return $"{path}.feedForward: {FeedForward} is not positive; give the inner width of the model whose learning rate was chosen";
        }
    }
}
