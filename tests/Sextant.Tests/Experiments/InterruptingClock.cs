namespace Sextant.Tests.Experiments;

/// <summary>A clock that asks training to stop after so many readings, so that an interruption falls on the same step every time.</summary>
internal sealed class InterruptingClock(int readings, CancellationTokenSource stop) : TimeProvider
{
    private int read;

    public override long GetTimestamp()
    {
        if (++read == readings)
        {
            stop.Cancel();
        }

        return System.GetTimestamp();
    }
}
