using System.Buffers.Binary;
using System.IO.Compression;
using Sextant.Pretrained;
using TorchSharp;
using Xunit;
using static Sextant.Tests.Pretrained.MadeCheckpoint;

namespace Sextant.Tests.Pretrained;

/// <summary>Damaged files, thousands of them: each is read or refused in a sentence, with memory bounded by its size and nothing touched.</summary>
public sealed class CheckpointFuzzTests
{
    /// <summary>Of the managed heap, for one file of some hundred bytes; a block of a compressed member is 64 KiB.</summary>
    private const long MostAllocated = 1 << 20;

    /// <summary>Of a tensor: what a compressed member may inflate to, or what the file holds.</summary>
    private const long MostRead = 1 << 20;

    private static readonly long[] Lengths = [0, 1, -1, 0x7f, 0x80, 0xff, 0xffff, int.MaxValue, uint.MaxValue, 1L << 40, long.MaxValue, long.MinValue];

    [Theory]
    [InlineData("safetensors")]
    [InlineData("zip")]
    [InlineData("pickle")]
    public void Ten_thousand_damaged_files_are_read_or_refused(string kind) => Fuzz(kind, 10_000, seed: 1);

    [Theory(Explicit = true)]
    [InlineData("safetensors", 2)]
    [InlineData("zip", 3)]
    [InlineData("pickle", 4)]
    public void Two_hundred_thousand_damaged_files_are_read_or_refused(string kind, int seed) => Fuzz(kind, 200_000, seed);

    private static void Fuzz(string kind, int mutations, int seed)
    {
        using TemporaryFolder folder = new();
        byte[][] originals = kind switch
        {
            "safetensors" => [Safe(folder)],
            "zip" => Zips(),
            _ => Pickles(),
        };
        var here = Directory.EnumerateFileSystemEntries(".").ToHashSet(StringComparer.Ordinal);
        var random = new Random(seed);
        string path = folder.Combine("model");
        int read = 0, refused = 0;
        for (int i = 0; i < mutations; i++)
        {
            byte[] file = Damaged(originals[i % originals.Length], random);
            File.WriteAllBytes(path, file);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ReadAll(path, Math.Max(MostRead, file.Length));
                read++;
            }
            catch (UserError error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {i} of {kind}, seed {seed}: {e}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MostAllocated, $"mutation {i} of {kind}, seed {seed}: {allocated} bytes");
        }

        Assert.True(read > mutations / 100 && refused > mutations / 3, $"{read} read, {refused} refused");
        Assert.Equal(["model"], Directory.EnumerateFileSystemEntries(folder.Path).Select(f => Path.GetFileName(f)));
        Assert.Equal(here, Directory.EnumerateFileSystemEntries(".").ToHashSet(StringComparer.Ordinal));
    }

    private static void ReadAll(string path, long mostRead)
    {
        using var file = TensorFile.Open(path);
        foreach (var stored in file.Tensors)
        {
            Assert.True(stored.Count <= mostRead && stored.Storage.Bytes <= mostRead);
            stored.Read().Dispose();
        }
    }

    private static byte[] Safe(TemporaryFolder folder)
    {
        using var scope = torch.NewDisposeScope();
        SafeTensors.Write(folder.Combine("model"),
        [
            KeyValuePair.Create("a", torch.arange(6, dtype: torch.float32).view(2, 3)),
            KeyValuePair.Create("b", torch.ones(3, dtype: torch.float16)),
            KeyValuePair.Create("c", torch.tensor(1L)),
            KeyValuePair.Create("d", torch.zeros(0, 2)),
        ]);
        return File.ReadAllBytes(folder.Combine("model"));
    }

    private static byte[][] Zips()
    {
        byte[] pickle = PickleWriter.Of(new Pairs(IsOrdered: false, ("epoch", 3), ("state_dict", Plain())));
        (string, byte[])[] members = [("a/data.pkl", pickle), ("a/byteorder", "little"u8.ToArray()), ("a/data/0", Twelve), ("a/version", "3\n"u8.ToArray())];
        return [Members(CompressionLevel.NoCompression, members), Members(CompressionLevel.SmallestSize, members)];
    }

    private static byte[][] Pickles()
    {
        var evil = new Pairs(IsOrdered: true, ("a", Tensor("0", 12, 0, [12], [1])), ("z", new Called(new Named("os", "system"), "touch PWNED")));
        return
        [
            Legacy(Plain(), 2, true, ("0", Twelve, 4)),
            Legacy(new Pairs(IsOrdered: false, ("epoch", 1e-3), ("model", Plain()), ("list", new List<object?> { 1, null, true, long.MaxValue })), 4, true, ("0", Twelve, 4)),
            Legacy(evil, 2, true, ("0", Twelve, 4)),
        ];
    }

    /// <summary>One to three changes: bits, bytes, lengths, stretches cut out, doubled, inserted or swapped, the end cut off.</summary>
    private static byte[] Damaged(byte[] original, Random random)
    {
        List<byte> file = [.. original];
        for (int n = random.Next(3); n >= 0 && file.Count > 0; n--)
        {
            int at = random.Next(file.Count), length = Math.Min(random.Next(1, 17), file.Count - at);
            switch (random.Next(9))
            {
                case 0:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[at] = (byte)random.Next(256);
                    break;
                case 2:
                    file.RemoveRange(at, file.Count - at);
                    break;
                case 3:
                    file.RemoveRange(at, length);
                    break;
                case 4:
                    file.InsertRange(at, file.GetRange(at, length));
                    break;
                case 5:
                    byte[] noise = new byte[length];
                    random.NextBytes(noise);
                    file.InsertRange(at, noise);
                    break;
                case 6:
                    int from = random.Next(file.Count - length + 1);
                    var moved = file.GetRange(from, length);
                    for (int i = 0; i < length; i++)
                    {
                        file[at + i] = moved[i];
                    }

                    break;
                default:
                    byte[] number = new byte[8];
                    BinaryPrimitives.WriteInt64LittleEndian(number, Lengths[random.Next(Lengths.Length)] + random.Next(-1, 2));
                    int width = 1 << random.Next(4);
                    for (int i = 0; i < width && at + i < file.Count; i++)
                    {
                        file[at + i] = number[i];
                    }

                    break;
            }
        }

        return [.. file];
    }
}
