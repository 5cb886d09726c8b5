using System.Text.Json;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>diverged.json of a run folder: the same steps diverge again, so that nobody trains them twice unasked.</summary>
/// <param name="Identity">Of the run that diverged.</param>
/// <param name="Step">Updates made when it happened.</param>
/// <param name="Message">What was said then.</param>
internal sealed record DivergenceMark(string Identity, long Step, string Message)
{
    private const string Name = "diverged.json";

    /// <summary>Leaves the mark.</summary>
    public static void Write(RunFolder folder, string identity, TrainingDiverged end) => folder.Guarded(() =>
        WholeFile.Write(PathIn(folder), JsonSerializer.Serialize(new DivergenceMark(identity, end.Step, end.Message), RecipeJson.Options) + "\n"));

    /// <summary>Why the run of this identity is not trained again; null where nothing is known against it.</summary>
    public static string? Reason(RunFolder folder, string identity)
    {
        try
        {
            return File.Exists(PathIn(folder)) && JsonSerializer.Deserialize<DivergenceMark>(File.ReadAllText(PathIn(folder)), RecipeJson.Options) is { Message: not null } mark && mark.Identity == identity
                ? $"{mark.Message} It has not been tried again; to do so, delete {PathIn(folder)}."
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // training tells anew
        }
    }

    private static string PathIn(RunFolder folder) => Path.Combine(folder.Root, Name);
}
