using System.Text.Json.Nodes;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>What surrounds the training of every kind of run: its folder is leased, a run that is done is only read, and one that is known to diverge is refused.</summary>
internal static class RunOnce
{
    /// <summary>The result that is there, or that training leaves.</summary>
    /// <exception cref="UserError">Another recipe's run is here, another process trains it, or training diverged.</exception>
    public static T Carry<T>(RunFolder folder, JsonObject recipe, string identity, RunSurroundings surroundings, Func<T?> read, Func<T> train)
        where T : class
    {
        folder.CheckFree(recipe, identity); // before a lock is left in someone's folder
        using var claim = folder.Lock();
        folder.CheckFree(recipe, identity);
        if (read() is { } done)
        {
            folder.CheckBest();
            surroundings.Notice($"{folder.Root} is done already; this is its result.");
            return done;
        }

        if (DivergenceMark.Reason(folder, identity) is string reason)
        {
            throw new UserError(reason);
        }

        try
        {
            return train();
        }
        catch (TrainingDiverged e)
        {
            DivergenceMark.Write(folder, identity, e);
            throw;
        }
    }
}
