namespace Sextant.Tests;

/// <summary>Files in a test's folder; each call gives the file's path.</summary>
internal static class TemporaryFiles
{
    public static string Write(this TemporaryFolder folder, string name, string text)
    {
        System.IO.File.WriteAllText(folder.Combine(name), text);
        return folder.Combine(name);
    }

    public static string Write(this TemporaryFolder folder, string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(folder.Combine(name), bytes);
        return folder.Combine(name);
    }
}
