using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Sextant.Tests.Pretrained;

/// <summary>Small PyTorch files made in a test, in both layouts.</summary>
internal static class MadeCheckpoint
{
    public static readonly Int128 Magic = Int128.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>0, 1, ... as float32: 48 bytes.</summary>
    public static readonly byte[] Twelve = [.. MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, 12).Select(i => (float)i)])];

    /// <summary>A tensor of a pickle over float32 values.</summary>
    public static Called Tensor(string key, long count, long start, long[] shape, long[] strides) => Tensor("FloatStorage", key, count, start, shape, strides);

    public static Called Tensor(string type, string key, long count, long start, long[] shape, long[] strides) => new(
        new Named("torch._utils", "_rebuild_tensor_v2"),
        new Stored("storage", new Named("torch", type), key, "cpu", count), start, shape, strides, false, new Called(new Named("collections", "OrderedDict")));

    /// <summary>Two tensors over one storage of twelve values.</summary>
    public static Pairs Plain() => new(IsOrdered: true, ("whole", Tensor("0", 12, 0, [3, 4], [4, 1])), ("turned", Tensor("0", 12, 0, [4, 3], [1, 4])));

    public static byte[] Zip(object root, params (string Key, byte[] Values)[] storages) =>
        Members(CompressionLevel.NoCompression, [("archive/data.pkl", PickleWriter.Of(root)), .. storages.Select(s => ("archive/data/" + s.Key, s.Values)), ("archive/version", "3\n"u8.ToArray())]);

    public static byte[] Members(CompressionLevel compression, params (string Name, byte[] Bytes)[] members)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in members)
            {
                using var member = archive.CreateEntry(name, compression).Open();
                member.Write(bytes);
            }
        }

        return zip.ToArray();
    }

    /// <summary>The layout before PyTorch 1.6.</summary>
    /// <param name="root">The object.</param>
    /// <param name="protocol">Of its pickle.</param>
    /// <param name="isLittleEndian">As the file says of its machine.</param>
    /// <param name="storages">Keys, values and bytes of one value.</param>
    public static byte[] Legacy(object root, int protocol, bool isLittleEndian, params (string Key, byte[] Values, int Width)[] storages)
    {
        using var file = new MemoryStream();
        file.Write(PickleWriter.Of(Magic));
        file.Write(PickleWriter.Of(1001));
        file.Write(PickleWriter.Of(new Pairs(IsOrdered: false, ("protocol_version", 1001), ("little_endian", isLittleEndian))));
        file.Write(PickleWriter.Of(root, protocol));
        file.Write(PickleWriter.Of(new List<object?>(storages.Select(s => s.Key)), protocol));
        Span<byte> eight = stackalloc byte[8];
        foreach (var (_, values, width) in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, values.Length / width);
            file.Write(eight);
            file.Write(values);
        }

        return file.ToArray();
    }
}
