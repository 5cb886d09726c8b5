using System.Globalization;
using Sextant.Matching;

namespace Sextant.Cli;

/// <summary>Shows how far the pictures of a gallery are read, or drawn, on standard error: one line rewritten in place for a person, a plain line every ten seconds otherwise.</summary>
internal sealed class GalleryBar(Terminal terminal) : IProgress<GalleryProgress>
{
    private const int Width = 24;
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100), PlainInterval = TimeSpan.FromSeconds(10);
    private readonly long began = TimeProvider.System.GetTimestamp();
    private TimeSpan last = TimeSpan.MinValue;
    private bool isLineOpen;

    public void Report(GalleryProgress value)
    {
        var now = TimeProvider.System.GetElapsedTime(began);
        bool isEnd = value.Done == value.Count;
        if (!(isEnd && terminal.IsErrorInteractive) && now < (last == TimeSpan.MinValue ? TimeSpan.Zero : last) + (terminal.IsErrorInteractive ? LiveInterval : PlainInterval))
        {
            return;
        }

        last = now;
        double share = value.Count == 0 ? 1 : (double)value.Done / value.Count;
        string left = value.Done > 0 && !isEnd ? $"  {TrainingBar.Duration(now * ((1 - share) / share))} left" : "";
        string rate = value.Done > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {value.Done / Math.Max(now.TotalSeconds, 1e-3):N0} a second") : "";
        string skipped = value.Skipped > 0 ? string.Create(CultureInfo.InvariantCulture, $"  {value.Skipped:N0} left out") : "";
        string amount = string.Create(CultureInfo.InvariantCulture, $"{share,4:P0}  {value.Done:N0} of {value.Count:N0}{rate}{left}{skipped}");
        if (terminal.IsErrorInteractive)
        {
            int full = (int)(share * Width);
            terminal.Error.Write($"\r\u001b[Kpictures [{new string('#', full)}{new string('.', Width - full)}] {amount}");
            isLineOpen = true;
        }
        else
        {
            terminal.Say($"pictures {amount}");
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
}
