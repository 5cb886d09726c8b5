using System.Text;
using System.Threading.Channels;

namespace Sextant.Cli;

/// <summary>Lines as they come, in blocks: a block is what has arrived, so a person at a terminal waits for nothing and a file is read in large pieces.</summary>
internal static class LineSource
{
    public static IAsyncEnumerable<IReadOnlyList<string>> Blocks(TextReader reader, int largest, CancellationToken stop) =>
        Blocks<string>(lines => Read(reader, lines, stop), largest, stop);

    /// <summary>The same of anything that is read one at a time.</summary>
    public static IAsyncEnumerable<IReadOnlyList<T>> Blocks<T>(IEnumerable<T> items, int largest, CancellationToken stop) =>
        Blocks<T>(
            async written =>
            {
                foreach (var item in items)
                {
                    await written.WriteAsync(item, stop).ConfigureAwait(false);
                }
            },
            largest,
            stop);

    private static async IAsyncEnumerable<IReadOnlyList<T>> Blocks<T>(Func<ChannelWriter<T>, Task> read, int largest, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var items = Channel.CreateBounded<T>(largest);
        var reading = Task.Run(() => ReadAll(), stop);
        while (await items.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            var block = new List<T>();
            while (block.Count < largest && items.Reader.TryRead(out var item))
            {
                block.Add(item);
            }

            yield return block;
        }

        await reading.ConfigureAwait(false);

        async Task ReadAll()
        {
            try
            {
                await read(items.Writer).ConfigureAwait(false);
            }
            finally
            {
                items.Writer.Complete();
            }
        }
    }

    private static async Task Read(TextReader reader, ChannelWriter<string> lines, CancellationToken stop)
    {
        try
        {
            while (await reader.ReadLineAsync(stop).ConfigureAwait(false) is string line)
            {
                await lines.WriteAsync(line, stop).ConfigureAwait(false);
            }
        }
        catch (DecoderFallbackException error)
        {
            throw new UserError("Standard input is not UTF-8 text; convert it first, with iconv for example.", error);
        }
    }
}
