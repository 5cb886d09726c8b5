using Sextant.Pretrained;
using Sextant.Pretrained.Hub;

namespace Sextant.Matching;

/// <summary>Finds the CLIP to use where none is named.</summary>
public static class ClipFolders
{
    private const string Remedy = "make one offline with `sextant pretrain recipes/clip/small.json`, or fetch the released one with `sextant pull openai/clip-vit-base-patch32`";

    /// <summary>The only CLIP there is, under a folder of runs or among the models that were pulled.</summary>
    /// <param name="runs">Searched with its folders, where it is there.</param>
    /// <param name="settings">Says where pulled models are.</param>
    /// <exception cref="UserError">There is none, or more than one; the sentence says what to do.</exception>
    public static string Only(string runs, HubSettings settings)
    {
        string[] found = [.. All(runs, settings)];
        return found switch
        {
            [string one] => one,
            [] => throw new UserError($"No model is named, and neither {runs}/ nor {settings.Cache} holds a CLIP; {Remedy}, or name a folder with --model."),
            _ => throw new UserError($"No model is named, and there are {found.Length} CLIP models here ({string.Join(", ", found.Take(5))}{(found.Length > 5 ? ", …" : "")}); say with --model which one to use."),
        };
    }

    /// <summary>Run folders with a CLIP in them, by path, then the names of those that were pulled.</summary>
    public static IEnumerable<string> All(string runs, HubSettings settings)
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        string[] configs = Directory.Exists(runs) ? [.. Directory.EnumerateFiles(runs, ModelFiles.Config, everywhere).Order(StringComparer.Ordinal)] : [];
        foreach (string folder in configs.Select(config => Path.GetDirectoryName(config)!).Where(folder => Path.GetFileName(folder) == "best" && IsClip(folder)))
        {
            yield return Path.GetDirectoryName(folder)!;
        }

        string[] pulled = Directory.Exists(settings.Cache) ? [.. Directory.EnumerateDirectories(settings.Cache, "models--*").Order(StringComparer.Ordinal)] : [];
        foreach (string name in pulled.Select(folder => Path.GetFileName(folder)["models--".Length..].Replace("--", "/", StringComparison.Ordinal)))
        {
            if (HubName.IsModel(name) && ModelFolders.InCache(name, settings: settings) is string folder && IsClip(folder))
            {
                yield return name;
            }
        }
    }

    private static bool IsClip(string folder)
    {
        try
        {
            return ClipConfig.IsClip(ConfigFile.Read(folder));
        }
        catch (UserError)
        {
            return false;
        }
    }
}
