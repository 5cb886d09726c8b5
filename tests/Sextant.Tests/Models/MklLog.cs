using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Sextant.Tests.Models;

/// <summary>
/// The matrix products that libtorch runs on the processor, from the log of MKL, which does them: each call with its sizes, forward
/// and backward alike, whoever asked for it. The log goes to standard output, which is a file for as long.
/// </summary>
internal static partial class MklLog
{
    private const int StandardOutput = 1, WriteCreateTruncate = 0x241, OwnerReadWrite = 0x180;

    /// <summary>Multiply-adds times two of the products that <paramref name="work"/> makes libtorch run. Skips the test where there is no MKL to ask.</summary>
    /// <remarks>MKL does not print the sizes of a batch of products; libtorch calls it for one product where the batch has one example and one head.</remarks>
    public static double Flops(Action work)
    {
        Assert.SkipUnless(RuntimeInformation.RuntimeIdentifier == "linux-x64", "libtorch multiplies by MKL on x64 alone.");
        string file = Path.GetTempFileName();
        try
        {
            Write(file, work);
            return File.ReadLines(file).Select(line => Call().Match(line)).Where(call => call.Success).Sum(Flops);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Write(string file, Action work)
    {
        Console.Out.Flush();
        _ = Flush(0);
        int kept = Duplicate(StandardOutput), log = Open(file, WriteCreateTruncate, OwnerReadWrite);
        Assert.True(kept >= 0 && log >= 0, "Standard output cannot be turned into a file.");
        _ = Duplicate(log, StandardOutput);
        _ = SetVerbose(1);
        try
        {
            work();
        }
        finally
        {
            _ = SetVerbose(0);
            _ = Flush(0);
            _ = Duplicate(kept, StandardOutput);
            _ = Close(log);
            _ = Close(kept);
        }
    }

    private static double Flops(Match call)
    {
        string[] arguments = call.Groups["arguments"].Value.Split(',');
        return call.Groups["name"].Value switch
        {
            "SGEMM" => 2 * Number(2) * Number(3) * Number(4),
            "SGEMV" => 2 * Number(1) * Number(2),
            var name => throw new InvalidOperationException($"MKL ran {name}, whose sizes are not known: {call.Value}"),
        };

        double Number(int index) => double.Parse(arguments[index], CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"MKL_VERBOSE (?<name>\w+)\((?<arguments>[^)]*)\)")]
    private static partial Regex Call();

    /// <summary>torch::verbose::_mkl_set_verbose(int), what torch.backends.mkl.verbose calls.</summary>
    [DllImport("libtorch_cpu", EntryPoint = "_ZN5torch7verbose16_mkl_set_verboseEi")]
    private static extern int SetVerbose(int enable);

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "dup2")]
    private static extern int Duplicate(int from, int to);

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Open(string path, int flags, int mode);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    [DllImport("libc", EntryPoint = "fflush")]
    private static extern int Flush(nint stream);
}
