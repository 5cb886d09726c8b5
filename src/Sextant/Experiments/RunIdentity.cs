using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Data;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What makes two runs the same: every value of the resolved recipe but its name, with files by content and not by place.</summary>
public static class RunIdentity
{
    /// <summary>The key under which a run folder's recipe.json holds the identity.</summary>
    public const string Key = "identity";

    /// <summary>The key under which a run folder's recipe.json holds the identity of its data.</summary>
    public const string DataKey = "dataIdentity";

    /// <summary>SHA-256 in hexadecimal.</summary>
    /// <exception cref="UserError">A file that the recipe names cannot be read.</exception>
    public static string Of(Recipe recipe)
    {
        var json = RecipeFile.ToJson(recipe with { Name = "" });
        PutContents(json["data"]!, recipe);
        return HashOf(json);
    }

    /// <summary>What makes the data of two runs the same, whatever the seed of the split. SHA-256 in hexadecimal.</summary>
    /// <exception cref="UserError">A file that the recipe names cannot be read.</exception>
    public static string OfData(Recipe recipe)
    {
        var data = RecipeFile.ToJson(recipe)["data"]!.AsObject();
        PutContents(data, recipe);
        (data["split"] as JsonObject)?.Remove("seed");
        return HashOf(data);
    }

    /// <summary>
    /// What makes the steps of two runs the same until either decays: everything but the horizon and the decay. SHA-256 in hexadecimal; only
    /// of recipes whose <see cref="Trunk"/> can be shared.
    /// </summary>
    /// <exception cref="UserError">A file that the recipe names cannot be read.</exception>
    public static string OfTrunk(Recipe recipe) => Of(recipe with
    {
        Training = recipe.Training with
        {
            Horizon = new Horizon.Steps { Count = 1 },
            Schedule = recipe.Training.Schedule is ScheduleOptions.WarmupStableDecay stable ? new ScheduleOptions.WarmupStableDecay { Warmup = 0, WarmupSteps = stable.WarmupSteps } : recipe.Training.Schedule,
        },
    });

    /// <summary>SHA-256 in hexadecimal of what a record says, without what is null or false in it.</summary>
    internal static string HashOf(JsonObject json)
    {
        WithoutOff(json);
        return Hash(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>Takes out what is null or false: a field that a later version adds, off unless asked for, leaves the identity of older runs as it was.</summary>
    private static void WithoutOff(JsonNode node)
    {
        if (node is not JsonObject record)
        {
            return;
        }

        foreach (string key in record.Where(p => p.Value is null || p.Value.GetValueKind() == JsonValueKind.False).Select(p => p.Key).ToList())
        {
            record.Remove(key);
        }

        foreach (var value in record.Select(p => p.Value!))
        {
            WithoutOff(value);
        }
    }

    private static void PutContents(JsonNode data, Recipe recipe)
    {
        switch (recipe.Data)
        {
            case DataOptions.Text text:
                data["path"] = Files(text.Path);
                break;
            case DataOptions.Pairs pairs:
                data["path"] = pairs.Path is null ? null : Content(pairs.Path, "data", "--data");
                if (pairs.Split is SplitOptions.ByFile file)
                {
                    data["split"]!["path"] = Content(file.Path, "split", "--split");
                }

                break;
            case DataOptions.PigLatin words:
                data["content"] = Hash(Encoding.UTF8.GetBytes(string.Join('\n', BuiltInWords.Get(words.Words))));
                break;
        }
    }

    /// <summary>The values in which two recipes differ, names and the places of files apart: "training.horizon.count is 40 there and 50 here".</summary>
    internal static IReadOnlyList<string> Differences(JsonObject there, JsonObject here)
    {
        var (old, now) = (Values(there), Values(here));
        return
        [
            .. old.Keys.Union(now.Keys)
                .Where(path => path is not ("name" or Key or DataKey or "data.path" or "data.split.path"))
                .Where(path => old.GetValueOrDefault(path, "null") != now.GetValueOrDefault(path, "null")) // a field that an older version did not write is off
                .Select(path => $"{path} is {old.GetValueOrDefault(path, "not set")} there and {now.GetValueOrDefault(path, "not set")} here"),
        ];
    }

    /// <summary>Every value of a recipe as JSON, by its path.</summary>
    internal static Dictionary<string, string> Values(JsonObject json)
    {
        return Leaves(json, "").ToDictionary();

        static IEnumerable<KeyValuePair<string, string>> Leaves(JsonNode? node, string path) => node is JsonObject record
            ? record.SelectMany(p => Leaves(p.Value, path.Length == 0 ? p.Key : $"{path}.{p.Key}"))
            : [new(path, node?.ToJsonString() ?? "null")];
    }

    /// <summary>The text files that a corpus reads, and no others: what else lies beside them changes nothing.</summary>
    internal static string Files(string path)
    {
        var parts = TextFiles.Find(path).Select(file => $"{Path.GetRelativePath(path, file)} {Content(file, "data", "--data")}\n");
        return Hash(Encoding.UTF8.GetBytes(string.Concat(parts)));
    }

    internal static string Content(string path, string what, string option)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The {what} {path} cannot be read: {(File.Exists(path) ? e.Message.TrimEnd('.') : Directory.Exists(path) ? "it is a folder" : "there is no such file")}; check the path in the recipe or give {option}.", e);
        }
    }

    internal static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
