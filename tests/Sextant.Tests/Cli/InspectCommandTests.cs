using System.Text.Json.Nodes;
using Sextant.Pretrained;
using Sextant.Tests.Pretrained;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class InspectCommandTests
{
    private static readonly string[] Layouts = ["model.safetensors", "pytorch_model.bin", "pytorch_model.legacy.bin"];

    [Fact]
    public void A_table_shows_name_type_shape_and_which_tensors_share_a_storage()
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: false, ("epoch", 3), ("state_dict", new Pairs(IsOrdered: true,
            ("whole", MadeCheckpoint.Tensor("0", 12, 0, [3, 4], [4, 1])),
            ("turned", MadeCheckpoint.Tensor("0", 12, 0, [4, 3], [1, 4])),
            ("again", MadeCheckpoint.Tensor("0", 12, 0, [3, 4], [4, 1])),
            ("[red]ids\u001b[31m", MadeCheckpoint.Tensor("IntStorage", "1", 12, 0, [12], [1])))));
        string path = folder.Write("model.pt", MadeCheckpoint.Zip(root, ("0", MadeCheckpoint.Twelve), ("1", MadeCheckpoint.Twelve)));

        var result = InProcess.Run("inspect", path);

        Assert.Equal(0, result.ExitCode);
        string[] lines = [.. result.Output.Split('\n').Select(l => l.TrimEnd())];
        Assert.Equal($"{path}: PyTorch (zip), tensors under 'state_dict'", lines[0]);
        Assert.Contains(lines, l => l.Contains("whole", StringComparison.Ordinal) && l.Contains("float32", StringComparison.Ordinal) && l.Contains("[3, 4]", StringComparison.Ordinal) && l.EndsWith("shared by 3", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("[4, 3] strides [1, 4]", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("[red]ids?[31m", StringComparison.Ordinal) && l.Contains("int32", StringComparison.Ordinal) && !l.Contains("shared", StringComparison.Ordinal));
        Assert.Contains("4 tensors, 24 parameters, 96 bytes", lines);
        Assert.Equal("left out: epoch (a number)", result.Errors.TrimEnd());
    }

    [Fact]
    public void Json_is_one_object_of_everything()
    {
        using TemporaryFolder folder = new();
        using var scope = torch.NewDisposeScope();
        SafeTensors.Write(folder.Combine("model.safetensors"), [KeyValuePair.Create("w", torch.ones(2, 3, dtype: torch.bfloat16)), KeyValuePair.Create("s", torch.tensor(1f))]);

        var result = InProcess.Run("inspect", folder.Path, "--json");

        var json = result.Json;
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal(["path", "format", "files", "metadata", "tensors", "parameters", "bytes", "under", "leftOut"], json.Select(p => p.Key));
        Assert.Equal((folder.Combine("model.safetensors"), "safetensors", "pt"), ((string?)json["path"], (string?)json["format"], (string?)json["metadata"]!["format"]));
        var tensor = json["tensors"]![0]!.AsObject();
        Assert.Equal(("w", "bfloat16"), ((string?)tensor["name"], (string?)tensor["type"]));
        Assert.Equal([2L, 3], tensor["shape"]!.AsArray().Select(n => (long)n!));
        Assert.Equal(["file", "key", "offset", "bytes"], tensor["storage"]!.AsObject().Select(p => p.Key));
        Assert.Equal(12, (long)tensor["storage"]!["bytes"]!);
        Assert.Equal((7L, 16L), ((long)json["parameters"]!, (long)json["bytes"]!));
    }

    [Fact]
    public void The_metadata_of_safetensors_is_printed()
    {
        using TemporaryFolder folder = new();
        using var ones = torch.ones(2);
        SafeTensors.Write(folder.Combine("a.safetensors"), [KeyValuePair.Create("w", ones)]);

        Assert.Contains("metadata format: pt", InProcess.Run("inspect", folder.Path, "--file", "a.safetensors").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_file_ends_with_1_and_one_sentence()
    {
        using TemporaryFolder folder = new();
        var evil = new Pairs(IsOrdered: false, ("z", new Called(new Named("os", "system"), "touch PWNED")));
        foreach (string path in new[] { folder.Write("a.bin", MadeCheckpoint.Zip(evil)), folder.Write("b.bin", "nothing"), folder.Combine("nix"), folder.Path })
        {
            foreach (string[] more in new[] { Array.Empty<string>(), ["--json"] })
            {
                var result = InProcess.Run(["inspect", path, .. more]);

                Assert.Equal((1, ""), (result.ExitCode, result.Output));
                Assert.StartsWith("sextant: ", result.Errors, StringComparison.Ordinal);
                Assert.Single(result.Errors.TrimEnd().Split('\n'));
            }
        }

        Assert.False(File.Exists("PWNED"));
    }

    [Fact]
    public void A_clip_model_is_listed_whole()
    {
        string folder = SharedData.Path("data/pretrained/checkpoints/tiny-clip");
        JsonObject[] listed = [.. Layouts.Select(f => InProcess.Run("inspect", folder, "--file", f, "--json").Json)];

        Assert.All(listed, json => Assert.Equal((80, 73_761L, 295_340L), (json["tensors"]!.AsArray().Count, (long)json["parameters"]!, (long)json["bytes"]!)));
        Assert.Equal(["safetensors", "torchZip", "torchLegacy"], listed.Select(json => (string?)json["format"]));
    }
}
