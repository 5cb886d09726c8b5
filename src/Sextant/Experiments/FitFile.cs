using System.Text.Json;
using Sextant.Scaling;

namespace Sextant.Experiments;

/// <summary>Fits as files, which plan and audit read.</summary>
public static class FitFile
{
    /// <summary>Writes the fit, whole or not at all.</summary>
    /// <exception cref="IOException">The place cannot be written.</exception>
    public static void Write(Fit fit, string path) => WholeFile.Write(path, JsonSerializer.Serialize(fit, RecipeJson.Options) + "\n");

    /// <exception cref="UserError">There is no fit.</exception>
    public static Fit Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Fit>(File.ReadAllText(path), RecipeJson.Options) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no fit {path}; make one with `sextant fit KIND FILE --out {path}`.", e);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new UserError($"{path} is no fit of this version; make one with `sextant fit KIND FILE --out {path}`.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The fit {path} cannot be read: {(Directory.Exists(path) ? "it is a folder, not a file" : e.Message.TrimEnd('.'))}.", e);
        }
    }
}
