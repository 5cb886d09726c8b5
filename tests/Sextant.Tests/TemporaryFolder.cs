namespace Sextant.Tests;

/// <summary>A new empty folder, deleted with what it holds when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sextant-test-").FullName;

    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public string Write(string name, string text)
    {
        File.WriteAllText(Combine(name), text);
        return Combine(name);
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Combine(name), bytes);
        return Combine(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
