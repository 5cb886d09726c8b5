namespace Sextant.Pretrained;

/// <summary>Where a model lies.</summary>
public static class ModelFolders
{
    /// <summary>The folder of a model: one with config.json, or a run folder of an encoder, whose best/ has it.</summary>
    /// <param name="nameOrFolder">A folder.</param>
    /// <exception cref="UserError">There is no such model.</exception>
    public static string Find(string nameOrFolder)
    {
        foreach (string folder in new[] { nameOrFolder, Path.Combine(nameOrFolder, "best") })
        {
            if (File.Exists(Path.Combine(folder, "config.json")))
            {
                return Path.GetFullPath(folder);
            }
        }

        throw new UserError($"There is no model {nameOrFolder}: no folder of that name with a config.json, or with a best/ that has one; give the folder of a model.");
    }
}
