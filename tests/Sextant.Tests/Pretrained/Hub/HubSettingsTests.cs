using Sextant.Pretrained.Hub;
using Xunit;

namespace Sextant.Tests.Pretrained.Hub;

public sealed class HubSettingsTests
{
    [Theory]
    [InlineData("", "/home/me/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/var/cache", "/var/cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/var/cache HF_HOME=/data/hf", "/data/hf/hub")]
    [InlineData("HF_HOME=~/hf", "/home/me/hf/hub")]
    [InlineData("HF_HOME=/data/hf HF_HUB_CACHE=/models", "/models")]
    [InlineData("HF_HUB_CACHE=", "/home/me/.cache/huggingface/hub")]
    public void The_cache_is_where_other_tools_have_it(string environment, string expected) =>
        Assert.Equal(Path.GetFullPath(expected), Of("HOME=/home/me " + environment).Cache);

    [Fact]
    public void The_token_is_the_variables_else_the_files_else_none()
    {
        using TemporaryFolder folder = new();
        Assert.Null(Of($"HF_HOME={folder.Path}").Token);
        folder.Write("token", "hf_of_the_file\n");
        folder.Write("other", "hf_of_another");

        Assert.Equal("hf_of_the_file", Of($"HF_HOME={folder.Path}").Token);
        Assert.Equal("hf_of_another", Of($"HF_HOME={folder.Path} HF_TOKEN_PATH={folder.Combine("other")}").Token);
        Assert.Equal("hf_mine", Of($"HF_HOME={folder.Path} HF_TOKEN=hf_mine").Token);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080")]
    [InlineData("https://mirror.example/hf", "https://mirror.example/hf")]
    public void An_endpoint_may_be_any_mirror(string given, string expected) => Assert.Equal(expected, Of($"HF_ENDPOINT={given}").Endpoint);

    [Theory]
    [InlineData("mirror.example")]
    [InlineData("ftp://mirror.example")]
    [InlineData("https://me:secret@mirror.example")]
    [InlineData("https://mirror.example/?a=b")]
    public void An_endpoint_that_is_none_is_refused_without_being_shown(string given)
    {
        var error = Assert.Throws<UserError>(() => Of($"HF_ENDPOINT={given}"));

        Assert.Contains("HF_ENDPOINT", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_in_words_hide_the_token()
    {
        var settings = Of("HF_HOME=/data/hf HF_TOKEN=hf_mine");

        Assert.DoesNotContain("hf_mine", settings.ToString(), StringComparison.Ordinal);
        Assert.Contains("Token = (hidden), Cache = ", settings.ToString(), StringComparison.Ordinal);
        Assert.Contains("Token = none", (settings with { Token = null }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_goes_to_no_other_machine_in_the_clear()
    {
        var plain = Of("HF_HOME=/data/hf HF_TOKEN=hf_mine HF_ENDPOINT=http://mirror.example");

        var error = Assert.Throws<UserError>(() => new HubConnection(plain));
        Assert.Contains("http://mirror.example for all to read", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_mine", error.Message, StringComparison.Ordinal);
        foreach (var settings in new[] { plain with { Token = null }, plain with { Endpoint = "https://mirror.example" }, plain with { Endpoint = "http://127.0.0.1:80" }, plain with { Endpoint = "http://localhost:80" } })
        {
            new HubConnection(settings).Dispose();
        }
    }

    [Fact]
    public void A_token_that_fits_in_no_header_is_refused_without_being_shown()
    {
        var error = Assert.Throws<UserError>(() => HubSettings.FromEnvironment(name => name == "HF_TOKEN" ? "hf_a\r\nX-Other: b" : null));

        Assert.DoesNotContain("hf_a", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=true", true)]
    [InlineData("HF_HUB_OFFLINE=0", false)]
    [InlineData("", false)]
    public void Offline_is_a_variable_too(string environment, bool expected) => Assert.Equal(expected, Of(environment).IsOffline);

    [Theory]
    [InlineData("bert-base-uncased", true)]
    [InlineData("google-bert/bert-base-uncased", true)]
    [InlineData("a/b/c", false)]
    [InlineData("../b", false)]
    [InlineData("a/..", false)]
    [InlineData("/a", false)]
    [InlineData("a--b", false)]
    [InlineData("a b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\n", false)]
    [InlineData("", false)]
    public void A_name_is_one_or_two_words(string name, bool expected) => Assert.Equal(expected, HubName.IsModel(name));

    private static HubSettings Of(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        return HubSettings.FromEnvironment(variables.GetValueOrDefault);
    }
}
