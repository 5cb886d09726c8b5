using System.Text;
using System.Threading.Channels;

namespace Sextant.Cli;

/// <summary>Lines as they come, in blocks: a block is what has arrived, so a person at a terminal waits for nothing and a file is read in large pieces.</summary>
internal static class LineSource
{
    public static async IAsyncEnumerable<IReadOnlyList<string>> Blocks(TextReader reader, int largest, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        var lines = Channel.CreateBounded<string>(largest);
        var reading = Task.Run(() => Read(reader, lines.Writer, stop), stop);
        while (await lines.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
        {
            var block = new List<string>();
            while (block.Count < largest && lines.Reader.TryRead(out string? line))
            {
                block.Add(line);
            }

            yield return block;
        }

        await reading.ConfigureAwait(false);
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
        finally
        {
            lines.Complete();
        }
    }
}
