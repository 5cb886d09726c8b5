using Sextant.Pretrained;
using TorchSharp;
using Xunit;
using static Sextant.Tests.Pretrained.MadeCheckpoint;

namespace Sextant.Tests.Pretrained;

/// <summary>Which file is opened, what is taken for one, and checkpoints in several files.</summary>
public sealed class TensorFileTests
{
    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 440449768\n", "Git LFS pointer")]
    [InlineData("<!DOCTYPE html>\n<html><body>Not found</body></html>", "web page")]
    [InlineData("\u00ef\u00bb\u00bf \n<html>", "web page")]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "web page or XML")]
    [InlineData("{\"hidden_size\": 768}", "without a weight_map")]
    [InlineData("{\"hidden_size\": 768", "begins like JSON")]
    [InlineData("Repository not found\n", "is a text")]
    [InlineData("GGUF\u0003\0\0\0", "GGUF")]
    [InlineData("\u0089HDF\r\n\u001a\n", "HDF5")]
    [InlineData("\u001f\u008b\u0008\0", "gzip")]
    [InlineData("\u0000\u0001\u0002", "neither safetensors nor PyTorch")]
    [InlineData("PK\u0003\u0004", "cut off")]
    [InlineData("\u0080\u0002N.", "not one that torch.save wrote")]
    [InlineData("", "is empty")]
    public void What_is_no_file_of_weights_says_what_it_is(string content, string says)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", System.Text.Encoding.Latin1.GetBytes(content));

        string message = Assert.Throws<UserError>(() => TensorFile.Open(path)).Message;

        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_shows_nothing_that_could_play_with_the_terminal()
    {
        using TemporaryFolder folder = new();

        string message = Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", "hello \u001b[31m and \u202e more"))).Message;

        Assert.DoesNotContain('\u001b', message);
        Assert.DoesNotContain('\u202e', message);
    }

    [Fact]
    public void The_usual_names_are_tried_in_their_order()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("a folder without weights", Assert.Throws<UserError>(() => TensorFile.Open(folder.Path)).Message, StringComparison.Ordinal);

        folder.Write("other.pt", Zip(Plain(), ("0", Twelve)));
        Assert.Contains("name the file to take (other.pt)", Assert.Throws<UserError>(() => TensorFile.Open(folder.Path)).Message, StringComparison.Ordinal);

        folder.Write("pytorch_model.bin.index.json", """{"weight_map":{"turned":"other.pt"}}""");
        Assert.Equal(["turned"], Names(folder.Path));

        folder.Write("pytorch_model.bin", Zip(new Pairs(false, ("bin", Tensor("0", 12, 0, [12], [1]))), ("0", Twelve)));
        Assert.Equal(["bin"], Names(folder.Path));

        folder.Write("model.safetensors.index.json", """{"weight_map":{"whole":"other.pt"}}""");
        Assert.Equal(["whole"], Names(folder.Path));

        Save(folder, "model.safetensors", "safe");
        Assert.Equal(["safe"], Names(folder.Path));
        Assert.Equal(["bin"], Names(folder.Path, "pytorch_model.bin"));
        Assert.Equal(["whole", "turned"], Names(folder.Combine("other.pt")));
        Assert.Contains("There is no file", Assert.Throws<UserError>(() => Names(folder.Path, "nix.bin")).Message, StringComparison.Ordinal);
        Assert.Contains("is no folder", Assert.Throws<UserError>(() => Names(folder.Combine("other.pt"), "nix.bin")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_looked_up_as_it_is_written()
    {
        using TemporaryFolder folder = new();
        Save(folder, "model.safetensors", "A", "a");
        using var file = TensorFile.Open(folder.Path);

        Assert.Equal("A", file.Find("A")!.Name);
        Assert.Equal("a", file.Find("a")!.Name);
        Assert.Null(file.Find("b"));
    }

    [Fact]
    public void An_index_puts_its_files_together()
    {
        using TemporaryFolder folder = new();
        Save(folder, "model-1.safetensors", "a", "b");
        Save(folder, "model-2.safetensors", "c", "extra");
        string index = folder.Write("model.safetensors.index.json", """{"metadata":{"total_size":24},"weight_map":{"c":"model-2.safetensors","b":"model-1.safetensors","a":"model-1.safetensors"}}""");

        using var file = TensorFile.Open(folder.Path);

        Assert.Equal(["c", "a", "b"], file.Tensors.Select(t => t.Name));
        Assert.Equal(index, file.Path);
        Assert.Equal([folder.Combine("model-2.safetensors"), folder.Combine("model-1.safetensors")], file.Files);
        Assert.Equal(folder.Combine("model-1.safetensors"), file.Find("a")!.Storage.File);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(["extra (in model-2.safetensors, not in the index)"], file.LeftOut);
        using var a = file.Find("a")!.Read();
        Assert.Equal([1f, 1], a.data<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}""", "names model-2.safetensors, which is not in")]
    [InlineData("""{"weight_map":{"z":"model-1.safetensors"}}""", "holds 'z', which is not there")]
    [InlineData("""{"weight_map":{"a":"../model-1.safetensors"}}""", "does not lie beside it")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "does not lie beside it")]
    [InlineData("""{"weight_map":{"a":".."}}""", "does not lie beside it")]
    [InlineData("""{"weight_map":{"a":""}}""", "does not lie beside it")]
    [InlineData("""{"weight_map":{"a":5}}""", "no index of files")]
    [InlineData("""{"weight_map":[]}""", "no index of files")]
    [InlineData("""{"weight_map":{}}""", "weight_map is empty")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","a":"model-1.safetensors"}}""", "'a' twice")]
    [InlineData("""{"weight_map":{"a":"model.safetensors.index.json"}}""", "names other files where weights are expected")]
    public void An_index_that_does_not_fit_its_files_says_where(string index, string says)
    {
        using TemporaryFolder folder = new();
        Save(folder, "model-1.safetensors", "a", "b");
        folder.Write("model.safetensors.index.json", index);

        Assert.Contains(says, Assert.Throws<UserError>(() => TensorFile.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static void Save(TemporaryFolder folder, string name, params string[] tensors)
    {
        using var ones = torch.ones(2);
        SafeTensors.Write(folder.Combine(name), tensors.Select(t => KeyValuePair.Create(t, ones)));
    }

    private static string[] Names(string path, string? fileName = null)
    {
        using var file = TensorFile.Open(path, fileName);
        return [.. file.Tensors.Select(t => t.Name)];
    }
}
