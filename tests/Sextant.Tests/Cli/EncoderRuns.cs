using System.Text.Json.Nodes;

namespace Sextant.Tests.Cli;

/// <summary>An encoder pretrained for a moment and a classifier of expressions fine-tuned from it, once for the tests of a class, by the commands themselves.</summary>
public sealed class EncoderRuns : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public EncoderRuns()
    {
        Pretrained = folder.Combine("numbers");
        PretrainingRecipe = folder.Write("pretrain.json", """
            {
              "name": "toy-text",
              "data": { "kind": "arithmetic", "sentences": 300 },
              "vocabularySize": 120,
              "model": { "kind": "bert", "hidden": 16, "layers": 2, "heads": 2, "feedForward": 32, "positions": 24 },
              "maximumLength": 20,
              "training": {
                "optimizer": { "kind": "adamW", "learningRate": 5e-3 },
                "batch": { "kind": "tokenBudget", "tokens": 512 },
                "horizon": { "kind": "steps", "count": 20 },
                "evaluate": { "kind": "steps", "count": 10 }
              }
            }
            """);
        Succeeded(InProcess.Run("pretrain", PretrainingRecipe, "--out", Pretrained));
        FinetuningRecipe = folder.Write("finetune.json", Recipe());
        Finetuned = folder.Combine("signs");
        Succeeded(InProcess.Run("finetune", FinetuningRecipe, "--out", Finetuned));
    }

    /// <summary>A run folder.</summary>
    public string Pretrained { get; }

    public string PretrainingRecipe { get; }

    /// <summary>A run folder.</summary>
    public string Finetuned { get; }

    public string FinetuningRecipe { get; }

    public void Dispose() => folder.Dispose();

    /// <summary>Ten epochs over some forty expressions, with a test set.</summary>
    private string Recipe() => JsonNode.Parse($$"""
        {
          "name": "toy-signs",
          "model": { "kind": "pretrained", "path": {{JsonValue.Create(Pretrained).ToJsonString()}}, "mayMiss": ["bert.pooler."] },
          "data": { "kind": "arithmetic", "to": 5, "split": { "kind": "stratified", "trainShare": 0.6, "testShare": 0.2 } },
          "maximumLength": 12,
          "training": {
            "optimizer": { "kind": "adamW", "learningRate": 5e-3 },
            "batch": { "kind": "examples", "size": 8 },
            "horizon": { "kind": "epochs", "count": 10 }
          }
        }
        """)!.ToJsonString();

    private static void Succeeded(InProcess command) => Xunit.Assert.True(command.ExitCode == 0, command.Errors);
}
