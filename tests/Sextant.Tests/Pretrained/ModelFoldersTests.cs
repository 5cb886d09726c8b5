using Sextant.Pretrained;
using Sextant.Pretrained.Hub;
using Xunit;

namespace Sextant.Tests.Pretrained;

public sealed class ModelFoldersTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public void A_folder_with_a_config_is_itself_and_a_run_is_its_best()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Combine("run", "best"));
        folder.Write(Path.Combine("run", "best", "config.json"), "{}");
        Assert.Equal(folder.Combine("run", "best"), ModelFolders.Find(folder.Combine("run")));
        folder.Write(Path.Combine("run", "config.json"), "{}");

        Assert.Equal(folder.Combine("run"), ModelFolders.Find(folder.Combine("run")));
        Assert.Throws<UserError>(() => ModelFolders.Find(folder.Path));
        Assert.Throws<UserError>(() => ModelFolders.Find(folder.Combine("run"), "main"));
        Assert.Throws<UserError>(() => ModelFolders.Find(folder.Combine("run", "config.json")));
        Assert.Throws<UserError>(() => ModelFolders.Find(folder.Combine("nowhere")));
    }

    [Fact]
    public void A_name_is_found_in_the_cache_by_branch_and_by_commit()
    {
        using TemporaryFolder folder = new();
        var settings = new HubSettings { Cache = folder.Path };
        string snapshot = folder.Combine("models--tiny--bert", "snapshots", Commit);
        Directory.CreateDirectory(snapshot);
        Directory.CreateDirectory(folder.Combine("models--tiny--bert", "refs"));
        folder.Write(Path.Combine("models--tiny--bert", "refs", "main"), Commit + "\n");
        var error = Assert.Throws<UserError>(() => ModelFolders.Find("tiny/bert", settings: settings)); // no config.json yet
        Assert.Contains("run `sextant pull tiny/bert` first", error.Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(snapshot, "config.json"), "{}");

        Assert.Equal(snapshot, ModelFolders.Find("tiny/bert", settings: settings));
        Assert.Equal(snapshot, ModelFolders.Find("tiny/bert", Commit, settings));
        var other = Assert.Throws<UserError>(() => ModelFolders.Find("tiny/bert", "v2", settings));
        Assert.Contains("run `sextant pull tiny/bert --revision v2` first", other.Message, StringComparison.Ordinal);
        Assert.Throws<UserError>(() => ModelFolders.Find("tiny/bert", "../../..", settings));
        folder.Write(Path.Combine("models--tiny--bert", "refs", "main"), "../..");
        Assert.Throws<UserError>(() => ModelFolders.Find("tiny/bert", settings: settings));
    }
}
