using System.Reflection;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Build;

public sealed class LibtorchTests
{
    private const string ShimName = "libLibTorchSharp.so";

    private static string Mended => Path.Combine(AppContext.BaseDirectory, ShimName);

    private static string Packaged => Path.Combine(BuildValue("TorchSharpPackage"), "runtimes", BuildValue("RuntimeIdentifier"), "native", ShimName);

    [Fact]
    public void Libtorch_loads_and_multiplies()
    {
        using var a = torch.tensor(new double[,] { { 1, 2 }, { 3, 4 } });
        using var product = a.mm(a);

        Assert.Equal([7.0, 10, 15, 22], product.data<double>().ToArray());
    }

    [Fact]
    public void The_copy_beside_the_program_differs_from_the_package_in_one_flag_alone()
    {
        OnLinux();
        byte[] before = File.ReadAllBytes(Packaged), after = File.ReadAllBytes(Mended);

        Assert.Equal(before.Length, after.Length);
        int changed = Assert.Single(Enumerable.Range(0, before.Length), i => before[i] != after[i]);
        Assert.Equal(0, before[changed]);
        Assert.Equal(2, after[changed]);
    }

    [Fact]
    public async Task A_hard_link_to_the_package_is_mended_without_writing_the_package()
    {
        OnLinux();
        using TemporaryFolder folder = new();
        byte[] original = await File.ReadAllBytesAsync(Packaged, TestContext.Current.CancellationToken);
        string package = folder.Combine("package.so"), linked = folder.Combine(ShimName);
        await File.WriteAllBytesAsync(package, original, TestContext.Current.CancellationToken);
        var link = await ChildProcess.Run("ln", [package, linked]);
        Assert.Equal(0, link.ExitCode);

        var mend = await Mend(linked);

        Assert.True(mend.ExitCode == 0, mend.Everything);
        Assert.Equal(original, await File.ReadAllBytesAsync(package, TestContext.Current.CancellationToken));
        Assert.Equal(await File.ReadAllBytesAsync(Mended, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(linked, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_is_mended_already_is_left_alone()
    {
        OnLinux();
        using TemporaryFolder folder = new();
        string copy = folder.Combine(ShimName);
        File.Copy(Mended, copy);
        DateTime written = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(copy, written);

        var mend = await Mend(copy);

        Assert.True(mend.ExitCode == 0, mend.Everything);
        Assert.Equal(written, File.GetLastWriteTimeUtc(copy));
        Assert.Equal([copy], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_copy_that_comes_from_the_package_again_is_mended_again()
    {
        OnLinux();
        using TemporaryFolder folder = new();
        string copy = folder.Combine(ShimName);
        foreach (int _ in Enumerable.Range(0, 2)) // the second as after `dotnet clean`
        {
            File.Copy(Packaged, copy, overwrite: true);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(Packaged));

            var build = await ChildProcess.Run(
                "dotnet", ["msbuild", Repository.File("src", "Sextant.Cli", "Sextant.Cli.csproj"), "-nologo", "-t:MendShimInOutput", $"-p:OutDir={folder.Path}/"]);

            Assert.True(build.ExitCode == 0, build.Everything);
            Assert.Equal(await File.ReadAllBytesAsync(Mended, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("text", "it is no ELF file.")]
    [InlineData("long text", "it is no ELF file.")]
    [InlineData("empty", "it is no ELF file.")]
    [InlineData("32-bit", "it is not a 64-bit little-endian ELF file.")]
    [InlineData("half", "it is cut short.")]
    [InlineData("header only", "it is cut short.")]
    [InlineData("wild table", "it is cut short.")]
    [InlineData("wild link", "it names a section that is not there.")]
    [InlineData("another library", "it does not ask for GLIBCXX_3.4.32.")]
    public async Task A_file_of_another_shape_is_refused_in_one_sentence_and_not_written(string shape, string reason)
    {
        OnLinux();
        using TemporaryFolder folder = new();
        string file = folder.Combine(ShimName);
        byte[] bytes = Shape(shape);
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        var mend = await Mend(file);

        Assert.NotEqual(0, mend.ExitCode);
        Assert.Contains("is not the TorchSharp shim this build knows how to mend: " + reason, mend.Everything);
        Assert.Contains("-p:MendLibtorchShim=false", mend.Everything);
        Assert.DoesNotContain("   at ", mend.Everything); // no stack trace
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_libtorch_that_is_neither_cpu_nor_cuda_is_refused()
    {
        var build = await ChildProcess.Run(
            "dotnet", ["msbuild", Repository.File("src", "Sextant.Cli", "Sextant.Cli.csproj"), "-nologo", "-t:CheckLibtorchChoice", "-p:Libtorch=gpu"]);

        Assert.NotEqual(0, build.ExitCode);
        Assert.Contains("The build property Libtorch is 'gpu'; it must be cpu or cuda.", build.Everything);
    }

    private static byte[] Shape(string shape)
    {
        byte[] shim = File.ReadAllBytes(Packaged);
        switch (shape)
        {
            case "text":
                return "not a library"u8.ToArray();
            case "long text":
                return [.. Enumerable.Repeat((byte)'x', 1000)];
            case "empty":
                return [];
            case "32-bit":
                shim[4] = 1;
                return shim;
            case "half":
                return shim[..(shim.Length / 2)];
            case "header only":
                return shim[..64];
            case "wild table":
                shim.AsSpan(0x28, 8).Fill(0x7f);
                return shim;
            case "wild link":
                // sh_link, 40 bytes into the header of the section of type SHT_GNU_verneed
                int table = (int)BitConverter.ToInt64(shim, 0x28), size = BitConverter.ToInt16(shim, 0x3a), count = BitConverter.ToInt16(shim, 0x3c);
                int needs = Enumerable.Range(0, count).Select(i => table + i * size).Single(at => BitConverter.ToUInt32(shim, at + 4) == 0x6ffffffe);
                shim.AsSpan(needs + 40, 4).Fill(0xff);
                return shim;
            default:
                return File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libc10.so"));
        }
    }

    private static Task<ChildProcess> Mend(string file) =>
        ChildProcess.Run("dotnet", ["msbuild", Repository.File("build", "Libtorch.targets"), "-nologo", "-t:MendShim", "-p:File=" + file]);

    private static void OnLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only the Linux shim is mended.");

    private static string BuildValue(string key) =>
        typeof(LibtorchTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
