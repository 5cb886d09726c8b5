namespace Sextant.Finetuning;

/// <summary>What a classifier said of one labelled text.</summary>
/// <param name="Part">"validation" or "test".</param>
/// <param name="Row">Of the data, from 1.</param>
/// <param name="Text">The text.</param>
/// <param name="Pair">Its second text; null where there is none.</param>
/// <param name="Label">The name of the right class.</param>
/// <param name="Predicted">The name of the class that was said.</param>
/// <param name="Probabilities">Of the classes, in their order.</param>
/// <param name="Unseen">What the encoder did not see as it stands: pieces that have no token of their own, and what was cut off; empty where it saw everything.</param>
public sealed record Prediction(string Part, int Row, string Text, string? Pair, string Label, string Predicted, IReadOnlyList<double> Probabilities, string Unseen)
{
    /// <summary>Whether the right class was said.</summary>
    public bool IsRight => Label == Predicted;
}
