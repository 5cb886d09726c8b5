using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Sextant.Scaling;

/// <summary>
/// How parameters and FLOPs are counted. The same runs give other exponents by another convention (Porian 2024, "Resolving
/// discrepancies in compute-optimal scaling"), so that every number says which it used. What each counts is in
/// <see cref="TransformerShape.Parameters"/> and <see cref="TransformerShape.ForwardFlops"/>, and on one page in docs/counting.md.
/// </summary>
public enum Convention
{
    /// <summary>The course's, for its decoder-only model: no embeddings; softmax and output layer counted.</summary>
    Course,

    /// <summary>6 N D with every parameter (Hoffmann 2022, appendix F, which holds its own count against it).</summary>
    [JsonStringEnumMemberName("6nd")]
    SixNd,

    /// <summary>6 N D without embeddings, positions and output layer (Kaplan 2020, section 2.1).</summary>
    Kaplan,

    /// <summary>The blocks' operations, softmax included, without embedding and output layer (Hoffmann 2022, as table A4 counts).</summary>
    Hoffmann,

    /// <summary>Every operation of Hoffmann 2022, appendix F: the blocks, the embedding as a product, and the output layer.</summary>
    Everything,

    /// <summary>6 N + 12 L H Q T a token (Chowdhery 2022, "PaLM", appendix B).</summary>
    Palm,

    /// <summary>The matrix products that are computed, and nothing else: a look-up of an embedding costs nothing.</summary>
    Exact,
}

/// <summary>The names of conventions, as recipes, results and the command line spell them.</summary>
public static class Conventions
{
    private static readonly string[] Names = ["course", "6nd", "kaplan", "hoffmann", "everything", "palm", "exact"];

    /// <summary>In the order in which results list them.</summary>
    public static IReadOnlyList<Convention> All { get; } = Enum.GetValues<Convention>();

    /// <summary>course, 6nd, kaplan, hoffmann, everything, palm or exact.</summary>
    public static string Name(this Convention convention) => Names[(int)convention];

    /// <summary>The convention of that name; false where there is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out Convention convention)
    {
        int index = Array.IndexOf(Names, name);
        convention = (Convention)Math.Max(0, index);
        return index >= 0;
    }
}
