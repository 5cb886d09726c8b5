namespace Sextant.Models;

/// <summary>Independent parts of a computation on the processor, each done once by whichever thread is free.</summary>
internal static class Workers
{
    public static void Run(int parts, int threads, Action<int> part)
    {
        int taken = 0;
        if (threads <= 1 || parts <= 1)
        {
            Take(0);
        }
        else
        {
            Parallel.For(0, Math.Min(threads, parts), new ParallelOptions { MaxDegreeOfParallelism = threads }, Take);
        }

        // One at a time, where Parallel.For over the parts would hand out ever more at once and leave the other threads without any at the end.
        void Take(int worker)
        {
            for (int next = Interlocked.Increment(ref taken); next <= parts; next = Interlocked.Increment(ref taken))
            {
                part(next - 1);
            }
        }
    }
}
