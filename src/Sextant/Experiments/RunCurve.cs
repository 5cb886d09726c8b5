using Sextant.Models;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>A finished run as a scaling law sees it.</summary>
public sealed record RunCurve
{
    /// <summary>Its losses with parameters and FLOPs by the convention.</summary>
    public required LossCurve Curve { get; init; }

    /// <summary>Tokens of one epoch; null where the run ended before its first evaluation.</summary>
    public double? UniqueTokens { get; init; }

    /// <summary>Models like the run's, with as many layers; null for an encoder-decoder.</summary>
    public ShapeFamily? Family { get; init; }

    /// <summary>Reads recipe, result and metrics.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="convention">How to count.</param>
    /// <param name="loss">Which validation loss.</param>
    /// <exception cref="UserError">No finished run is here, or the convention does not count its model.</exception>
    public static RunCurve Read(RunFolder folder, Convention convention, LossKind loss = LossKind.PerBatch)
    {
        var recipe = folder.ReadRecipe();
        string name = convention.Name();
        if (folder.ReadResult() is not { } result)
        {
            if (folder.ReadIdentity() is string identity && DivergenceMark.Reason(folder, identity) is string diverged)
            {
                throw new UserError($"The run in {folder.Root} diverged: {diverged}");
            }

            throw new UserError($"The run in {folder.Root} is not finished; let `sextant train` finish it first.");
        }

        if (result.Parameters[convention] is not double parameters)
        {
            throw new UserError($"The convention {name} does not count this model ({result.Parameters.Reasons.GetValueOrDefault(name, "no reason is known")}); give a fit of another convention.");
        }

        var evaluations = folder.ReadMetrics();
        if (evaluations.Count == 0)
        {
            throw new UserError($"The run in {folder.Root} has no evaluations (metrics.jsonl); restore them or train again.");
        }

        var points = evaluations.Select((evaluation, i) => new CurvePoint(
            i + 1,
            evaluation.FlopsByConvention?[convention] ?? (convention == Convention.Exact ? evaluation.Flops : throw NotCounted(folder, name)),
            evaluation.Tokens,
            evaluation.Loss(loss)));
        return new RunCurve
        {
            Curve = new LossCurve
            {
                Name = Path.GetFileName(folder.Root),
                Parameters = parameters,
                Layers = recipe.Model.Layers,
                Hidden = recipe.Model.Hidden,
                Points = [.. points],
            },
            UniqueTokens = evaluations[^1] is { Epoch: > 0 } last ? last.Tokens / last.Epoch : null,
            Family = FamilyOf(recipe.Model, result.Parameters),
        };
    }

    /// <summary>Hoffmann's count is Kaplan's and one embedding matrix, V x H.</summary>
    private static ShapeFamily? FamilyOf(ModelOptions model, ParameterCounts counts) =>
        counts.Hoffmann - counts.Kaplan is not double embedding ? null : model switch
        {
            ModelOptions.CourseDecoder => new ShapeFamily.CourseDecoder { Layers = model.Layers, Vocabulary = (int)(embedding / model.Hidden) },
            ModelOptions.ModernDecoder => new ShapeFamily.ModernDecoder { Layers = model.Layers, Vocabulary = (int)(embedding / model.Hidden) },
            _ => null,
        };

    private static UserError NotCounted(RunFolder folder, string name) =>
        new($"The run in {folder.Root} began before its FLOPs were counted by the convention {name}; train it again, or give a fit of the convention exact.");
}
