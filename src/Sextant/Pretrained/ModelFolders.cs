using Sextant.Pretrained.Hub;

namespace Sextant.Pretrained;

/// <summary>Finds the folder of a model: one of the user's own, a run's best checkpoint, or a model that was pulled.</summary>
public static class ModelFolders
{
    /// <summary>The folder of a model, with its config.json.</summary>
    /// <param name="nameOrFolder">A folder that holds config.json; a run folder whose best/ does; or NAME or ORG/NAME, as `sextant pull` takes it. A folder wins over a name.</param>
    /// <param name="revision">A branch, a tag or a commit of a name; null for main.</param>
    /// <param name="settings">Says where the cache is; null for what the environment says.</param>
    /// <exception cref="UserError">There is none; the sentence says what to do.</exception>
    public static string Find(string nameOrFolder, string? revision = null, HubSettings? settings = null)
    {
        if (Directory.Exists(nameOrFolder))
        {
            return revision is null
                ? InFolder(nameOrFolder) ?? throw new UserError(File.Exists(Path.Combine(nameOrFolder, "recipe.json")) ? $"{nameOrFolder} holds a run without a model yet; let it finish first, by the command that began it." : $"{nameOrFolder} holds no {ModelFiles.Config}, nor best/{ModelFiles.Config} as a run does; give the folder of a model.")
                : throw new UserError($"{nameOrFolder} is a folder, which has no revision '{revision.Shown()}'; leave the revision out, or give the name of a model that is no folder here.");
        }

        if (File.Exists(nameOrFolder))
        {
            throw new UserError($"{nameOrFolder} is a file; give the folder of a model, which holds its {ModelFiles.Config} too.");
        }

        if (!HubName.IsModel(nameOrFolder))
        {
            throw new UserError($"There is no folder {nameOrFolder.Shown()}; give the folder of a model, or a name as `sextant pull` takes it.");
        }

        settings ??= HubSettings.FromEnvironment();
        return InCache(nameOrFolder, revision, settings)
            ?? throw new UserError($"There is no folder {nameOrFolder}, and {settings.Cache} has no model of that name{(revision is null ? "" : $" at {revision}")}; run `sextant pull {nameOrFolder}{(revision is null ? "" : $" --revision {revision}")}` first.");
    }

    /// <summary>The folder of a model that was pulled; null where the cache has none with a config.json.</summary>
    /// <param name="name">NAME or ORG/NAME.</param>
    /// <param name="revision">A branch, a tag or a commit; null for main.</param>
    /// <param name="settings">Says where the cache is; null for what the environment says.</param>
    /// <exception cref="UserError">The revision makes no sense, or the cache is damaged there.</exception>
    public static string? InCache(string name, string? revision = null, HubSettings? settings = null)
    {
        if (!HubName.IsModel(name))
        {
            return null;
        }

        HubName.CheckRevision(revision ?? HubName.Main);
        var cache = new HubCache((settings ?? HubSettings.FromEnvironment()).Cache, name);
        return cache.CommitOf(revision ?? HubName.Main) is string commit && cache.SizeOf(commit, ModelFiles.Config) is not null ? cache.Snapshot(commit) : null;
    }

    /// <summary>The folder itself, or its best/, whichever holds a config.json; null where neither does.</summary>
    public static string? InFolder(string folder) =>
        new[] { folder, Path.Combine(folder, "best") }.Select(Path.GetFullPath).FirstOrDefault(at => File.Exists(Path.Combine(at, ModelFiles.Config)));
}
