using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Experiments;

/// <summary>JSON files that people write: comments and trailing commas are accepted, and what is wrong is one sentence.</summary>
internal static class JsonFile
{
    /// <param name="path">The file.</param>
    /// <param name="noun">What it is meant to hold: "recipe", "study".</param>
    /// <param name="remedy">What to do where there is none.</param>
    /// <exception cref="UserError">The file cannot be read or holds no JSON object.</exception>
    public static JsonObject Read(string path, string noun, string remedy)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no {noun} {path}; {remedy}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The {noun} {path} cannot be read: {(Directory.Exists(path) ? "it is a folder, not a file" : e.Message.TrimEnd('.'))}.", e);
        }

        string shipped = noun == "study" ? "studies/" : "recipes/";
        if (text.Trim().Length == 0)
        {
            throw new UserError($"The {noun} {path} is empty; start from one in {shipped}.");
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) is JsonObject json && HasDistinctKeys(json)
                ? json
                : throw new UserError($"The {noun} {path} is not a JSON object; start from one in {shipped}.");
        }
        catch (JsonException e)
        {
            throw new UserError($"The {noun} {path} is not JSON: line {e.LineNumber + 1}, character {e.BytePositionInLine + 1} cannot be read; mend it there.", e);
        }
        catch (ArgumentException e)
        {
            throw new UserError($"The {noun} {path} names a key twice: {e.Message.Split('\n')[0].TrimEnd('.')}; keep one of them.", e);
        }
    }

    /// <summary>Walks through everything: a node reads its keys only when asked for one, and throws where one is there twice.</summary>
    private static bool HasDistinctKeys(JsonNode? node) => node switch
    {
        JsonObject properties => properties.All(property => HasDistinctKeys(property.Value)),
        JsonArray list => list.All(HasDistinctKeys),
        _ => true,
    };
}
