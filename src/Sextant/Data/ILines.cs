using System.Text;

namespace Sextant.Data;

/// <summary>Lines one at a time.</summary>
internal interface ILines : IDisposable
{
    /// <summary>The number of the line last read, from 1.</summary>
    int Number { get; }

    /// <summary>Reads a line without its ending; false at the end. A line that is too long comes back as null.</summary>
    bool TryRead(out string? line);
}

/// <summary>The lines of standard input.</summary>
/// <param name="reader">Not owned.</param>
/// <param name="name">What it is called in a message.</param>
/// <param name="maximum">Characters of the longest line.</param>
internal sealed class ReaderLines(TextReader reader, string name, int maximum) : ILines
{
    private string? ahead;

    public int Number { get; private set; }

    public bool TryRead(out string? line)
    {
        string? read = ahead ?? Read();
        ahead = null;
        line = read?.Length > maximum ? null : read;
        Number += read is null ? 0 : 1;
        return read is not null;
    }

    /// <summary>Puts the line that was read last back, to be read again.</summary>
    public void Return(string line)
    {
        ahead = line;
        Number--;
    }

    public void Dispose()
    {
    }

    private string? Read()
    {
        try
        {
            return Number == 0 ? reader.ReadLine()?.TrimStart('\uFEFF') : reader.ReadLine();
        }
        catch (DecoderFallbackException error)
        {
            throw new UserError($"{name} is not UTF-8 text; convert it first, with iconv for example.", error);
        }
    }
}
