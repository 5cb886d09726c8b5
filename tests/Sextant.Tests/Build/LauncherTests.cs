using Xunit;

namespace Sextant.Tests.Build;

/// <summary>The launcher script in a small checkout of its own, where `dotnet` is a script that notes each build and writes a program that says its arguments.</summary>
public sealed class LauncherTests : IDisposable
{
    private const string Dotnet = """
        #!/bin/sh
        case $1 in
          --version) [ ! -f "$TOOLS/old" ] && echo 10.0.100 ;;
          --list-sdks) echo '8.0.404 [/usr/share/dotnet/sdk]' ;;
          build)
            echo build >>"$TOOLS/builds"
            sleep 0.3
            if [ -f "$TOOLS/broken" ]; then echo 'Program.cs(1,1): error CS1002: ; expected'; exit 1; fi
            mkdir -p src/Sextant.Cli/bin/Release/net10.0/any
            printf '#!/bin/sh\necho "program: $*"\n' >src/Sextant.Cli/bin/Release/net10.0/any/Sextant.Cli
            chmod +x src/Sextant.Cli/bin/Release/net10.0/any/Sextant.Cli
            echo 'Build succeeded.' ;;
          msbuild) echo "$PWD/src/Sextant.Cli/bin/Release/net10.0/any/Sextant.Cli" ;;
        esac
        """;

    private static readonly string[] Needed =
        ["sh", "dirname", "readlink", "find", "sort", "tail", "head", "sed", "cat", "touch", "mv", "rm", "mkdir", "ln", "sleep", "cut", "tr", "chmod"];

    private readonly TemporaryFolder folder = new();

    public LauncherTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The launcher is a shell script.");
        Directory.CreateDirectory(Checkout);
        Directory.CreateDirectory(Tools);
        Directory.CreateDirectory(Path.Combine(Checkout, "build"));
        Directory.CreateDirectory(Path.GetDirectoryName(Source)!);
        foreach (string name in (string[])["sextant", "global.json", "Directory.Build.props"])
        {
            File.Copy(Repository.File(name), Path.Combine(Checkout, name));
        }

        File.WriteAllText(Source, "// the program");
        Executable(Path.Combine(Tools, "dotnet"), Dotnet);
        foreach (string tool in Needed)
        {
            AddTool(tool);
        }
    }

    private string Checkout => folder.Combine("check out");

    private string Tools => folder.Combine("tools");

    private string Source => Path.Combine(Checkout, "src", "Sextant.Cli", "Program.cs");

    private string Script => Path.Combine(Checkout, "sextant");

    private int Builds => File.Exists(Path.Combine(Tools, "builds")) ? File.ReadLines(Path.Combine(Tools, "builds")).Count() : 0;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_builds_once_and_hands_every_argument_to_the_program()
    {
        ChildProcess first = await Launch("train", "a b", "--x=1"), second = await Launch();

        Assert.Equal((0, "program: train a b --x=1\n"), (first.ExitCode, first.Output));
        Assert.Equal("sextant: building (once; the first time it also fetches packages)\n", first.Errors);
        Assert.Equal((0, "program: \n", ""), (second.ExitCode, second.Output, second.Errors));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task It_builds_again_after_a_source_is_written_added_or_deleted_and_not_after_anything_else()
    {
        string added = Path.Combine(Path.GetDirectoryName(Source)!, "Added.cs");
        await Launch();
        await File.WriteAllTextAsync(Source, "// changed", TestContext.Current.CancellationToken);
        await Launch();
        Assert.Equal(2, Builds);

        await File.WriteAllTextAsync(added, "// an old file, moved here", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(added, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await Launch();
        Assert.Equal(3, Builds);

        File.Delete(added);
        await Launch();
        Assert.Equal(4, Builds);

        await File.WriteAllTextAsync(Path.Combine(Checkout, "README.md"), "words", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Source)!, "bin", "note.cs"), "output", TestContext.Current.CancellationToken);
        await Launch();
        Assert.Equal(4, Builds);
    }

    [Fact]
    public async Task Another_choice_of_libtorch_builds_again()
    {
        await Launch();
        await Run(new Dictionary<string, string?> { ["Libtorch"] = "cuda" }, Script);

        Assert.Equal(2, Builds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Started_three_times_at_once_it_builds_once(bool flock)
    {
        if (flock)
        {
            Assert.SkipUnless(AddTool("flock"), "flock is not installed.");
        }

        var all = await Task.WhenAll(Launch("1"), Launch("2"), Launch("3"));

        Assert.Equal(["program: 1\n", "program: 2\n", "program: 3\n"], all.Select(p => p.Output));
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task A_lock_whose_owner_is_dead_is_taken_over()
    {
        var dead = await ChildProcess.Run("sh", ["-c", "echo $$"]);
        Directory.CreateDirectory(Path.Combine(Checkout, "obj", "launcher"));
        File.CreateSymbolicLink(Path.Combine(Checkout, "obj", "launcher", "lock.pid"), dead.Output.Trim());

        var run = await Launch();

        Assert.Equal((0, "program: \n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task It_works_through_a_chain_of_links_from_another_folder()
    {
        string first = folder.Combine("first link"), second = folder.Combine("second link");
        File.CreateSymbolicLink(first, Script);
        File.CreateSymbolicLink(second, "first link");

        var run = await Run(new Dictionary<string, string?>(), second, "hello");

        Assert.Equal((0, "program: hello\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task A_checkout_that_was_copied_runs_its_own_program()
    {
        await Launch();
        string copy = folder.Combine("copy");
        await ChildProcess.Run("cp", ["-rp", Checkout, copy]);
        Executable(Path.Combine(copy, "src", "Sextant.Cli", "bin", "Release", "net10.0", "any", "Sextant.Cli"), "#!/bin/sh\necho copy\n");

        var run = await Run(new Dictionary<string, string?>(), Path.Combine(copy, "sextant"));

        Assert.Equal("copy\n", run.Output);
        Assert.Equal(1, Builds);
    }

    [Fact]
    public async Task A_failed_build_says_why_on_standard_error_and_is_tried_again()
    {
        await File.WriteAllTextAsync(Path.Combine(Tools, "broken"), "", TestContext.Current.CancellationToken);
        var failed = await Launch();
        File.Delete(Path.Combine(Tools, "broken"));
        var mended = await Launch();

        Assert.Equal((1, ""), (failed.ExitCode, failed.Output));
        Assert.Contains("error CS1002: ; expected", failed.Errors);
        Assert.Contains("sextant: the build failed", failed.Errors);
        Assert.Equal(0, mended.ExitCode);
    }

    [Fact]
    public async Task Without_dotnet_it_says_what_to_install()
    {
        File.Delete(Path.Combine(Tools, "dotnet"));

        var run = await Launch();

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("sextant: dotnet is not installed or not on PATH; install the .NET SDK 10.0.100 or newer of that major version (docs/install.md).\n", run.Errors);
    }

    [Fact]
    public async Task An_older_sdk_is_named_beside_the_one_that_is_needed()
    {
        await File.WriteAllTextAsync(Path.Combine(Tools, "old"), "", TestContext.Current.CancellationToken);

        var run = await Launch();

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("sextant: the .NET SDK 10.0.100 or newer of that major version is needed; dotnet here has 8.0.404 (docs/install.md).\n", run.Errors);
    }

    [Fact]
    public async Task A_checkout_that_cannot_be_written_is_said_in_one_sentence()
    {
        await File.WriteAllTextAsync(Path.Combine(Checkout, "obj"), "in the way, also for root", TestContext.Current.CancellationToken);

        var run = await Launch();

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal($"sextant: the program must be built first, but {Checkout} cannot be written; build it as a user who may write there, or run from a copy.\n", run.Errors);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nonexistent")]
    public async Task It_builds_without_a_home(string? home)
    {
        var run = await Run(new Dictionary<string, string?> { ["HOME"] = home }, Script);

        Assert.Equal((0, "program: \n"), (run.ExitCode, run.Output));
        Assert.True(Directory.Exists(Path.Combine(Checkout, "obj", "home")));
    }

    private static void Executable(string path, string script)
    {
        File.WriteAllText(path, script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private bool AddTool(string name)
    {
        string? found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
        if (found is not null)
        {
            File.CreateSymbolicLink(Path.Combine(Tools, name), found);
        }

        return found is not null;
    }

    private Task<ChildProcess> Launch(params string[] arguments) => Run(new Dictionary<string, string?>(), Script, arguments);

    private Task<ChildProcess> Run(Dictionary<string, string?> environment, string script, params string[] arguments)
    {
        environment["PATH"] = Tools;
        environment["TOOLS"] = Tools;
        environment["DOTNET_ROOT"] = null;
        environment.TryAdd("Libtorch", null);
        return ChildProcess.Run(Path.Combine(Tools, "sh"), [script, .. arguments], "/", environment, TimeSpan.FromSeconds(60));
    }
}
