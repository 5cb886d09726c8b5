namespace Sextant.Models;

/// <summary>Independent parts of a computation on the processor, each done once by whichever thread is free.</summary>
internal static class Workers
{
    public static void Run(int parts, int threads, Action<int> part)
    {
        if (threads <= 1 || parts <= 1)
        {
            for (int i = 0; i < parts; i++)
            {
                part(i);
            }

            return;
        }

        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, part);
    }
}
