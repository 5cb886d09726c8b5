using System.Text.RegularExpressions;
using Xunit;

namespace Sextant.Tests.Architecture;

public sealed partial class HouseTests
{
    private static readonly string[] LaterWords = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "X" + "XX"];

    private static readonly string[] VagueFolders = ["Core", "Common", "Utils", "Utilities", "Helpers", "Managers", "Services", "Misc"];

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        Nothing(from file in Repository.Files(".cs") let lines = File.ReadLines(file).Count() where lines > 500 select $"{Name(file)}: {lines} lines");

    [Fact]
    public void Nothing_is_put_off_in_a_comment() =>
        Nothing(
            from file in Repository.Files(".cs").Concat(Repository.Files(".md")).Concat(Repository.Files(".props")).Concat(Repository.Files(".targets"))
            from line in File.ReadLines(file).Select((text, i) => (text, number: i + 1))
            where LaterWords.Any(word => Regex.IsMatch(line.text, $@"\b{word}\b"))
            select $"{Name(file)}:{line.number}: {line.text.Trim()}");

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() =>
        Nothing(Repository.Files(".cs").Select(f => Path.GetDirectoryName(Name(f))!).Distinct().Where(f => f.Split(Path.DirectorySeparatorChar).Any(VagueFolders.Contains)));

    [Fact]
    public void Every_link_in_the_documents_leads_to_a_file() =>
        Nothing(
            from file in Repository.Files(".md")
            from Match link in Link().Matches(CodeBlock().Replace(File.ReadAllText(file), ""))
            let target = Uri.UnescapeDataString(link.Groups["target"].Value.Split('#')[0])
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let path = Path.Combine(Path.GetDirectoryName(file)!, target)
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{Name(file)}: {target}");

    [Fact]
    public void Every_folder_of_the_library_is_on_the_map()
    {
        string map = File.ReadAllText(Repository.File("ARCHITECTURE.md"));
        var folders = Repository.Files(".cs", Repository.File("src", "Sextant")).Select(f => Path.GetRelativePath(Repository.File("src", "Sextant"), f).Split(Path.DirectorySeparatorChar)).Where(p => p.Length > 1).Select(p => p[0]).Distinct();

        Nothing(folders.Where(f => !map.Contains(f, StringComparison.Ordinal)));
    }

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);

    private static void Nothing(IEnumerable<string> wrong) => Assert.True(!wrong.Any(), string.Join(Environment.NewLine, wrong));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)|(src|href)=""(?<target>[^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```|`[^`\n]*`|<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
