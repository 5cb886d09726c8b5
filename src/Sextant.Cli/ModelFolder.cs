namespace Sextant.Cli;

/// <summary>Where a model lies that a command is given by name or folder.</summary>
internal static class ModelFolder
{
    /// <exception cref="UserError">There is no such model.</exception>
    public static string Of(string nameOrFolder) =>
        Directory.Exists(nameOrFolder) ? nameOrFolder : throw new UserError($"There is no folder {nameOrFolder}; give one that holds a model's files.");
}
