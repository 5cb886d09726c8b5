using System.Text.Json.Nodes;
using Sextant.Experiments;

namespace Sextant.Tests.Experiments;

/// <summary>Holds two run folders against each other, bit by bit.</summary>
internal static class SameRuns
{
    /// <summary>Fails where they differ in more than the times of a clock, their place and what was computed elsewhere.</summary>
    public static void Assert(RunFolder expected, RunFolder actual)
    {
        Xunit.Assert.Equal(WithoutTimes(expected.MetricsPath), WithoutTimes(actual.MetricsPath));
        foreach (string file in new[] { "best/model.safetensors", "checkpoint/model.safetensors", "checkpoint/optimizer.safetensors", "tokenizer.json", "recipe.json" })
        {
            Xunit.Assert.Equal(File.ReadAllBytes(Path.Combine(expected.Root, file)), File.ReadAllBytes(Path.Combine(actual.Root, file)));
        }

        Xunit.Assert.Equal(WithoutTimes(expected.ResultPath), WithoutTimes(actual.ResultPath));
    }

    private static string WithoutTimes(string path)
    {
        string text = File.ReadAllText(path);
        IEnumerable<string> records = path.EndsWith("jsonl", StringComparison.Ordinal) ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries) : [text];
        return string.Join('\n', records.Select(record =>
        {
            var json = JsonNode.Parse(record)!.AsObject();
            json.Remove("seconds");
            json.Remove("runFolder");
            json.Remove("sharedFlops");
            return json.ToJsonString();
        }));
    }
}
