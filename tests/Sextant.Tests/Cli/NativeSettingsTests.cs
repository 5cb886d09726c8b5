using System.Globalization;
using Sextant.Cli;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class NativeSettingsTests
{
    private const int Floats = 4 << 20;
    private const int PageFloats = 1024;
    private const int Tensors = 20;

    [Fact]
    public void A_tensor_takes_the_pages_of_the_one_before_and_not_new_ones()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/proc/thread-self/stat"), "pages are counted by Linux alone");
        NativeSettings.KeepFreedMemory();
        Fill();
        long before = PagesTaken();
        for (int i = 0; i < Tensors; i++)
        {
            Fill();
        }

        Assert.InRange(PagesTaken() - before, 0, Tensors * (Floats / PageFloats) / 2);
    }

    private static void Fill() => torch.ones(Floats).Dispose();

    /// <summary>Minor faults of this thread (proc(5), field 10).</summary>
    private static long PagesTaken()
    {
        string stat = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }
}
