using System.Text.Json;
using Sextant.Pretrained;
using Xunit;

namespace Sextant.Tests.Pretrained;

/// <summary>Files that others made: tiny checkpoints in three layouts, and malformed ones with what is expected of each.</summary>
public sealed class SharedCheckpointTests
{
    private static readonly string[] Layouts = ["model.safetensors", "pytorch_model.bin", "pytorch_model.legacy.bin"];

    [Theory]
    [InlineData("tiny-bert-cls")]
    [InlineData("tiny-bert-mlm")]
    [InlineData("tiny-roberta-cls")]
    [InlineData("tiny-roberta-mlm")]
    [InlineData("tiny-bert-base-no-head")]
    [InlineData("tiny-bert-gamma-beta")]
    [InlineData("tiny-clip")]
    public void The_three_layouts_hold_the_same_bits_under_the_same_names(string name)
    {
        string folder = SharedData.Path($"data/pretrained/checkpoints/{name}");
        TensorFile[] files = [.. Layouts.Select(l => TensorFile.Open(folder, l))];
        try
        {
            Assert.Equal([TensorFormat.Safetensors, TensorFormat.TorchZip, TensorFormat.TorchLegacy], files.Select(f => f.Format));
            Assert.True(files[0].Tensors.Count > 20);
            foreach (var other in files)
            {
                Assert.Subset(other.Tensors.Select(t => t.Name).ToHashSet(), files[0].Tensors.Select(t => t.Name).ToHashSet());
                foreach (var stored in other.Tensors)
                {
                    // Of tied tensors, safetensors holds one; the others stand in PyTorch's files as the same storage.
                    var first = files[0].Find(stored.Name) ?? files[0].Find(other.Tensors.First(t => t.Storage == stored.Storage).Name)!;
                    Assert.Equal(first.Type, stored.Type);
                    Assert.Equal(first.Shape, stored.Shape);
                    using var values = stored.Read();
                    using var expected = first.Read();
                    Assert.True(values.bytes.SequenceEqual(expected.bytes), stored.Name);
                }
            }
        }
        finally
        {
            Array.ForEach(files, f => f.Dispose());
        }
    }

    [Fact]
    public void Every_malformed_file_is_refused_in_a_sentence_and_every_other_one_read()
    {
        string folder = SharedData.Path("data/pretrained/malformed");
        string[] before = [.. Directory.EnumerateFileSystemEntries(".").Concat(Directory.EnumerateFileSystemEntries(folder)).Order(StringComparer.Ordinal)];
        using var expectations = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expectations.json")));
        int refused = 0, read = 0;
        foreach (var expected in expectations.RootElement.EnumerateArray())
        {
            string name = expected.GetProperty("file").GetString()!;
            string path = Path.Combine(folder, name);
            if (name.EndsWith('/'))
            {
                continue; // whole models, whose weights do not fit: the file itself is in order
            }

            if (expected.GetProperty("expect").GetString() == "error")
            {
                var error = Assert.Throws<UserError>(() => ReadAll(path));
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
                refused++;
            }
            else
            {
                using var file = TensorFile.Open(path);
                var tensors = expected.GetProperty("tensors");
                Assert.Equal(tensors.EnumerateObject().Select(t => t.Name), file.Tensors.Select(t => t.Name));
                Assert.All(file.Tensors, t => Same(tensors.GetProperty(t.Name), t));
                read++;
            }
        }

        Assert.Equal((12, 4), (refused, read));
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(".").Concat(Directory.EnumerateFileSystemEntries(folder)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("calls_os_system.bin", "asks for os.system")]
    [InlineData("path_traversal.bin", "../../evil")]
    [InlineData("huge_tensor.bin", "1099511627776")]
    [InlineData("git_lfs_pointer.bin", "Git LFS pointer")]
    [InlineData("git_lfs_pointer.safetensors", "Git LFS pointer")]
    [InlineData("unknown_dtype.safetensors", "F33")]
    [InlineData("truncated_zip.bin", "cut off")]
    [InlineData("duplicate_key.safetensors", "'a' twice")]
    public void The_sentence_says_what_is_wrong(string name, string says) =>
        Assert.Contains(says, Assert.Throws<UserError>(() => ReadAll(SharedData.Path($"data/pretrained/malformed/{name}"))).Message, StringComparison.Ordinal);

    private static void ReadAll(string path)
    {
        using var file = TensorFile.Open(path);
        foreach (var stored in file.Tensors)
        {
            stored.Read().Dispose();
        }
    }

    private static void Same(JsonElement expected, StoredTensor stored)
    {
        List<long> shape = [];
        for (var at = expected; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            shape.Add(at.GetArrayLength());
        }

        using var values = stored.Read();
        Assert.Equal(shape, values.shape);
        Assert.Equal(Numbers(expected), values.data<float>().ToArray());
    }

    private static IEnumerable<float> Numbers(JsonElement values) =>
        values.ValueKind == JsonValueKind.Array ? values.EnumerateArray().SelectMany(Numbers) : [values.GetSingle()];
}
