using System.Text.RegularExpressions;

namespace Sextant.Pretrained.Hub;

/// <summary>Names that come from a user or from a hub and become parts of addresses and paths.</summary>
internal static partial class HubName
{
    /// <summary>The revision where none is named.</summary>
    public const string Main = "main";

    private const int Longest = 96;

    /// <summary>Whether this may be a model's name on a hub: NAME or ORG/NAME.</summary>
    public static bool IsModel(string name) =>
        name.Length <= Longest && Model().IsMatch(name) && !name.Contains("--", StringComparison.Ordinal) && !name.Contains("..", StringComparison.Ordinal);

    /// <exception cref="UserError">It cannot be a model's name.</exception>
    public static void CheckModel(string name)
    {
        if (!IsModel(name))
        {
            throw new UserError($"'{name.Shown()}' is no name of a model on a hub; give it as NAME or ORG/NAME, such as bert-base-uncased.");
        }
    }

    /// <exception cref="UserError">It cannot be a branch, a tag or a commit.</exception>
    public static void CheckRevision(string revision)
    {
        if (!Revision().IsMatch(revision) || !IsInside(revision))
        {
            throw new UserError($"'{revision.Shown()}' is no revision; give a branch, a tag or a commit, such as {Main}.");
        }
    }

    /// <summary>Whether this is a commit written in full.</summary>
    public static bool IsCommit(string revision) => Commit().IsMatch(revision);

    /// <summary>Whether a path with slashes stays in the folder that it is relative to.</summary>
    public static bool IsInside(string path) =>
        !Path.IsPathRooted(path) && !path.Any(char.IsControl) && !path.Contains('\\', StringComparison.Ordinal) && !path.Split('/').Any(part => part is "" or "." or "..");

    /// <summary>Whether an ETag can name a file of the cache.</summary>
    public static bool IsTag(string tag) => Tag().IsMatch(tag) && !tag.Contains("..", StringComparison.Ordinal) && !tag.EndsWith(HubCache.Incomplete, StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?<![.-])\z")]
    private static partial Regex Model();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./+@-]*\z")]
    private static partial Regex Revision();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex Commit();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z")]
    private static partial Regex Tag();
}
