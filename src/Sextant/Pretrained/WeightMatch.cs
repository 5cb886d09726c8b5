namespace Sextant.Pretrained;

/// <summary>How the tensors of a checkpoint meet those of a model.</summary>
/// <param name="Missing">Tensors of the model that the checkpoint lacks.</param>
/// <param name="Unused">Tensors of the checkpoint that the model has no place for.</param>
/// <param name="Misshapen">Tensors of both, of different shapes, each with the two.</param>
public sealed record WeightMatch(IReadOnlyList<string> Missing, IReadOnlyList<string> Unused, IReadOnlyList<string> Misshapen)
{
    private const int Named = 4;

    /// <summary>Whether everything found its place.</summary>
    public bool IsComplete => Missing.Count == 0 && Unused.Count == 0 && Misshapen.Count == 0;

    /// <summary>What did not, in words; empty where everything did.</summary>
    public string Words => string.Join("; ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Missing.Count > 0)
        {
            yield return $"{Count(Missing, "tensor")} of the model {(Missing.Count == 1 ? "is" : "are")} not in it ({List(Missing)})";
        }

        if (Misshapen.Count > 0)
        {
            yield return $"{Count(Misshapen, "tensor")} {(Misshapen.Count == 1 ? "has" : "have")} another shape ({List(Misshapen)})";
        }

        if (Unused.Count > 0)
        {
            yield return $"{Count(Unused, "tensor")} of it {(Unused.Count == 1 ? "has" : "have")} no place in the model ({List(Unused)})";
        }
    }

    private static string Count(IReadOnlyList<string> names, string what) => $"{names.Count} {what}{(names.Count == 1 ? "" : "s")}";

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");
}

/// <summary>What of a checkpoint may not meet a model: prefixes of published names, such as "classifier." or "bert.pooler."; of what is left over also as the file has them.</summary>
/// <param name="Missing">What the model draws anew where the checkpoint lacks it.</param>
/// <param name="Unused">What the checkpoint may have more.</param>
public sealed record ExpectedWeights(IReadOnlyList<string> Missing, IReadOnlyList<string> Unused)
{
    public static ExpectedWeights None { get; } = new([], []);

    /// <summary>What the model draws anew whether the checkpoint has it or not: a new head.</summary>
    public IReadOnlyList<string> New { get; init; } = [];

    internal bool IsNew(string name) => New.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    internal bool MayMiss(string name) => Missing.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    internal bool MayLeave(string name) => Unused.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
