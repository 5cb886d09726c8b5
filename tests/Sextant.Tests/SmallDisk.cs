using Xunit;

namespace Sextant.Tests;

/// <summary>A file system of a few hundred kilobytes in memory, to be filled up. A test that asks for one is skipped where it cannot be mounted.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> Mount(TemporaryFolder folder, long bytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Mounting a small file system needs root on Linux.");
        string path = folder.Combine("disk");
        Directory.CreateDirectory(path);
        var mounted = await ChildProcess.Run("mount", ["-t", "tmpfs", "-o", $"size={bytes}", "tmpfs", path]);
        Assert.SkipUnless(mounted.ExitCode == 0, $"This root may not mount: {mounted.Errors.Trim()}");
        return new SmallDisk(path);
    }

    /// <summary>Makes room: what is on the disk stays.</summary>
    public async Task Grow(long bytes) => Assert.Equal(0, (await ChildProcess.Run("mount", ["-o", $"remount,size={bytes}", Path])).ExitCode);

    public async ValueTask DisposeAsync() => await ChildProcess.Run("umount", [Path]);
}
