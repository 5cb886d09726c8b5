using System.Reflection;
using Xunit;

namespace Sextant.Tests.Build;

public sealed class PublishTests
{
    private static string Configuration => typeof(PublishTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_published_copy_runs_and_trains_from_another_folder()
    {
        using TemporaryFolder folder = new();
        string published = folder.Combine("published"), moved = folder.Combine("moved here", "sextant");

        // --no-build: the command line was built with the tests, and building it from within them would write over it.
        var publish = await ChildProcess.Run(
            "dotnet",
            ["publish", Repository.File("src", "Sextant.Cli", "Sextant.Cli.csproj"), "-c", Configuration, "--no-build", "-nologo", "-o", published]);
        Assert.True(publish.ExitCode == 0, publish.Everything);
        Directory.CreateDirectory(Path.GetDirectoryName(moved)!);
        Directory.Move(published, moved);
        string program = Path.Combine(moved, OperatingSystem.IsWindows() ? "Sextant.Cli.exe" : "Sextant.Cli");

        var version = await ChildProcess.Run(program, ["--version"], folder.Path);
        Assert.True(version.ExitCode == 0, version.Everything);
        Assert.NotEmpty(version.Output);

        string recipe = Repository.File("recipes", "course", "h32-small.json");
        var train = await ChildProcess.Run(
            program, ["train", recipe, "--set", "training.horizon.kind=steps", "--set", "training.horizon.count=2", "--out", folder.Combine("run"), "--json"], folder.Path);
        Assert.True(train.ExitCode == 0, train.Everything);
        Assert.Contains("\"status\"", train.Output);
    }
}
