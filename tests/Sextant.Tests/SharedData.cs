using Xunit;

namespace Sextant.Tests;

/// <summary>Data too large or not ours to ship: the folder SEXTANT_SHARED, or `shared` beside the repository.</summary>
internal static class SharedData
{
    /// <summary>The path of a shared file or folder; skips the test where it is not there.</summary>
    public static string Path(string relative)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Root(), relative));
        Assert.SkipUnless(
            File.Exists(path) || Directory.Exists(path),
            $"{path} is not there: set SEXTANT_SHARED to the folder that holds {relative}.");
        return path;
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable("SEXTANT_SHARED") is { Length: > 0 } root)
        {
            return root;
        }

        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Sextant.slnx")))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return System.IO.Path.Combine(folder ?? ".", "..", "shared");
    }
}
