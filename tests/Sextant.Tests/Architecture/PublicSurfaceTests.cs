using Sextant.Models;
using Xunit;

namespace Sextant.Tests.Architecture;

public sealed class PublicSurfaceTests
{
    private const string Accept = "SEXTANT_APPROVE";

    [Fact]
    public async Task The_public_surface_is_the_approved_one()
    {
        string file = Repository.File("tests", "Sextant.Tests", "Architecture", "PublicSurface.approved.txt");
        string[] surface = [.. PublicSurface.Of(typeof(SequenceModel).Assembly)];
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            await File.WriteAllTextAsync(file, string.Join('\n', surface) + "\n", TestContext.Current.CancellationToken);
        }

        string[] approved = File.Exists(file) ? await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken) : [];
        string[] difference = [.. Difference(approved, surface)];

        Assert.True(
            difference.Length == 0,
            $"The public surface of Sextant changed. If that is meant, run this test with {Accept}=1, look at the change of "
                + $"{Path.GetRelativePath(Repository.Root, file)} and commit it.\n{string.Join('\n', difference)}");
    }

    /// <summary>Lines gone (-) and new (+), under the type they belong to.</summary>
    private static IEnumerable<string> Difference(string[] before, string[] after)
    {
        Dictionary<string, HashSet<string>> old = ByType(before), now = ByType(after);
        foreach (string type in old.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            HashSet<string> was = old.GetValueOrDefault(type, []), become = now.GetValueOrDefault(type, []);
            string[] lines = [.. was.Except(become).Select(l => "-   " + l), .. become.Except(was).Select(l => "+   " + l)];
            if (!now.ContainsKey(type))
            {
                yield return "- " + type;
            }
            else if (!old.ContainsKey(type))
            {
                yield return "+ " + type;
            }
            else if (lines.Length > 0)
            {
                yield return "  " + type;
            }

            foreach (string line in lines)
            {
                yield return line;
            }
        }
    }

    private static Dictionary<string, HashSet<string>> ByType(string[] lines)
    {
        Dictionary<string, HashSet<string>> types = [];
        HashSet<string> members = [];
        foreach (string line in lines.Where(l => l.Length > 0))
        {
            if (line.StartsWith(' '))
            {
                members.Add(line.Trim());
            }
            else
            {
                types[line] = members = [];
            }
        }

        return types;
    }
}
