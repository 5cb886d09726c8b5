namespace Sextant.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "runs", "out", "shared", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Every file whose name ends so, build output and hidden folders left out; in order.</summary>
    public static IEnumerable<string> Files(string ending, string? folder = null)
    {
        string start = folder ?? Root;
        foreach (string file in Directory.EnumerateFiles(start).Order(StringComparer.Ordinal))
        {
            if (file.EndsWith(ending, StringComparison.Ordinal))
            {
                yield return file;
            }
        }

        foreach (string inner in Directory.EnumerateDirectories(start).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(inner);
            if (NotOurs.Contains(name) || (name.StartsWith('.') && name != ".ci"))
            {
                continue;
            }

            foreach (string file in Files(ending, inner))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(at.FullName, "Sextant.slnx")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"Sextant.slnx is in no folder above {AppContext.BaseDirectory}; run the tests from where they were built.");
    }
}
