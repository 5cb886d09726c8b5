using System.Diagnostics;
using Sextant.Pretrained.Hub;
using Xunit;

namespace Sextant.Tests.Pretrained.Hub;

/// <summary>Connections that break and servers that lie: what comes whole and checked has its name, and nothing else.</summary>
public sealed class BrokenDownloadTests
{
    private const string Model = LoopbackHub.Model, Weights = "model.safetensors";
    private static readonly PullOptions WeightsAlone = new() { Files = [Weights] };
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dropped_connection_goes_on_where_it_broke()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        int left = 2;
        hub.StoreInPlace = request => left-- > 0 ? hub.Stored(request) with { CutAfter = 100_000 } : null;

        await ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop);

        Assert.Equal(hub.Large[Weights], Content(folder, hub));
        Assert.Equal([0, 100_000, 200_000], hub.StoreRequests.Select(r => r.From));
        Assert.Equal(hub.Large[Weights].Length, hub.StoreRequests.Sum(r => r.Served));
    }

    [Fact]
    public async Task A_later_pull_goes_on_where_one_that_was_stopped_ended()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.StoreInPlace = request => hub.Stored(request) with { SilentAfter = 120_000 };
        using CancellationTokenSource ctrlC = new();
        var progress = new Watch(p => { if (p.Bytes == 120_000) { ctrlC.Cancel(); } });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ModelPull.Run(Model, WeightsAlone with { Progress = progress }, hub.Settings(folder), ctrlC.Token));
        Assert.False(File.Exists(Blob(folder, hub)));
        hub.StoreInPlace = _ => null;
        await ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop);

        Assert.Equal(hub.Large[Weights], Content(folder, hub));
        Assert.Equal(hub.Large[Weights].Length - 120_000, hub.StoreRequests[^1].Served);
        Assert.False(File.Exists(Blob(folder, hub) + ".incomplete"));
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_all_of_it_again()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        int left = 1;
        hub.StoreInPlace = _ => new Reply(200, hub.Large[Weights]) { CutAfter = left-- > 0 ? 100_000 : null };

        await ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop);

        Assert.Equal(hub.Large[Weights], Content(folder, hub));
        Assert.Equal([0, 100_000], hub.StoreRequests.Select(r => r.From));
    }

    [Theory]
    [InlineData(100)] // damaged pieces of an earlier pull
    [InlineData(300_000)] // as long as the file
    [InlineData(300_001)] // longer than it
    public async Task What_lies_there_unfinished_is_not_believed(int length)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(folder, hub))!);
        File.WriteAllBytes(Blob(folder, hub) + ".incomplete", LoopbackHub.Noise(length, 99));

        await ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop);

        Assert.Equal(hub.Large[Weights], Content(folder, hub));
        Assert.Equal(0, hub.StoreRequests[^1].From);
    }

    [Fact]
    public async Task A_refused_range_begins_again()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        Directory.CreateDirectory(Path.GetDirectoryName(Blob(folder, hub))!);
        File.WriteAllBytes(Blob(folder, hub) + ".incomplete", hub.Large[Weights][..1000]);
        hub.StoreInPlace = request => request.From > 0 ? new Reply(416) : null;

        await ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop);

        Assert.Equal(hub.Large[Weights], Content(folder, hub));
    }

    [Theory]
    [InlineData("announces less")]
    [InlineData("announces more")]
    [InlineData("sends more")]
    [InlineData("other range")]
    public async Task A_server_that_lies_about_sizes_is_named(string lie)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        byte[] content = hub.Large[Weights];
        hub.StoreInPlace = _ => lie switch
        {
            "announces less" => new Reply(200, content[..^1]),
            "announces more" => new Reply(200, [.. content, 1]),
            "sends more" => new Reply(200, [.. content, 1]) { Announced = -1 },
            _ => new Reply(206, content[50..]).With("Content-Range", $"bytes 50-{content.Length - 1}/{content.Length}"),
        };

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop));

        Assert.Contains("announces 300000 bytes for model.safetensors and sends another size", error.Message, StringComparison.Ordinal);
        NothingHasItsName(folder, hub);
    }

    [Fact]
    public async Task A_server_that_always_ends_early_is_given_up_and_asked_no_more_than_so_often()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.StoreInPlace = _ => new Reply(200, hub.Large[Weights][..1000]) { Announced = -1 };

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop));

        Assert.Contains("ended model.safetensors after 1000 of 300000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, hub.StoreRequests.Length);
        NothingHasItsName(folder, hub);
    }

    [Fact]
    public async Task Contents_that_do_not_match_their_checksum_are_removed_whether_of_git_or_of_its_large_files()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.StoreInPlace = _ => new Reply(200, LoopbackHub.Noise(300_000, 7));
        hub.InPlace = request => request.Method == "GET" && request.Path.EndsWith("vocab.txt", StringComparison.Ordinal) ? new Reply(200, "[PAD]\n[UNKNOWN]\n"[..12]) : null;

        var large = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop));
        var small = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions { Files = ["vocab.txt"] }, hub.Settings(folder), Stop));

        Assert.Contains("does not match its checksum", large.Message, StringComparison.Ordinal);
        Assert.Contains("does not match its checksum", small.Message, StringComparison.Ordinal);
        NothingHasItsName(folder, hub);
        Assert.Empty(Directory.GetFiles(folder.Combine("hub", "models--tiny--bert", "blobs")));
    }

    [Theory]
    [InlineData("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a", true)] // git hash-object
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", true)]
    [InlineData("hello\n", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03", true)] // sha256sum
    [InlineData("hello", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03", false)]
    [InlineData("hello\n", "0013625030ba8dba906f756967f9e9ca394464a0", false)]
    [InlineData("hello\n", "a-version", null)]
    public void Checksums_are_those_of_git_and_of_its_large_files(string text, string tag, bool? expected)
    {
        using TemporaryFolder folder = new();

        Assert.Equal(expected, ContentDigest.Matches(folder.Write("file", text), tag, Stop));
    }

    [Fact]
    public async Task A_silent_server_is_given_up_and_asked_again()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        int left = 1;
        hub.StoreInPlace = request => left-- > 0 ? hub.Stored(request) with { SilentAfter = 50_000 } : null;
        List<string> notices = [];

        await ModelPull.Run(Model, WeightsAlone with { Notice = notices.Add }, hub.Settings(folder) with { Silence = TimeSpan.FromSeconds(1.5) }, Stop);

        Assert.Equal([0, 50_000], hub.StoreRequests.Select(r => r.From));
        Assert.Contains("has said nothing for 1.5 s", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(hub.Large[Weights], Content(folder, hub));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        int left = 1;
        hub.InPlace = _ => Interlocked.Decrement(ref left) >= 0 ? new Reply(status).With("Retry-After", "1") : null;
        long began = Stopwatch.GetTimestamp();

        await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);

        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.99, 60);
        hub.InPlace = _ => new Reply(status).With("Retry-After", "3600");
        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run("tiny/other", new PullOptions(), hub.Settings(folder), Stop));
        Assert.Contains("asks to wait 60 minutes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("resolve")]
    [InlineData("store")]
    public async Task A_web_page_in_place_of_what_was_asked_for_is_named(string where)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        Reply? Page(Request request) => where == "store" || request.Path.Contains(where, StringComparison.Ordinal) ? new Reply(200, "<!DOCTYPE html><html>Log in</html>").With("Content-Type", "text/html; charset=utf-8") : null;
        if (where == "store")
        {
            hub.StoreInPlace = Page;
        }
        else
        {
            hub.InPlace = Page;
        }

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, WeightsAlone, hub.Settings(folder), Stop));

        Assert.Contains("answered with a web page", error.Message, StringComparison.Ordinal);
        NothingHasItsName(folder, hub);
    }

    [Theory]
    [InlineData(403, null, "asks", "only to a token that has access")]
    [InlineData(403, "GatedRepo", null, "accept them at")]
    [InlineData(403, "GatedRepo", "hf_mine", "has no access to tiny/bert")]
    [InlineData(404, null, null, "has no model tiny/bert")]
    [InlineData(418, null, null, "answers 418")]
    public async Task A_refusal_says_what_to_do(int status, string? code, string? token, string words)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = _ => code is null ? new Reply(status) : new Reply(status).With("X-Error-Code", code);

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder) with { Token = token == "asks" ? null : token }, Stop));

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Single(hub.Requests); // asking again would change nothing
    }

    [Theory]
    [InlineData("../../outside.json")]
    [InlineData("/etc/outside.json")]
    [InlineData("a/../../../outside.json")]
    [InlineData("..\\outside.json")]
    [InlineData("a//b.json")]
    public async Task A_listing_that_leads_out_of_the_folder_is_refused(string name)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.Files[name] = "{}"u8.ToArray();

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions { Files = ["*.json"] }, hub.Settings(folder), Stop));

        Assert.Contains("leads out of the model's folder", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("ETag", "\"../../../outside\"")]
    [InlineData("ETag", "")]
    [InlineData("Other", "none")]
    public async Task An_ETag_that_can_name_no_file_is_refused(string header, string value)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = request => request.Method == "HEAD" ? new Reply(200, "x").With(header, value) : null;

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));

        Assert.Contains("no checksum (ETag)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"siblings\": []}")]
    [InlineData("{\"sha\": \"main\", \"siblings\": []}")]
    [InlineData("[1, 2]")]
    [InlineData("{\"sha\": \"")]
    [InlineData("{\"sha\": 3, \"siblings\": [{\"rfilename\": 4}]}")]
    [InlineData("")]
    public async Task An_answer_that_is_no_listing_is_named(string answer)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = _ => new Reply(200, answer);

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));

        Assert.Contains("check HF_ENDPOINT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_web_server_is_named()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = _ => new Reply(200).With("Content-Length", "many");

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));

        Assert.Contains("HF_ENDPOINT", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData(null)]
    public async Task A_redirect_to_no_address_is_not_followed(string? location)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = _ => location is null ? new Reply(302) : new Reply(302).With("Location", location);

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));

        Assert.Contains("which is not followed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = request => new Reply(302).With("Location", request.Path + "/more");

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));

        Assert.Contains("redirects again and again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_named()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        string file = folder.Write("file", "in the way");

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder) with { Cache = Path.Combine(file, "hub") }, Stop));

        Assert.Contains("HF_HUB_CACHE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_named_and_the_pull_goes_on_once_there_is_room()
    {
        using TemporaryFolder folder = new();
        await using var disk = await SmallDisk.Mount(folder, 200_000);
        using LoopbackHub hub = new();
        var settings = hub.Settings(folder) with { Cache = Path.Combine(disk.Path, "hub") };

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, WeightsAlone, settings, Stop));
        Assert.Contains("is full", error.Message, StringComparison.Ordinal);
        await disk.Grow(1_000_000);
        var pulled = await ModelPull.Run(Model, WeightsAlone, settings, Stop);

        Assert.Equal(hub.Large[Weights], File.ReadAllBytes(Path.Combine(pulled.Folder, Weights)));
        Assert.True(hub.StoreRequests[^1].From > 0);
    }

    private static string Blob(TemporaryFolder folder, LoopbackHub hub) => folder.Combine("hub", "models--tiny--bert", "blobs", LoopbackHub.Sha256(hub.Large[Weights]));

    private static byte[] Content(TemporaryFolder folder, LoopbackHub hub)
    {
        Assert.Equal(File.ReadAllBytes(Blob(folder, hub)), File.ReadAllBytes(folder.Combine("hub", "models--tiny--bert", "snapshots", LoopbackHub.Commit, Weights)));
        return File.ReadAllBytes(Blob(folder, hub));
    }

    /// <summary>Neither a blob nor a snapshot nor a revision.</summary>
    private static void NothingHasItsName(TemporaryFolder folder, LoopbackHub hub)
    {
        string place = folder.Combine("hub", "models--tiny--bert");
        Assert.False(File.Exists(Blob(folder, hub)));
        Assert.False(Directory.Exists(Path.Combine(place, "snapshots")));
        Assert.False(Directory.Exists(Path.Combine(place, "refs")));
    }

    /// <summary>Reports at once and on the same thread, as Progress does not.</summary>
    private sealed class Watch(Action<PullProgress> see) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => see(value);
    }
}
