using Sextant.Pretrained;

namespace Sextant.Cli;

/// <summary>Where a model lies that a command is given by name or folder.</summary>
internal static class ModelFolder
{
    /// <summary>The folder of a model: its own, a run's best, or that of a name which was pulled.</summary>
    /// <exception cref="UserError">There is no such model.</exception>
    public static string Of(Terminal terminal, string nameOrFolder) =>
        ModelFolders.Find(nameOrFolder, settings: Path.Exists(nameOrFolder) ? null : terminal.Hub());

    /// <summary>The same for a tokeniser, whose folder may hold nothing else.</summary>
    /// <exception cref="UserError">There is no such folder or model.</exception>
    public static string OfTokenizer(Terminal terminal, string nameOrFolder) =>
        Directory.Exists(nameOrFolder) && ModelFolders.InFolder(nameOrFolder) is null ? nameOrFolder : Of(terminal, nameOrFolder);

    /// <summary>The same for weights, which may be a file; what is neither file nor folder nor name stays, and is missed as a file.</summary>
    public static string OrFile(Terminal terminal, string given) =>
        Directory.Exists(given) ? ModelFolders.InFolder(given) ?? given
        : File.Exists(given) ? given
        : ModelFolders.InCache(given, settings: terminal.Hub()) ?? given;
}
