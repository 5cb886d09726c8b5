using Sextant.Experiments;

namespace Sextant.Cli;

/// <summary>Where and how a run is carried out.</summary>
/// <param name="Out">The run folder; null for runs/NAME-IDENTITY.</param>
/// <param name="Device">As the user wrote it.</param>
/// <param name="CheckpointSeconds">From one checkpoint to the next.</param>
internal sealed record RunPlace(string? Out, string Device, double CheckpointSeconds);

/// <summary>Carries out a run with its bar on standard error.</summary>
internal static class RunCarrying
{
    /// <param name="terminal">Where it is told.</param>
    /// <param name="name">Of the recipe.</param>
    /// <param name="identity">Asked for where it names the folder: it reads the data and the model.</param>
    /// <param name="place">Where and how.</param>
    /// <param name="train">The run.</param>
    /// <param name="unit">What is counted as tokens.</param>
    /// <exception cref="UsageError">A value of the place makes no sense.</exception>
    public static T Carry<T>(Terminal terminal, string name, Func<string> identity, RunPlace place, Func<RunFolder, RunSurroundings, T> train, string unit = "tokens")
    {
        if (place.Out is "")
        {
            throw new UsageError("--out is empty; name a folder.");
        }

        if (place.CheckpointSeconds is not (>= 0 and < 1e6))
        {
            throw new UsageError("--checkpoint-every takes seconds, 0 or more.");
        }

        var bar = new TrainingBar(terminal, name, unit);
        var result = train(new RunFolder(place.Out ?? Path.Combine("runs", $"{name}-{identity()[..8]}")), new RunSurroundings
        {
            Device = Devices.Parse(place.Device),
            Progress = Interruption.IsWorker ? new WorkerVoice(terminal) : bar,
            Notice = message =>
            {
                bar.Finish();
                terminal.Say(message);
            },
            Stop = terminal.Stop,
            CheckpointInterval = TimeSpan.FromSeconds(place.CheckpointSeconds),
        });
        bar.Finish();
        return result;
    }
}
