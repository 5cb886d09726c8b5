using System.Globalization;
using Sextant.Pretrained.Hub;

namespace Sextant.Cli;

/// <summary>Shows a download on standard error: one line rewritten in place for a person, a plain line a file and every ten seconds otherwise.</summary>
internal sealed class PullBar(Terminal terminal) : IProgress<PullProgress>
{
    private const int Width = 24;
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100), PlainInterval = TimeSpan.FromSeconds(10);
    private string? file;
    private long began, last, first;
    private bool isLineOpen;

    public void Report(PullProgress value)
    {
        long now = TimeProvider.System.GetTimestamp();
        if (value.File != file)
        {
            Finish();
            (file, began, last, first) = (value.File, now, 0, value.Bytes);
        }

        bool isEnd = value.Bytes >= value.Size;
        var interval = terminal.IsErrorInteractive ? LiveInterval : PlainInterval;
        bool isDue = TimeProvider.System.GetElapsedTime(last == 0 ? began : last, now) >= interval;
        if (!isDue && !isEnd)
        {
            return;
        }

        last = now;
        double seconds = TimeProvider.System.GetElapsedTime(began, now).TotalSeconds;
        string rate = seconds > 0.5 && value.Bytes > first ? $"  {TrainingBar.Scaled((value.Bytes - first) / seconds)}B/s" : "";
        double share = value.Size > 0 ? (double)value.Bytes / value.Size : 1;
        string amount = string.Create(CultureInfo.InvariantCulture, $"{Math.Min(share, 1),4:P0}  {TrainingBar.Scaled(value.Bytes)}B of {TrainingBar.Scaled(value.Size)}B{rate}");
        if (terminal.IsErrorInteractive)
        {
            int full = (int)(Math.Clamp(share, 0, 1) * Width);
            terminal.Error.Write($"\r\u001b[K{value.File} [{new string('#', full)}{new string('.', Width - full)}] {amount}");
            isLineOpen = true;
        }
        else
        {
            terminal.Say($"{value.File} {amount}");
        }
    }

    /// <summary>A message below the line as it stands.</summary>
    public void Say(string message)
    {
        Finish();
        terminal.Say(message);
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
}
