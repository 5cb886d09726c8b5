using System.Diagnostics;
using System.Text.Json.Nodes;
using Sextant.Cli;
using Sextant.Pretrained.Hub;
using Sextant.Tests.Pretrained.Hub;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class PullCommandTests
{
    [Fact]
    public void Pull_prints_the_folder_and_inspect_takes_the_name()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.Large["model.safetensors"] = [.. "\u0040\0\0\0\0\0\0\0"u8, .. "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}           "u8[..64], 0, 0, 0, 0];

        var pulled = Run(hub.Settings(folder), "pull", LoopbackHub.Model);
        var inspected = Run(hub.Settings(folder), "inspect", LoopbackHub.Model, "--json");

        Assert.Equal((0, folder.Combine("hub", "models--tiny--bert", "snapshots", LoopbackHub.Commit)), (pulled.ExitCode, pulled.Output.Trim()));
        Assert.Contains("3 files", pulled.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (int)inspected.Json["parameters"]!);
        Assert.Equal(1, Run(hub.Settings(folder), "inspect", "tiny/nothing").ExitCode);
        Assert.Contains("run `sextant pull tiny/nothing` first", Run(hub.Settings(folder), "tokenize", "tiny/nothing").Errors, StringComparison.Ordinal);
        Assert.Contains("run `sextant pull tiny/nothing` first", Run(hub.Settings(folder), "verify", "tiny/nothing").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokeniser_is_found_by_the_name_of_its_model()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.Files["vocab.txt"] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nseven\n"u8.ToArray();
        Run(hub.Settings(folder), "pull", LoopbackHub.Model);

        using StringWriter output = new(), errors = new();
        int code = CommandLine.Run(["tokenize", LoopbackHub.Model], new Terminal(output, errors, new StringReader("{\"text\": \"seven\"}"), IsErrorInteractive: false, IsInputRedirected: true, CancellationToken.None) { Hub = () => hub.Settings(folder) });

        Assert.Equal((0, ""), (code, errors.ToString()));
        Assert.Contains("[2,5,3]", output.ToString().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_object_of_names_commit_folder_and_files()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();

        var run = Run(hub.Settings(folder), "pull", LoopbackHub.Model, "--revision", "refs/pr/1", "--json", "--file", "*.md", "vocab.txt");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["name", "revision", "commit", "folder", "files", "bytes"], run.Json.Select(p => p.Key));
        Assert.Equal("refs/pr/1", (string)run.Json["revision"]!);
        Assert.Equal(LoopbackHub.Commit, (string)run.Json["commit"]!);
        Assert.Equal("""[{"name":"vocab.txt","bytes":12,"fetched":true},{"name":"README.md","bytes":9,"fetched":true}]""", Sorted(run.Json["files"]!));
        Assert.Equal(21, (long)run.Json["bytes"]!);
        var again = Run(hub.Settings(folder) with { IsOffline = true }, "pull", LoopbackHub.Model, "--revision", "refs/pr/1", "--json", "--file", "vocab.txt");
        Assert.Equal("""[{"name":"vocab.txt","bytes":12,"fetched":false}]""", Sorted(again.Json["files"]!));
    }

    [Fact]
    public void Offline_asks_nobody_and_says_what_is_missing()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();

        var run = Run(hub.Settings(folder), "pull", LoopbackHub.Model, "--offline");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("has no main of tiny/bert", run.Errors, StringComparison.Ordinal);
        Assert.Empty(hub.Requests);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/b/c")]
    [InlineData("https://huggingface.co/a/b")]
    public void What_is_no_name_is_refused_before_anyone_is_asked(string name)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();

        var run = Run(hub.Settings(folder), "pull", name);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is no name of a model", run.Errors, StringComparison.Ordinal);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public void An_interactive_terminal_sees_a_bar()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();

        var run = RunAt(hub.Settings(folder), isInteractive: true, TestContext.Current.CancellationToken, "pull", LoopbackHub.Model);

        Assert.Contains("model.safetensors [########################] 100 %  300 kB of 300 kB", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_pull_ends_with_130_and_the_next_goes_on()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        using CancellationTokenSource ctrlC = new();
        hub.StoreInPlace = request =>
        {
            ctrlC.CancelAfter(TimeSpan.FromSeconds(1));
            return hub.Stored(request) with { SilentAfter = 100_000 };
        };

        var stopped = RunAt(hub.Settings(folder), isInteractive: false, ctrlC.Token, "pull", LoopbackHub.Model);
        hub.StoreInPlace = _ => null;
        var whole = Run(hub.Settings(folder), "pull", LoopbackHub.Model);

        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Output));
        Assert.Equal(0, whole.ExitCode);
        Assert.Equal(100_000, hub.StoreRequests[^1].From);
    }

    [Fact]
    public async Task A_process_reads_the_environment_and_two_of_them_and_a_killed_one_leave_a_whole_model()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new() { Token = "hf_secret" };
        hub.StoreInPlace = request =>
        {
            Thread.Sleep(500);
            return null;
        };
        string program = Path.Combine(AppContext.BaseDirectory, "Sextant.Cli");
        Dictionary<string, string?> environment = new() { ["HF_ENDPOINT"] = hub.Url, ["HF_HOME"] = folder.Combine("home"), ["HF_HUB_CACHE"] = null, ["HF_TOKEN"] = "hf_secret", ["HF_HUB_OFFLINE"] = null };
        var start = new ProcessStartInfo(program, ["pull", LoopbackHub.Model]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using (var killed = Process.Start(start)!)
        {
            for (int i = 0; hub.StoreRequests.Length == 0 && i < 600; i++)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => ChildProcess.Run(program, ["pull", LoopbackHub.Model, "--json"], environment: environment)));

        Assert.All(both, process => Assert.True(process.ExitCode == 0, process.Everything));
        Assert.Equal(2, hub.StoreRequests.Length); // of the killed one, and of one of the two
        Assert.Single(both, process => (bool)JsonNode.Parse(process.Output)!["files"]!.AsArray().Single(f => (string)f!["name"]! == "model.safetensors")!["fetched"]!);
        Assert.Equal(hub.Large["model.safetensors"], File.ReadAllBytes(folder.Combine("home", "hub", "models--tiny--bert", "snapshots", LoopbackHub.Commit, "model.safetensors")));
    }

    private static string Sorted(JsonNode files) => new JsonArray([.. files.AsArray().OrderByDescending(f => (string)f!["name"]!).Select(f => f!.DeepClone())]).ToJsonString();

    private static InProcess Run(HubSettings settings, params string[] arguments) => RunAt(settings, isInteractive: false, TestContext.Current.CancellationToken, arguments);

    private static InProcess RunAt(HubSettings settings, bool isInteractive, CancellationToken stop, params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int code = CommandLine.Run(arguments, new Terminal(output, errors, TextReader.Null, isInteractive, IsInputRedirected: false, stop) { Hub = () => settings });
        return new(code, output.ToString(), errors.ToString());
    }
}
