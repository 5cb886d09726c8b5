using System.Globalization;
using System.Text;

namespace Sextant.Pretrained.Hub;

/// <summary>Where models come from and where they are kept. The variables and folders are those of the tools that share the cache.</summary>
public sealed record HubSettings
{
    /// <summary>Without a slash at its end.</summary>
    public string Endpoint { get; init; } = "https://huggingface.co";

    /// <summary>Sent to <see cref="Endpoint"/> and to no other host; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>The folder that holds models--ORG--NAME.</summary>
    public required string Cache { get; init; }

    /// <summary>Whether only the cache is asked.</summary>
    public bool IsOffline { get; init; }

    /// <summary>How long a connection may be silent before it is given up.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The wait after a first failure; it doubles with each one that follows.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a busy endpoint may ask for.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Failures in a row, without a megabyte between them, after which a request is given up.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>
    /// What the environment says: HF_ENDPOINT, HF_TOKEN (else the file HF_TOKEN_PATH, else "token" in HF_HOME), HF_HUB_CACHE (else "hub" in HF_HOME),
    /// HF_HOME (else huggingface in XDG_CACHE_HOME, else in ~/.cache) and HF_HUB_OFFLINE.
    /// </summary>
    /// <param name="variable">The value of a variable; null for the process's own environment.</param>
    /// <exception cref="UserError">A variable makes no sense.</exception>
    public static HubSettings FromEnvironment(Func<string, string?>? variable = null)
    {
        string? Value(string name) => (variable ?? Environment.GetEnvironmentVariable)(name)?.Trim() is { Length: > 0 } value ? value : null;
        string user = Value("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? Folder(string name) => Value(name) is string path ? (path is "~" || path.StartsWith("~/", StringComparison.Ordinal) ? user + path[1..] : path) : null;

        string home = Folder("HF_HOME") ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(user, ".cache"), "huggingface");
        return new HubSettings
        {
            Endpoint = EndpointOf(Value("HF_ENDPOINT")),
            Token = TokenOf(Value("HF_TOKEN"), Folder("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
            Cache = Path.GetFullPath(Folder("HF_HUB_CACHE") ?? Path.Combine(home, "hub")),
            IsOffline = Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
    }

    /// <summary>All but the token, so that no log shows it.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Endpoint = {Endpoint}, Token = {(Token is null ? "none" : "(hidden)")}, Cache = {Cache}, IsOffline = {IsOffline}, Silence = {Silence}, FirstWait = {FirstWait}, LongestWait = {LongestWait}, Tries = {Tries}");
        return true;
    }

    private static string EndpointOf(string? given)
    {
        string endpoint = (given ?? "https://huggingface.co").TrimEnd('/');
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length == 0
            ? endpoint
            : throw new UserError("HF_ENDPOINT is no address of a hub; give one such as https://huggingface.co, without a user or a query, or unset it.");
    }

    /// <summary>What would not fit in a header is refused here, where it can be said which token is meant.</summary>
    private static string? TokenOf(string? given, string file)
    {
        string? token = given ?? Read(file);
        return token is null || token.All(c => c is > ' ' and <= '~')
            ? token
            : throw new UserError($"The token in {(given is null ? file : "HF_TOKEN")} holds characters that no token has; copy it again.");
    }

    private static string? Read(string file)
    {
        try
        {
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The token in {file} cannot be read: {e.Message.TrimEnd('.')}; set HF_TOKEN instead, or mend the file.", e);
        }
    }
}
