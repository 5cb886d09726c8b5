using System.Text;
using Sextant.Pretrained;
using Xunit;
using static Sextant.Tests.Pretrained.MadeCheckpoint;

namespace Sextant.Tests.Pretrained;

/// <summary>What a pickle can make Sextant do: build tensors, and nothing else.</summary>
public sealed class UnpicklerTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch._utils", "_rebuild_sparse_tensor")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("collections", "OrderedDict.__class__")]
    [InlineData("collections.OrderedDict", "")]
    [InlineData("", "")]
    public void Any_other_name_is_refused_by_that_name_whether_called_or_not(string module, string name)
    {
        using TemporaryFolder folder = new();
        var named = new Named(module, name);
        object?[] uses = [named, new Called(named, "touch PWNED"), new List<object?> { named }, new Called(new Named("torch._utils", "_rebuild_parameter"), new Called(named), true, null)];
        foreach (object? use in uses)
        {
            foreach (int protocol in new[] { 2, 4 })
            {
                var root = new Pairs(IsOrdered: false, ("a", Tensor("0", 12, 0, [12], [1])), ("z", use));
                string message = Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", Legacy(root, protocol, true, ("0", Twelve, 4))))).Message;
                Assert.Contains($"asks for {module}.{name}, which a file of weights has no need of", message, StringComparison.Ordinal);
            }
        }

        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
        Assert.False(File.Exists("PWNED"));
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'touch PWNED'\ntR.", "os.system")]
    [InlineData("(S'touch PWNED'\nios\nsystem\n.", "os.system")]
    [InlineData("(cos\nsystem\nS'touch PWNED'\no.", "os.system")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("\u0082\u0001.", "opcode 0x82")]
    [InlineData("P0\n.", "opcode 0x50")]
    public void The_old_ways_of_naming_something_are_as_closed(string pickle, string says)
    {
        byte[] bytes = [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)];

        Assert.Contains(says, Refused(bytes), StringComparison.Ordinal);
        Assert.False(File.Exists("PWNED"));
    }

    [Theory]
    [InlineData("N.", null)]
    [InlineData("I01\n.", true)]
    [InlineData("I-5\n.", -5L)]
    [InlineData("L12L\n.", 12L)]
    [InlineData("F2.5\n.", 2.5)]
    [InlineData("S'abc'\n.", "abc")]
    [InlineData("Vabc\n.", "abc")]
    [InlineData("U\u0003abc.", "abc")]
    [InlineData("\u008c\u0003abc.", "abc")]
    [InlineData("\u008d\u0003\0\0\0\0\0\0\0abc.", "abc")]
    [InlineData("\u008a\u0002\u0000\u0080.", -32768L)]
    [InlineData("\u008a\u0000.", 0L)]
    [InlineData("\u008b\u0001\0\0\0\u007f.", 127L)]
    [InlineData("K\u0001K\u00020.", 1L)]
    [InlineData("K\u0001(K\u0002K\u00031.", 1L)]
    [InlineData("K\u0007p300\nK\u00010g300\n0.", 7L)]
    [InlineData("K\u0007\u0094K\u00010h\0.", 7L)]
    public void Plain_values_are_what_python_makes_of_them(string pickle, object? value)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(pickle);
        using TemporaryFolder folder = new();
        using var file = FileBytes.Open(folder.Write("a", bytes));
        Assert.Equal((value, bytes.Length), Unpickler.Run(file, bytes, _ => throw new PickleFault("no storages")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("0.")]
    [InlineData("t.")]
    [InlineData("(0t.")]
    [InlineData("NR.")]
    [InlineData("NNR.")]
    [InlineData("NQ.")]
    [InlineData("]b.")]
    [InlineData("NNb.")]
    [InlineData("Na.")]
    [InlineData("]NNs.")]
    [InlineData("}(Nu.")]
    [InlineData("h\u0000.")]
    [InlineData("j\u00ff\u00ff\u00ff\u00ff.")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc.")]
    [InlineData("T\u0004\0\0\0abc")]
    [InlineData("B\u00ff\u00ff\u00ff\u007fabc.")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fabc.")]
    [InlineData("\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc.")]
    [InlineData("\u0096\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000abc.")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u007f1.")]
    [InlineData("\u008a\u00ff1.")]
    [InlineData("X\u0002\0\0\0\u00c3\u0028.")]
    [InlineData("I12345678901234567890123\n.")]
    [InlineData("Fx\n.")]
    [InlineData("S'abc\n.")]
    [InlineData("p-1\n.")]
    [InlineData("c")]
    [InlineData("ccollections\nOrderedDict\nN\u0085R.")]
    [InlineData("ctorch\nFloatStorage\n)R.")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.")]
    [InlineData("\u0080\u0006N.")]
    [InlineData("\u0097.")]
    public void A_pickle_that_makes_no_sense_is_a_sentence(string pickle) =>
        Assert.Contains("pickle is malformed", Refused([0x80, 2, .. Encoding.Latin1.GetBytes(pickle)]), StringComparison.Ordinal);

    [Theory]
    [InlineData("(", "nested more than")]
    [InlineData("N2", "values")]
    [InlineData("Nq\u0001", "values")]
    public void A_pickle_of_millions_of_nothing_ends_early(string repeated, string says)
    {
        byte[] bytes = [0x80, 2, .. Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, 5_000_000 / repeated.Length * 2)))];

        Assert.Contains(says, Refused(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_that_copy_one_list_again_and_again_end_early()
    {
        // A list of 100,000 pairs, all the same one, then 1,000 dictionaries of it by two fetches and a call each.
        byte[] list = [0x80, 2, .. "K\x01K\x02"u8, 0x86, .. "q\x00]q\x01("u8, .. Enumerable.Repeat("h\0"u8.ToArray(), 100_000).SelectMany(b => b), (byte)'e'];
        byte[] name = [.. "ccollections\nOrderedDict\nq\x02"u8];
        byte[] call = [.. "h\x02h\x01"u8, 0x85, (byte)'R'];
        byte[] bytes = [.. list, .. name, .. Enumerable.Repeat(call, 1_000).SelectMany(b => b), (byte)'.'];

        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Refused(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains("makes more than", message, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 500_000_000);
    }

    [Fact]
    public void Tensors_of_many_dimensions_that_share_one_shape_end_early()
    {
        byte[] storage = PickleWriter.Of(new Stored("storage", new Named("torch", "FloatStorage"), "0", "cpu", 12))[2..^1];
        byte[] shape = [(byte)'(', .. Enumerable.Repeat("K\x01"u8.ToArray(), 60).SelectMany(b => b), (byte)'t'];
        byte[] start = [0x80, 2, .. storage, .. "q\x01"u8, .. shape, .. "q\x02"u8, .. "ctorch._utils\n_rebuild_tensor_v2\nq\x03"u8];
        byte[] call = [.. "h\x03(h\x01K\0h\x02h\x02tR"u8];
        byte[] root = [.. start, .. Enumerable.Repeat(call, 60_000).SelectMany(b => b), (byte)'.'];
        using TemporaryFolder folder = new();
        using var file = FileBytes.Open(folder.Write("a", root));
        var of = new StorageView(new PickledStorage("0", ElementType.All[0], 12), 0, 12);

        Assert.Contains("makes more than", Assert.Throws<UserError>(() => Unpickler.Run(file, root, _ => of)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Things_within_things_are_built_without_recursion()
    {
        // A list in a list in a list ..., each one byte to open and one to close: far deeper than a call stack.
        string deep = string.Concat(Enumerable.Repeat("]", 1_000_000)) + string.Concat(Enumerable.Repeat("a", 999_999)) + ".";

        Assert.Contains("not one that torch.save wrote", Refused([0x80, 2, .. Encoding.Latin1.GetBytes(deep)]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_holds_itself_is_no_riddle() =>
        Assert.Contains("not one that torch.save wrote", Refused([0x80, 2, .. "]q\0h\0h\0aa."u8]), StringComparison.Ordinal);

    [Theory]
    [InlineData("ComplexFloatStorage")]
    [InlineData("QInt8Storage")]
    public void Types_without_a_place_here_are_named(string type)
    {
        using TemporaryFolder folder = new();
        var root = new Pairs(IsOrdered: false, ("a", Tensor(type, "0", 12, 0, [12], [1])));

        Assert.Contains($"torch.{type}, which Sextant does not support", Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", Zip(root, ("0", Twelve))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_named_tensors_says_what_it_holds()
    {
        using TemporaryFolder folder = new();

        Assert.Contains("holds a tensor where", Message(Tensor("0", 12, 0, [12], [1])), StringComparison.Ordinal);
        Assert.Contains("holds a list where", Message(new List<object?> { Tensor("0", 12, 0, [12], [1]) }), StringComparison.Ordinal);
        Assert.Contains("holds no named tensors", Message(new Pairs(false, ("weights", Plain()))), StringComparison.Ordinal);
        Assert.Contains("holds no named tensors", Message(new Pairs(false)), StringComparison.Ordinal);

        string Message(object root) => Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", Zip(root, ("0", Twelve))))).Message;
    }

    private static string Refused(byte[] bytes)
    {
        using TemporaryFolder folder = new();
        return Assert.Throws<UserError>(() => TensorFile.Open(folder.Write("a", bytes))).Message;
    }
}
