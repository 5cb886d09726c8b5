namespace Sextant.Matching;

/// <summary>Work that several threads do ahead of whoever uses it, in order.</summary>
internal static class OrderedWork
{
    /// <summary>What is made of each item, in the order of the items. At most <paramref name="ahead"/> are begun or lie finished at a time.</summary>
    /// <param name="items">To make something of.</param>
    /// <param name="workers">Threads that do.</param>
    /// <param name="ahead">How far before the user.</param>
    /// <param name="make">Called on those threads.</param>
    /// <param name="stop">Begins no more.</param>
    public static IEnumerable<TMade> Run<TItem, TMade>(IEnumerable<TItem> items, int workers, int ahead, Func<TItem, TMade> make, CancellationToken stop)
    {
        var factory = new TaskFactory(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, workers).ConcurrentScheduler);
        var begun = new Queue<Task<TMade>>();
        using var left = items.GetEnumerator();
        bool isMore = true;
        try
        {
            while (true)
            {
                while (isMore && begun.Count < ahead && (isMore = left.MoveNext()))
                {
                    var item = left.Current;
                    begun.Enqueue(factory.StartNew(() => make(item), stop));
                }

                if (begun.Count == 0)
                {
                    yield break;
                }

                var made = begun.Dequeue().GetAwaiter().GetResult();
                yield return made;
            }
        }
        finally
        {
            // Nobody waits for these any more; their faults are nobody's either.
            foreach (var task in begun)
            {
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
                _ = task.Exception;
            }
        }
    }
}
