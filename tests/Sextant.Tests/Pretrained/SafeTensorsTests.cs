using System.Buffers.Binary;
using System.Text;
using Sextant.Pretrained;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Pretrained;

public sealed class SafeTensorsTests
{
    private const string Plain = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Fact]
    public void What_is_written_is_read_again_in_every_type_and_shape()
    {
        using TemporaryFolder folder = new();
        using var scope = torch.NewDisposeScope();
        var numbers = torch.arange(12, dtype: torch.float32).view(3, 4) - 5.5f;
        Dictionary<string, torch.Tensor> written = new()
        {
            ["single"] = torch.tensor(2.5f),
            ["nothing"] = torch.zeros(0, 3),
            ["turned"] = numbers.t(),
            ["half"] = numbers.to(torch.float16),
            ["brain"] = numbers.to(torch.bfloat16),
            ["double"] = numbers.to(torch.float64),
            ["truth"] = numbers > 0,
            ["whole"] = torch.arange(5, dtype: torch.int64),
            ["int"] = torch.arange(5, dtype: torch.int32),
            ["short"] = torch.arange(5, dtype: torch.int16),
            ["signed"] = torch.arange(5, dtype: torch.int8),
            ["byte"] = torch.arange(5, dtype: torch.uint8),
            ["bytes that end unaligned, ä"] = torch.ones(3, dtype: torch.uint8),
            ["after them"] = numbers,
        };

        SafeTensors.Write(folder.Combine("model.safetensors"), written);

        using var file = TensorFile.Open(folder.Path);
        Assert.Equal(written.Keys, file.Tensors.Select(t => t.Name));
        Assert.Equal("pt", file.Metadata["format"]);
        var read = SafeTensors.Read(file.Path);
        foreach (var (name, tensor) in written)
        {
            var again = file.Find(name)!.Read();
            Assert.Equal(tensor.dtype, again.dtype);
            Assert.Equal(tensor.shape, again.shape);
            Assert.True(again.equal(tensor).all().item<bool>(), name);
            Assert.True(read[name].equal(tensor).all().item<bool>(), name);
            read[name].Dispose();
        }
    }

    [Fact]
    public void A_complex_tensor_is_not_written()
    {
        using TemporaryFolder folder = new();
        using var complex = torch.zeros(2, dtype: torch.complex64);

        Assert.Throws<ArgumentException>(() => SafeTensors.Write(folder.Combine("a.safetensors"), [KeyValuePair.Create("a", complex)]));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("float64")]
    [InlineData("float32")]
    public void Values_are_converted_into_a_float32_parameter_that_keeps_its_place(string type)
    {
        using TemporaryFolder folder = new();
        using var scope = torch.NewDisposeScope();
        var numbers = torch.arange(6, dtype: torch.float32).view(2, 3) / 4;
        var stored = numbers.to(type switch { "float16" => torch.float16, "bfloat16" => torch.bfloat16, "float64" => torch.float64, _ => torch.float32 });
        SafeTensors.Write(folder.Combine("model.safetensors"), [KeyValuePair.Create("a", stored)]);
        var flat = torch.full([10], -1f);
        var parameter = torch.nn.Parameter(flat.narrow(0, 2, 6).view(2, 3));

        using (var file = TensorFile.Open(folder.Path))
        {
            Assert.Equal(type, file.Tensors[0].TypeName);
            file.Tensors[0].CopyTo(parameter);
        }

        Assert.True(parameter.requires_grad);
        Assert.Equal([-1f, -1, 0, .25f, .5f, .75f, 1, 1.25f, -1, -1], flat.data<float>().ToArray());
    }

    [Fact]
    public void A_destination_that_lies_column_by_column_gets_the_same_values()
    {
        using TemporaryFolder folder = new();
        using var scope = torch.NewDisposeScope();
        var numbers = torch.arange(6, dtype: torch.float32).view(2, 3);
        SafeTensors.Write(folder.Combine("model.safetensors"), [KeyValuePair.Create("a", numbers)]);
        var columns = torch.zeros(3, 2).t();

        using var file = TensorFile.Open(folder.Path);
        file.Tensors[0].CopyTo(columns);

        Assert.True(columns.equal(numbers).all().item<bool>());
    }

    [Fact]
    public void Neither_another_shape_nor_whole_numbers_are_squeezed_into_a_parameter()
    {
        using TemporaryFolder folder = new();
        using var scope = torch.NewDisposeScope();
        SafeTensors.Write(folder.Combine("model.safetensors"), [KeyValuePair.Create("a", torch.ones(2, 3)), KeyValuePair.Create("ids", torch.ones(6, dtype: torch.int64))]);
        using var file = TensorFile.Open(folder.Path);

        Assert.Throws<ArgumentException>(() => file.Tensors[0].CopyTo(torch.zeros(6)));
        Assert.Contains("int64, where float32", Assert.Throws<UserError>(() => file.Tensors[1].CopyTo(torch.zeros(6))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_was_read_outlives_its_file_and_a_closed_file_reads_no_more()
    {
        using TemporaryFolder folder = new();
        using var ones = torch.ones(3);
        SafeTensors.Write(folder.Combine("model.safetensors"), [KeyValuePair.Create("a", ones)]);
        var file = TensorFile.Open(folder.Path);
        using var read = file.Tensors[0].Read();

        file.Dispose();

        Assert.Equal([1f, 1, 1], read.data<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => file.Tensors[0].Read());
    }

    [Theory]
    [InlineData(Plain, 8, null)]
    [InlineData("""{"__metadata__":{"a":"b"}}""", 0, null)]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}""", 0, null)]
    [InlineData(Plain, 7, "bytes 0 to 8 of 7")]
    [InlineData(Plain, 9, "its tensors end at 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "belong to no tensor")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "asks for another number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", 8, "asks for another number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "asks for another number")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "bytes 8 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "two offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "lacks a type, a shape")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "there twice")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", 8, "type F8_E4M3, which Sextant does not support")]
    [InlineData("""{"a":{"dtype":null,"shape":[8],"data_offsets":[0,8]}}""", 8, "unknown type")]
    [InlineData("""{"a":5}""", 0, "not the JSON")]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", 8, "'a' twice")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not the JSON")]
    public void A_header_is_held_against_the_data(string header, int bytes, string? says)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("a.safetensors", WithHeader(header, bytes));
        if (says is null)
        {
            using var file = TensorFile.Open(path);
            Assert.All(file.Tensors, t => t.Read().Dispose());
        }
        else
        {
            Assert.Contains(says, Assert.Throws<UserError>(() => TensorFile.Open(path)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(55)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    public void A_header_cannot_be_empty_or_longer_than_its_file(long length)
    {
        using TemporaryFolder folder = new();
        byte[] file = WithHeader(Plain, 0);
        BinaryPrimitives.WriteInt64LittleEndian(file, length);

        Assert.Contains("header", Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", file))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_nested_thousandfold_is_refused()
    {
        using TemporaryFolder folder = new();
        string deep = $"{{\"a\":{new string('[', 100_000)}{new string(']', 100_000)}}}";

        Assert.Contains("not the JSON", Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", WithHeader(deep, 0)))).Message, StringComparison.Ordinal);
    }

    private static byte[] WithHeader(string header, int bytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + bytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }
}
