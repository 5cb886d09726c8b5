using System.Text;
using Sextant.Pretrained;
using Sextant.Pretrained.Hub;
using Xunit;

namespace Sextant.Tests.Pretrained.Hub;

/// <summary>A model that a hub serves as it should, and the cache that it comes into.</summary>
public sealed class ModelPullTests
{
    private const string Model = LoopbackHub.Model, Commit = LoopbackHub.Commit;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pulled_model_lies_as_other_tools_expect_it_with_the_bytes_that_the_hub_has()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();

        var pulled = await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);

        string place = folder.Combine("hub", "models--tiny--bert");
        Assert.Equal(Path.Combine(place, "snapshots", Commit), pulled.Folder);
        Assert.Equal(Commit, pulled.Commit);
        Assert.Equal(["config.json", "vocab.txt", "model.safetensors"], pulled.Files.Select(f => f.Name));
        Assert.All(pulled.Files, file => Assert.True(file.Fetched));
        Assert.Equal(pulled.Files.Sum(f => (long)hub.Files.Concat(hub.Large).Single(h => h.Key == f.Name).Value.Length), pulled.Bytes);
        Assert.Equal(Commit, File.ReadAllText(Path.Combine(place, "refs", "main")));
        foreach (var (name, content) in hub.Files.Concat(hub.Large).Where(f => pulled.Files.Any(p => p.Name == f.Key)))
        {
            string tag = hub.Large.ContainsKey(name) ? LoopbackHub.Sha256(content) : LoopbackHub.GitName(content);
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(pulled.Folder, name)));
            Assert.Equal(Path.Combine("..", "..", "blobs", tag), new FileInfo(Path.Combine(pulled.Folder, name)).LinkTarget);
            Assert.Null(new FileInfo(Path.Combine(place, "blobs", tag)).LinkTarget);
        }

        Assert.Equal(3, Directory.GetFiles(Path.Combine(place, "blobs")).Length);
    }

    [Fact]
    public async Task A_second_pull_fetches_nothing_and_a_file_that_was_deleted_is_fetched_again()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        var first = await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);
        int asked = hub.Requests.Length;

        var second = await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);

        Assert.All(second.Files, file => Assert.False(file.Fetched));
        Assert.Equal(asked + 1, hub.Requests.Length); // what main is now
        File.Delete(new FileInfo(Path.Combine(first.Folder, "vocab.txt")).ResolveLinkTarget(true)!.FullName); // the link stays and leads nowhere

        var third = await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);

        Assert.Equal(["vocab.txt"], third.Files.Where(f => f.Fetched).Select(f => f.Name));
        Assert.Equal(hub.Files["vocab.txt"], File.ReadAllBytes(Path.Combine(third.Folder, "vocab.txt")));
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_to_where_it_redirects()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new() { Token = "hf_secret" };

        var refused = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));
        Assert.Contains("set HF_TOKEN", refused.Message, StringComparison.Ordinal);
        var wrong = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder) with { Token = "hf_other" }, Stop));
        Assert.Contains("does not take the token", wrong.Message, StringComparison.Ordinal);

        await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder) with { Token = "hf_secret" }, Stop);

        Assert.NotEmpty(hub.StoreRequests);
        Assert.All(hub.StoreRequests, request => Assert.Null(request.Header("Authorization")));
        Assert.Contains(hub.Requests, request => request.Header("Authorization") == "Bearer hf_secret" && request.Path.Contains("safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_renamed_model_is_followed_within_the_hub_with_the_token()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new() { Token = "hf_secret" };
        hub.InPlace = request => request.Path.Contains("/old-bert/", StringComparison.Ordinal) ? new Reply(307).With("Location", request.Path.Replace("old-bert", Model, StringComparison.Ordinal)) : null;

        var pulled = await ModelPull.Run("old-bert", new PullOptions(), hub.Settings(folder) with { Token = "hf_secret" }, Stop);

        Assert.StartsWith(folder.Combine("hub", "models--old-bert"), pulled.Folder, StringComparison.Ordinal);
        Assert.Equal(hub.Large["model.safetensors"], File.ReadAllBytes(Path.Combine(pulled.Folder, "model.safetensors")));
    }

    [Theory]
    [InlineData("model.safetensors", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")]
    [InlineData("pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin")]
    public async Task The_parts_that_an_index_names_are_fetched_with_it(string whole, string first, string second)
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.Large.Clear();
        hub.Files[whole + ".index.json"] = Encoding.UTF8.GetBytes($$$"""{"weight_map": {"a": "{{{second}}}", "b": "{{{first}}}", "c": "{{{second}}}"}}""");
        (hub.Large[first], hub.Large[second]) = (LoopbackHub.Noise(100, 3), LoopbackHub.Noise(200, 4));

        var pulled = await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);

        Assert.Equal(["config.json", "vocab.txt", whole + ".index.json", second, first], pulled.Files.Select(f => f.Name));
        Assert.Equal(hub.Large[first], File.ReadAllBytes(Path.Combine(pulled.Folder, first)));
        hub.Large.Remove(first);
        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder) with { Cache = folder.Combine("other") }, Stop));
        Assert.Contains($"names {first}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patterns_choose_files_in_folders_too_and_one_that_meets_nothing_is_said()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.Files["onnx/quantised model#1.json"] = "{}"u8.ToArray();

        var pulled = await ModelPull.Run(Model, new PullOptions { Files = ["onnx/*", "README.*"] }, hub.Settings(folder), Stop);

        Assert.Equal(["README.md", "onnx/quantised model#1.json"], pulled.Files.Select(f => f.Name));
        var deep = new FileInfo(Path.Combine(pulled.Folder, "onnx", "quantised model#1.json"));
        Assert.Equal(Path.Combine("..", "..", "..", "blobs", LoopbackHub.GitName("{}"u8.ToArray())), deep.LinkTarget);
        Assert.Equal("{}", File.ReadAllText(deep.FullName));
        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions { Files = ["README.md", "*.gguf"] }, hub.Settings(folder), Stop));
        Assert.Contains("'*.gguf'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_with_slashes_is_remembered_under_its_name_and_a_commit_under_none()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();

        await ModelPull.Run(Model, new PullOptions { Revision = Commit }, hub.Settings(folder), Stop);
        Assert.False(Directory.Exists(folder.Combine("hub", "models--tiny--bert", "refs")));
        await ModelPull.Run(Model, new PullOptions { Revision = "refs/pr/1" }, hub.Settings(folder), Stop);

        Assert.Equal(Commit, File.ReadAllText(folder.Combine("hub", "models--tiny--bert", "refs", "refs", "pr", "1")));
        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions { Revision = "v9" }, hub.Settings(folder), Stop));
        Assert.Contains("no revision 'v9'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_is_here_needs_no_network_and_a_branch_does_with_what_is_here_where_there_is_none()
    {
        using TemporaryFolder folder = new();
        HubSettings settings;
        using (LoopbackHub hub = new())
        {
            settings = hub.Settings(folder);
            await ModelPull.Run(Model, new PullOptions(), settings, Stop);
        }

        List<string> notices = [];
        var pinned = await ModelPull.Run(Model, new PullOptions { Revision = Commit, Notice = notices.Add }, settings, Stop);
        Assert.Empty(notices);
        var branch = await ModelPull.Run(Model, new PullOptions { Notice = notices.Add }, settings, Stop);

        Assert.Equal(pinned.Folder, branch.Folder);
        Assert.Contains("cannot be reached", Assert.Single(notices), StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run("tiny/other", new PullOptions(), settings, Stop));
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_tool_left_in_the_cache_is_used_offline_and_what_it_left_out_is_named()
    {
        using TemporaryFolder folder = new();
        string place = folder.Combine("hub", "models--tiny--bert"), snapshot = Path.Combine(place, "snapshots", Commit);
        var settings = new HubSettings { Cache = folder.Combine("hub"), Endpoint = "http://127.0.0.1:9", IsOffline = true };
        var nothing = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), settings, Stop));
        Assert.Contains("has no main of tiny/bert", nothing.Message, StringComparison.Ordinal);
        foreach (string made in new[] { snapshot, Path.Combine(place, "refs"), Path.Combine(place, "blobs") })
        {
            Directory.CreateDirectory(made);
        }

        File.WriteAllText(Path.Combine(place, "refs", "main"), Commit);
        File.WriteAllText(Path.Combine(place, "blobs", "aaaa"), "{}");
        File.CreateSymbolicLink(Path.Combine(snapshot, "config.json"), "../../blobs/aaaa");
        var part = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), settings, Stop));
        Assert.Contains("weights", part.Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(Path.Combine(snapshot, "pytorch_model.bin"), "../../blobs/bbbb");
        await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), settings, Stop)); // a link that leads nowhere is no file

        File.WriteAllText(Path.Combine(place, "blobs", "bbbb"), "weights");
        var whole = await ModelPull.Run(Model, new PullOptions(), settings, Stop);

        Assert.Equal(snapshot, whole.Folder);
        Assert.Equal([("config.json", 2L, false), ("pytorch_model.bin", 7L, false)], whole.Files.Select(f => (f.Name, f.Bytes, f.Fetched)));
        Assert.Equal(Commit, (await ModelPull.Run(Model, new PullOptions { Revision = Commit, Files = ["*.bin"] }, settings, Stop)).Commit);
        string index = Path.Combine(snapshot, "model.safetensors.index.json");
        File.WriteAllText(index, """{"weight_map": {"a": "model-1.safetensors"}}""");
        var shard = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), settings, Stop));
        Assert.Contains("model-1.safetensors", shard.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_commit_that_does_not_come_whole_leaves_the_old_one_in_its_place()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        var old = await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);
        string next = new('f', 40);
        hub.InPlace = request => request.Path.EndsWith("/vocab.txt", StringComparison.Ordinal) ? new Reply(404)
            : request.Path.Contains("/resolve/", StringComparison.Ordinal) ? Moved(hub.Answer(request with { Path = request.Path.Replace(next, Commit, StringComparison.Ordinal) }))
            : new Reply(200, Encoding.UTF8.GetString(hub.Answer(request).Body).Replace(Commit, next, StringComparison.Ordinal));
        Reply Moved(Reply reply) => reply with { Headers = [.. reply.Headers.Select(h => h.Name == "X-Repo-Commit" ? (h.Name, next) : h)] };

        var error = await Assert.ThrowsAsync<UserError>(() => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop));

        Assert.Contains("has no file vocab.txt", error.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(folder.Combine("hub", "models--tiny--bert", "snapshots", next)));
        Assert.Equal(old.Folder, ModelFolders.Find(Model, settings: hub.Settings(folder)));
    }

    [Fact]
    public async Task The_hubs_own_word_of_a_file_counts_wherever_among_its_redirects_it_stands()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        byte[] content = hub.Files["vocab.txt"];
        hub.InPlace = request => request.Path.Contains("/resolve-cache/", StringComparison.Ordinal) ? LoopbackHub.Ranged(request, content).With("ETag", "\"the-store's-own\"")
            : request.Path.EndsWith("/vocab.txt", StringComparison.Ordinal) ? new Reply(307).With("Location", "/api/resolve-cache/vocab.txt").With("X-Linked-Etag", $"\"{LoopbackHub.GitName(content)}\"")
            : null;

        var pulled = await ModelPull.Run(Model, new PullOptions { Files = ["vocab.txt"] }, hub.Settings(folder), Stop);

        Assert.Equal(Path.Combine("..", "..", "blobs", LoopbackHub.GitName(content)), new FileInfo(Path.Combine(pulled.Folder, "vocab.txt")).LinkTarget);
    }

    [Fact]
    public async Task A_file_without_a_checksum_is_taken_by_its_length_and_that_is_said()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.InPlace = request => request.Path.EndsWith("/vocab.txt", StringComparison.Ordinal) ? LoopbackHub.Ranged(request, hub.Files["vocab.txt"]).With("ETag", "W/\"version-7\"") : null;
        List<string> notices = [];

        var pulled = await ModelPull.Run(Model, new PullOptions { Files = ["vocab.txt"], Notice = notices.Add }, hub.Settings(folder), Stop);

        Assert.Contains("only its length was checked", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Equal(hub.Files["vocab.txt"], File.ReadAllBytes(Path.Combine(pulled.Folder, "vocab.txt")));
    }

    [Fact]
    public async Task A_blob_of_another_length_is_fetched_again()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        Directory.CreateDirectory(folder.Combine("hub", "models--tiny--bert", "blobs"));
        string blob = folder.Combine("hub", "models--tiny--bert", "blobs", LoopbackHub.Sha256(hub.Large["model.safetensors"]));
        File.WriteAllText(blob, "cut off");

        await ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop);

        Assert.Equal(hub.Large["model.safetensors"], File.ReadAllBytes(blob));
    }

    [Fact]
    public void A_snapshot_is_copied_where_links_cannot_be_made()
    {
        using TemporaryFolder folder = new();
        var cache = new HubCache(folder.Path, Model);
        Directory.CreateDirectory(Path.GetDirectoryName(cache.Blob("aaaa"))!);
        File.WriteAllText(cache.Blob("aaaa"), "content");

        cache.Place("aaaa", Commit, "onnx/file.json", (_, _) => throw new UnauthorizedAccessException("a privilege is missing"));

        string file = Path.Combine(cache.Snapshot(Commit), "onnx", "file.json");
        Assert.Equal("content", File.ReadAllText(file));
        Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Equal(["onnx/file.json"], cache.FilesOf(Commit));
    }

    [Fact]
    public async Task Pulls_of_one_model_at_once_fetch_each_file_once()
    {
        using TemporaryFolder folder = new();
        using LoopbackHub hub = new();
        hub.StoreInPlace = request =>
        {
            Thread.Sleep(300); // so that the others come while this one is fetched
            return null;
        };

        var pulled = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ModelPull.Run(Model, new PullOptions(), hub.Settings(folder), Stop)));

        Assert.Single(hub.StoreRequests);
        Assert.Single(pulled, p => p.Files.Single(f => f.Name == "model.safetensors").Fetched);
        Assert.All(pulled, p => Assert.Equal(hub.Large["model.safetensors"], File.ReadAllBytes(Path.Combine(p.Folder, "model.safetensors"))));
        Assert.Empty(Directory.GetFiles(folder.Combine("hub"), "*.incomplete", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(folder.Combine("hub"), "*.new", SearchOption.AllDirectories));
    }
}
