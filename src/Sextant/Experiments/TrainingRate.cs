using Sextant.Scaling;

namespace Sextant.Experiments;

/// <summary>The FLOPs a second at which a run trains, its evaluations included: what hours buy.</summary>
/// <param name="FlopsPerSecond">By the convention asked for.</param>
/// <param name="Seconds">Of the whole run that it was taken from.</param>
/// <param name="Threads">Of the run; another run beside it on other cores has its own.</param>
public sealed record TrainingRate(double FlopsPerSecond, double Seconds, int Threads)
{
    /// <summary>Of this machine, by a few real steps of a recipe; trains nothing and leaves no file.</summary>
    /// <param name="recipe">The model, the data and the batches.</param>
    /// <param name="counting">How FLOPs are counted.</param>
    /// <param name="clock">Times the steps.</param>
    /// <param name="stop">Ends it with an OperationCanceledException.</param>
    /// <exception cref="UserError">The data cannot be used, or the convention does not count the model.</exception>
    public static TrainingRate Measured(Recipe recipe, RateCounting counting, TimeProvider clock, CancellationToken stop = default)
    {
        var run = StudyForecaster.Of(
            new Study { Name = recipe.Name, Analysis = new AnalysisOptions.None(), Runs = [new StudyRun(recipe.Name, recipe, "", [])] }, isMeasured: true, clock, stop).Runs[0];
        double seconds = run.Seconds!.Value - run.SetUpSeconds; // a longer run begins once all the same
        return new TrainingRate(counting.Of(recipe.Name, run.Parameters, run.FlopsByConvention, run.Tokens) / seconds, seconds, recipe.Training.Threads);
    }

    /// <summary>Of a finished run, on the machine that trained it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="counting">How FLOPs are counted.</param>
    /// <exception cref="UserError">No finished run is here, or the convention does not count its model.</exception>
    public static TrainingRate Of(RunFolder folder, RateCounting counting)
    {
        var recipe = folder.ReadRecipe();
        var result = folder.ReadResult() ?? throw new UserError($"The run in {folder.Root} is not finished, so that its rate is not known; let `sextant train` finish it first.");
        var counts = result.FlopsByConvention ?? FlopCounts.OnlyExact(result.Flops, "the run began before these were counted");
        // Seconds hold those of a trunk that another run computed, as FLOPs do.
        return new TrainingRate(counting.Of(folder.Root, result.Parameters, counts, result.Tokens) / result.Seconds, result.Seconds, recipe.Training.Threads);
    }
}

/// <summary>How the FLOPs of a rate are counted: as the fit counts that they are spent by.</summary>
/// <param name="Convention">The fit's.</param>
/// <param name="IsSixNd">Whether the fit is a law of N and D, whose compute is 6 N D with the convention's N.</param>
public sealed record RateCounting(Convention Convention, bool IsSixNd)
{
    private const double FlopsPerParameterAndToken = 6; // Kaplan 2020, section 2.1

    internal double Of(string run, ParameterCounts parameters, FlopCounts flops, double tokens) =>
        (IsSixNd ? FlopsPerParameterAndToken * parameters[Convention] * tokens : flops[Convention])
        ?? throw new UserError($"The convention {Convention.Name()} does not count the FLOPs of {run}; give --rate F in its place.");
}
