using System.Globalization;
using Sextant.Experiments;
using Sextant.Training;

namespace Sextant.Cli;

/// <summary>Shows training on standard error: one line rewritten in place for a person, a plain line every ten seconds otherwise.</summary>
internal sealed class TrainingBar(Terminal terminal, string name, string unit = "tokens") : IProgress<TrainingProgress>
{
    private const int Width = 24;
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);
    private readonly long began = TimeProvider.System.GetTimestamp();
    private TimeSpan lastPlain = TimeSpan.Zero;
    private bool isLineOpen;

    public void Report(TrainingProgress value)
    {
        if (terminal.IsErrorInteractive)
        {
            terminal.Error.Write("\r\u001b[K" + Line(value, Bar(value.Share)));
            isLineOpen = true;
            return;
        }

        var now = TimeProvider.System.GetElapsedTime(began);
        if (now - lastPlain >= PlainInterval)
        {
            lastPlain = now;
            terminal.Say(Line(value, string.Create(CultureInfo.InvariantCulture, $"{Math.Min(value.Share, 1),4:P0}")));
        }
    }

    /// <summary>Leaves the line as it stands and goes on below it.</summary>
    public void Finish()
    {
        if (isLineOpen)
        {
            terminal.Error.WriteLine();
            isLineOpen = false;
        }
    }

    /// <summary>A rate or amount with a prefix: 12.3 G.</summary>
    public static string Scaled(double value)
    {
        (double divisor, string prefix) = Math.Abs(value) switch
        {
            >= 1e15 => (1e15, " P"),
            >= 1e12 => (1e12, " T"),
            >= 1e9 => (1e9, " G"),
            >= 1e6 => (1e6, " M"),
            >= 1e3 => (1e3, " k"),
            _ => (1, " "),
        };
        return (value / divisor).ToString("G3", CultureInfo.InvariantCulture) + prefix;
    }

    private string Line(TrainingProgress value, string share)
    {
        string validation = value.LastEvaluation is { } last ? string.Create(CultureInfo.InvariantCulture, $"  validation {last.ValidationLoss:F4} ({(last.Accuracy is double right ? $"{right:P1} right" : $"per token {last.ValidationLossPerToken:F4}")})") : "";
        string loss = value.TrainLoss is double train ? train.ToString("F4", CultureInfo.InvariantCulture) : "-";
        string left = value.Left is TimeSpan time ? "  " + Duration(time) + " left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{name} {share}  step {value.State.Step}  epoch {EpochOf(value.State)}  loss {loss}{validation}  {Scaled(value.TokensPerSecond)}{unit}/s  {Scaled(value.FlopsPerSecond)}FLOP/s{left}");
    }

    /// <summary>The epoch of the last step, counted from 1.</summary>
    private static int EpochOf(TrainingState state) => Math.Max(1, state.BatchInEpoch == 0 ? state.Epoch : state.Epoch + 1);

    private static string Bar(double share)
    {
        int full = (int)(Math.Clamp(share, 0, 1) * Width);
        return string.Create(CultureInfo.InvariantCulture, $"[{new string('#', full)}{new string('.', Width - full)}] {Math.Min(share, 1),4:P0}");
    }

    /// <summary>Hours and minutes, or minutes and seconds.</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes:D2}m")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}m{time.Seconds:D2}s");
}

/// <summary>A worker's progress for its parent, a JSON line each.</summary>
internal sealed class WorkerVoice(Terminal terminal) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => terminal.Say(WorkerProgress.Of(value).ToLine());
}
