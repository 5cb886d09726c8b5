using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Sextant.Pretrained;
using TorchSharp;
using Xunit;
using static Sextant.Tests.Pretrained.MadeCheckpoint;

namespace Sextant.Tests.Pretrained;

/// <summary>PyTorch's two layouts, in files made here.</summary>
public sealed class TorchFileTests
{
    private static readonly float[] Turned = [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11];

    [Theory]
    [InlineData("zip", 2)]
    [InlineData("zip", 4)]
    [InlineData("deflated", 2)]
    [InlineData("zip64", 2)]
    [InlineData("legacy", 2)]
    [InlineData("legacy", 4)]
    public void Tensors_that_share_a_storage_are_read_through_their_strides(string layout, int protocol)
    {
        using TemporaryFolder folder = new();
        byte[] pickle = PickleWriter.Of(Plain(), protocol);
        byte[] bytes = layout switch
        {
            "legacy" => Legacy(Plain(), protocol, true, ("0", Twelve, 4)),
            "deflated" => Members(CompressionLevel.SmallestSize, ("a/data.pkl", pickle), ("a/data/0", Twelve)),
            "zip64" => With64BitRecords(Zip(Plain(), ("0", Twelve))),
            _ => Members(CompressionLevel.NoCompression, ("a/data.pkl", pickle), ("a/byteorder", "little"u8.ToArray()), ("a/data/0", Twelve)),
        };

        using var file = TensorFile.Open(folder.Write("anything.dat", bytes));

        Assert.Equal(["whole", "turned"], file.Tensors.Select(t => t.Name));
        Assert.Equal(layout == "legacy" ? TensorFormat.TorchLegacy : TensorFormat.TorchZip, file.Format);
        Assert.Equal(file.Tensors[0].Storage, file.Tensors[1].Storage);
        Assert.Equal(("0", 48L), (file.Tensors[0].Storage.Key, file.Tensors[0].Storage.Bytes));
        Assert.Equal(layout == "deflated", file.Tensors[0].Storage.Offset is null);
        Assert.Null(file.Tensors[0].Strides);
        Assert.Equal([1L, 4], file.Tensors[1].Strides);
        using var turned = file.Find("turned")!.Read();
        Assert.Equal(Turned, turned.data<float>().ToArray());
        Assert.True(turned.is_contiguous());
        using var into = torch.zeros(4, 3, dtype: torch.float64);
        file.Find("turned")!.CopyTo(into);
        Assert.Equal(Turned.Select(v => (double)v), into.data<double>().ToArray());
        Assert.Empty(file.LeftOut);
        Assert.Null(file.Under);
    }

    [Theory]
    [InlineData("FloatStorage", 4, "float32")]
    [InlineData("HalfStorage", 2, "float16")]
    [InlineData("BFloat16Storage", 2, "bfloat16")]
    [InlineData("DoubleStorage", 8, "float64")]
    [InlineData("LongStorage", 8, "int64")]
    [InlineData("IntStorage", 4, "int32")]
    [InlineData("ShortStorage", 2, "int16")]
    [InlineData("CharStorage", 1, "int8")]
    [InlineData("ByteStorage", 1, "uint8")]
    [InlineData("BoolStorage", 1, "bool")]
    public void Every_type_of_storage_is_read_bit_for_bit(string type, int width, string name)
    {
        using TemporaryFolder folder = new();
        byte[] values = [.. Enumerable.Range(0, 6 * width).Select(i => (byte)(i % 2))];
        var root = new Pairs(IsOrdered: false, ("a", Tensor(type, "key", 6, 1, [5], [1])), ("single", Tensor(type, "key", 6, 5, [], [])));

        foreach (byte[] bytes in new[] { Zip(root, ("key", values)), Legacy(root, 2, true, ("key", values, width)) })
        {
            using var file = TensorFile.Open(folder.Write("a.bin", bytes));
            using var read = file.Tensors[0].Read();
            using var single = file.Tensors[1].Read();
            Assert.Equal(name, file.Tensors[0].TypeName);
            Assert.Equal(values[width..], read.bytes.ToArray());
            Assert.Equal(values[^width..], single.bytes.ToArray());
            Assert.Equal(0, single.dim());
        }
    }

    [Fact]
    public void Parameters_old_rebuilds_and_sizes_are_what_they_stand_for()
    {
        using TemporaryFolder folder = new();
        var size = new Called(new Named("torch", "Size"), new object?[] { new long[] { 3, 4 } });
        var old = new Called(new Named("torch._utils", "_rebuild_tensor"), new Stored("storage", new Named("torch", "FloatStorage"), "0", "cuda:1", 12), 0, size, new long[] { 4, 1 });
        var parameter = new Called(new Named("torch._utils", "_rebuild_parameter"), Tensor("0", 12, 2, [2], [1]), true, new Called(new Named("collections", "OrderedDict")));

        using var file = TensorFile.Open(folder.Write("a", Zip(new Pairs(IsOrdered: false, ("old", old), ("parameter", parameter)), ("0", Twelve))));

        Assert.Equal([3L, 4], file.Tensors[0].Shape);
        using var values = file.Tensors[1].Read();
        Assert.Equal([2f, 3], values.data<float>().ToArray());
    }

    [Fact]
    public void A_dictionary_may_be_written_as_a_list_of_pairs()
    {
        using TemporaryFolder folder = new();
        var device = new Called(new Named("torch", "device"), "cuda", 0);
        var root = new Called(new Named("collections", "OrderedDict"), new List<object?>
        {
            new object?[] { "a", Tensor("0", 12, 0, [12], [1]) },
            new List<object?> { "b", Tensor("0", 12, 3, [2], [1]) },
            new object?[] { "where", device },
        });

        using var file = TensorFile.Open(folder.Write("a", Zip(root, ("0", Twelve))));

        Assert.Equal(["a", "b"], file.Tensors.Select(t => t.Name));
        Assert.Equal(["where (a text)"], file.LeftOut);
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model_state_dict")]
    [InlineData("model")]
    [InlineData("module")]
    public void Weights_are_found_among_what_a_training_script_keeps(string key)
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: false, ("epoch", 3), ("args", new Pairs(IsOrdered: false, ("lr", 1e-3), ("dtype", new Named("torch", "float16")))), (key, Plain()), ("best", Tensor("0", 12, 0, [], [])), (7, null));

        using var file = TensorFile.Open(folder.Write("a", Zip(root, ("0", Twelve))));

        Assert.Equal(key, file.Under);
        Assert.Equal(["whole", "turned"], file.Tensors.Select(t => t.Name));
        Assert.Equal(["epoch (a number)", "args (a dictionary)", "best (a tensor)", "7 (nothing)"], file.LeftOut);
    }

    [Fact]
    public void What_is_no_tensor_beside_the_weights_is_listed()
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: true, ("step", 3), ("name", "x"), ("w", Tensor("0", 12, 0, [12], [1])), ("list", new List<object?> { 1, 2 }), (5, Tensor("0", 12, 0, [12], [1])));

        using var file = TensorFile.Open(folder.Write("a", Zip(root, ("0", Twelve))));

        Assert.Equal(["w"], file.Tensors.Select(t => t.Name));
        Assert.Equal(["step (a number)", "name (a text)", "list (a list)", "5 (a tensor)"], file.LeftOut);
    }

    [Fact]
    public void A_view_of_a_storage_in_an_old_file_begins_where_it_says()
    {
        using TemporaryFolder folder = new();
        Called View(long start, long count) => new(
            new Named("torch._utils", "_rebuild_tensor_v2"),
            new Stored("storage", new Named("torch", "FloatStorage"), "0", "cpu", 12, new object?[] { "view", start, count }), 1, new long[] { 3 }, new long[] { 1 }, false, null);

        using (var file = TensorFile.Open(folder.Write("a", Legacy(new Pairs(false, ("a", View(4, 4))), 2, true, ("0", Twelve, 4)))))
        {
            using var values = file.Tensors[0].Read();
            Assert.Equal([5f, 6, 7], values.data<float>().ToArray());
        }

        Refused(folder, Legacy(new Pairs(false, ("a", View(4, 3))), 2, true, ("0", Twelve, 4)), "over a storage of 3");
        Refused(folder, Legacy(new Pairs(false, ("a", View(4, 9))), 2, true, ("0", Twelve, 4)), "a part of the storage '0'");
        Refused(folder, Legacy(new Pairs(false, ("a", View(long.MaxValue, 9))), 2, true, ("0", Twelve, 4)), "a part of the storage '0'");
    }

    [Theory]
    [InlineData(12, 0, new[] { 3L, 4 }, new[] { 4L, 1 }, null)]
    [InlineData(12, 12, new[] { 0L, 5 }, new[] { 5L, 1 }, null)]
    [InlineData(12, 0, new[] { 2L, 3 }, new[] { 0L, 0 }, null)]
    [InlineData(12, 0, new[] { 1L << 40 }, new[] { 0L }, "over a storage of 12")]
    [InlineData(12, 1, new[] { 3L, 4 }, new[] { 4L, 1 }, "over a storage of 12")]
    [InlineData(12, -1, new[] { 3L }, new[] { 1L }, "over a storage of 12")]
    [InlineData(12, 13, new[] { 0L }, new[] { 1L }, "over a storage of 12")]
    [InlineData(12, 0, new[] { 3L }, new[] { long.MaxValue }, "over a storage of 12")]
    [InlineData(12, 4, new[] { 3L }, new[] { -1L }, "impossible shape")]
    [InlineData(12, 0, new[] { -3L }, new[] { 1L }, "impossible shape")]
    [InlineData(12, 0, new[] { 3L, 4 }, new[] { 1L }, "impossible shape")]
    [InlineData(12, 0, new[] { 1L << 32, 1L << 32 }, new[] { 1L, 1 }, "impossible shape")]
    [InlineData(13, 0, new[] { 3L, 4 }, new[] { 4L, 1 }, "13 values")]
    [InlineData(11, 0, new[] { 3L, 3 }, new[] { 3L, 1 }, "11 values")]
    [InlineData((1L << 62) + 12, 0, new[] { 3L, 4 }, new[] { 4L, 1 }, "values")]
    [InlineData(-12, 0, new[] { 3L, 4 }, new[] { 4L, 1 }, "no storage")]
    public void A_tensor_lies_within_its_storage_and_a_storage_within_its_file(long count, long start, long[] shape, long[] strides, string? says)
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: false, ("a", Tensor("0", count, start, shape, strides)));
        foreach (byte[] bytes in new[] { Zip(root, ("0", Twelve)), Legacy(root, 2, true, ("0", Twelve, 4)) })
        {
            if (says is not null)
            {
                Refused(folder, bytes, says);
                continue;
            }

            using var file = TensorFile.Open(folder.Write("a", bytes));
            using var read = file.Tensors[0].Read();
            Assert.Equal(shape, read.shape);
        }
    }

    [Fact]
    public void One_storage_cannot_be_two_things()
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: false, ("a", Tensor("0", 12, 0, [12], [1])), ("b", Tensor("IntStorage", "0", 12, 0, [12], [1])));

        Refused(folder, Zip(root, ("0", Twelve)), "says two things of the storage '0'");
    }

    [Fact]
    public void A_name_that_is_there_twice_is_refused()
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: false, ("a", Tensor("0", 12, 0, [12], [1])), ("a", Tensor("0", 12, 0, [2], [1])));

        Refused(folder, Zip(root, ("0", Twelve)), "two tensors named 'a'");
    }

    [Fact]
    public void Storages_that_are_missing_or_cut_off_are_named()
    {
        using TemporaryFolder folder = new();

        Refused(folder, Zip(Plain()), "the storage '0'");
        Refused(folder, Legacy(Plain(), 2, true), "the storage '0'");
        Refused(folder, Legacy(Plain(), 2, true, ("0", Twelve, 4))[..^1], "47 bytes are left");
        Refused(folder, [.. Legacy(Plain(), 2, true, ("0", Twelve, 4)), 0], "1 bytes follow");
        Refused(folder, Legacy(Plain(), 2, true, ("0", Twelve, 4), ("0", Twelve, 4)), "'0' twice");
        Refused(folder, Legacy(Plain(), 2, true, ("1", Twelve, 4)), "a storage that no tensor of it has");
    }

    [Fact]
    public void Values_of_the_other_byte_order_are_refused()
    {
        using TemporaryFolder folder = new();

        Refused(folder, Members(CompressionLevel.NoCompression, ("a/data.pkl", PickleWriter.Of(Plain())), ("a/byteorder", "big"u8.ToArray()), ("a/data/0", Twelve)), "big-endian");
        Refused(folder, Legacy(Plain(), 2, false, ("0", Twelve, 4)), "big-endian");
    }

    [Fact]
    public void Zips_that_are_no_checkpoint_say_what_they_are()
    {
        using TemporaryFolder folder = new();
        byte[] pickle = PickleWriter.Of(Plain());

        Refused(folder, Members(CompressionLevel.NoCompression, ("word/document.xml", "<x/>"u8.ToArray())), "a zip without the data.pkl");
        Refused(folder, Members(CompressionLevel.NoCompression, ("a/data.pkl", pickle), ("b/data.pkl", pickle)), "several data.pkl");
        Refused(folder, Members(CompressionLevel.NoCompression, ("a/data.pkl", pickle), ("a/constants.pkl", pickle), ("a/data/0", Twelve)), "TorchScript");
        Refused(folder, Members(CompressionLevel.NoCompression, ("a/data.pkl", pickle), ("a/data/0", Twelve), ("a/data/0", Twelve)), "'a/data/0' twice");
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/x")]
    [InlineData("a\\..\\x")]
    [InlineData("c:x")]
    public void A_member_that_climbs_out_is_refused_and_nothing_is_written(string name)
    {
        using TemporaryFolder folder = new();

        Refused(folder, Members(CompressionLevel.NoCompression, ("a/data.pkl", PickleWriter.Of(Plain())), ("a/data/0", Twelve), (name, Twelve)), "do not trust it");

        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_member_that_would_fill_memory_is_refused_before_it_is_inflated()
    {
        using TemporaryFolder folder = new();
        const int Large = 64 << 20;
        byte[] bytes = Members(CompressionLevel.SmallestSize, ("a/data.pkl", PickleWriter.Of(new Pairs(false, ("a", Tensor("0", Large / 4, 0, [Large / 4], [1]))))), ("a/data/0", new byte[Large]));
        string path = folder.Write("a", bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("would inflate", Assert.Throws<UserError>(() => TensorFile.Open(path)).Message, StringComparison.Ordinal);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void A_compressed_member_of_another_length_than_promised_is_refused_when_read()
    {
        using TemporaryFolder folder = new();
        byte[] zip = Members(CompressionLevel.SmallestSize, ("a/data.pkl", PickleWriter.Of(Plain())), ("a/data/0", new byte[40]));
        // The directory, and the pickle with it, claim 48 bytes.
        int entry = zip.AsSpan().LastIndexOf("a/data/0"u8) - 46;
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(entry + 24), 48);

        using var file = TensorFile.Open(folder.Write("a", zip));

        Assert.Contains("48 bytes", Assert.Throws<UserError>(() => file.Tensors[0].Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_overlap_are_refused()
    {
        using TemporaryFolder folder = new();
        byte[] zip = Members(CompressionLevel.NoCompression, ("a/data.pkl", PickleWriter.Of(Plain())), ("a/data/0", Twelve), ("a/data/1", Twelve));
        int first = zip.AsSpan().LastIndexOf("a/data/0"u8) - 46, second = zip.AsSpan().LastIndexOf("a/data/1"u8) - 46;
        zip.AsSpan(first + 42, 4).CopyTo(zip.AsSpan(second + 42));
        zip[second + 46 + 7] = (byte)'0';

        Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", zip)));
    }

    /// <summary>The directory's end as torch writes it, with the numbers in 64 bits.</summary>
    private static byte[] With64BitRecords(byte[] zip)
    {
        var end = zip.AsSpan(zip.Length - 22);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), bytes = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]), start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        byte[] records = [.. "PK\u0006\u0006"u8, .. Number(44), 45, 0, 45, 0, .. Number(0), .. Number(count), .. Number(count), .. Number(bytes), .. Number(start), .. "PK\u0006\u0007"u8, 0, 0, 0, 0, .. Number(zip.Length - 22), 1, 0, 0, 0];
        end[8..20].Fill(0xff);
        return [.. zip.AsSpan(0, zip.Length - 22), .. records, .. end];

        static byte[] Number(long number) => [.. MemoryMarshal.AsBytes<long>(new[] { number })];
    }

    private static void Refused(TemporaryFolder folder, byte[] bytes, string says) =>
        Assert.Contains(says, Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", bytes))).Message, StringComparison.Ordinal);
}
