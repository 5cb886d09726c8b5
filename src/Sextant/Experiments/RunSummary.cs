using System.Text.Json.Nodes;
using Sextant.Experiments.Clip;
using Sextant.Experiments.Encoders;

namespace Sextant.Experiments;

/// <summary>A run in a line: what it is, how far it is and what it reached.</summary>
/// <param name="Name">Of its recipe.</param>
/// <param name="RunFolder">Absolute path.</param>
/// <param name="Kind">What it trained.</param>
/// <param name="Status">How it ended; null where it has not.</param>
/// <param name="Step">Updates made.</param>
/// <param name="LowestValidationLoss">Nats a token, a hidden token or a text, mean over batches; null before the first evaluation.</param>
/// <param name="Accuracy">The share that is right, 0..1: of validation texts, or of hidden tokens; of the kept weights where the run is done, else of the last evaluation. Null for other models.</param>
/// <param name="MajorityAccuracy">What always saying the most frequent class gets right; null for other models and before the end.</param>
public sealed record RunSummary(string Name, string RunFolder, RunKind Kind, RunStatus? Status, long Step, double? LowestValidationLoss, double? Accuracy, double? MajorityAccuracy)
{
    /// <summary>Reads recipe, metrics and result.</summary>
    /// <exception cref="UserError">No run is here, or a file of it is damaged.</exception>
    public static RunSummary Read(RunFolder folder)
    {
        var kind = folder.ReadKind();
        var metrics = folder.ReadMetrics();
        var running = new RunSummary(
            NameOf(folder, kind),
            folder.Root,
            kind,
            Status: null,
            metrics.Count > 0 ? metrics[^1].Step : 0,
            metrics.Count > 0 ? metrics.Min(e => e.ValidationLoss) : null,
            metrics.Count > 0 ? metrics[^1].Accuracy : null,
            MajorityAccuracy: null);
        return kind switch
        {
            RunKind.Finetuning when FinetuningRun.Read(folder) is { } result => Ended(result.Status, result.Steps, result.ValidationLoss) with { Accuracy = result.Validation?.Accuracy, MajorityAccuracy = result.Validation?.MajorityAccuracy },
            RunKind.Pretraining when PretrainingRun.Read(folder) is { } result => Ended(result.Status, result.Steps, result.ValidationLoss) with { Accuracy = result.Accuracy },
            RunKind.Contrastive when ContrastiveRun.Read(folder) is { } result => Ended(result.Status, result.Steps, result.ValidationLoss),
            RunKind.Sequence when folder.ReadResult() is { } result => Ended(result.Status, result.Steps, result.ValidationLoss),
            _ => running,
        };

        RunSummary Ended(RunStatus status, long steps, LowestLoss? loss) => running with { Status = status, Step = steps, LowestValidationLoss = loss?.Lowest ?? running.LowestValidationLoss };
    }

    private static string NameOf(RunFolder folder, RunKind kind) => kind == RunKind.Sequence
        ? folder.ReadRecipe().Name
        : (JsonFile.Read(folder.RecipePath, "recipe", "")["name"] as JsonValue)?.ToString() ?? "run";
}
