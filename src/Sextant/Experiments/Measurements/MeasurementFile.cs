using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using nietras.SeparatedValues;

namespace Sextant.Experiments.Measurements;

/// <summary>A file of measurements with a header, CSV or separated by tabs or semicolons, plain or gzip; read row by row.</summary>
public sealed class MeasurementFile
{
    private MeasurementFile(string path, IReadOnlyList<string> columns)
    {
        Path = path;
        Columns = columns;
    }

    /// <summary>As it was given.</summary>
    public string Path { get; }

    /// <summary>The header's names, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="UserError">The file is not there, is empty or is no table.</exception>
    public static MeasurementFile Open(string path) => Guarded(path, () =>
    {
        using var reader = Reader(path);
        string[] columns = [.. reader.Header.ColNames.Select(name => name.Trim())];
        if (columns.All(name => name.Length == 0))
        {
            throw new UserError($"{path} is empty; give a table whose first line names its columns.");
        }

        if (columns.Any(name => name.Contains('\0')))
        {
            throw new UserError($"{path} is not a text file; give a CSV file whose first line names its columns.");
        }

        if (columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new UserError($"{path} names the column '{twice.Key}' twice; rename one of them in its first line.");
        }

        return new MeasurementFile(path, columns);
    });

    /// <summary>The cells of some columns, row by row. A row of another number of cells than the header has comes with what is wrong in place of them.</summary>
    public IEnumerable<MeasuredRow> Rows(IReadOnlyList<string> columns)
    {
        int[] places = [.. columns.Select(name => Columns.ToList().IndexOf(name))];
        using var reader = Guarded(Path, () => Reader(Path));
        for (int row = 1; Guarded(Path, reader.MoveNext); row++)
        {
            yield return Guarded(Path, () => Row(reader, row, places));
        }
    }

    /// <summary>SHA-256 of the file's bytes in hexadecimal.</summary>
    public string Sha256() => Guarded(Path, () =>
    {
        using var file = File.OpenRead(Path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    });

    private static MeasuredRow Row(SepReader reader, int row, int[] places)
    {
        var current = reader.Current;
        if (current.ColCount != reader.Header.ColNames.Count)
        {
            return new MeasuredRow(row, [], $"it has {current.ColCount} cells, the header {reader.Header.ColNames.Count}");
        }

        string[] cells = new string[places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            cells[i] = current[places[i]].Span.Trim().ToString();
        }

        return new MeasuredRow(row, cells, null);
    }

    private static SepReader Reader(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserError($"{path} is a folder, not a file; name the file in it.");
        }

        Stream file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        bool isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        var text = new StreamReader(isGzip ? new GZipStream(file, CompressionMode.Decompress) : file, Encoding.UTF8);
        return Sep.Reader(options => options with { Unescape = true, DisableColCountCheck = true, ColNameComparer = AnyName }).From(text);
    }

    /// <summary>Names that stand twice are told apart here, so that they can be reported by name.</summary>
    private static readonly IEqualityComparer<string> AnyName = EqualityComparer<string>.Create((_, _) => false, ReferenceEqualityComparer.Instance.GetHashCode);

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no file {path}; check the path, which is taken from the current folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new UserError($"{path} cannot be read as a table: {e.Message.Split('\n')[0].TrimEnd('.', '\r')}; give a CSV file whose first line names its columns.", e);
        }
    }
}

/// <summary>A row of a table.</summary>
/// <param name="Row">From 1, the header not counted.</param>
/// <param name="Cells">Those asked for, in that order; none if there is a problem.</param>
/// <param name="Problem">Why it cannot be read; null if it can.</param>
public readonly record struct MeasuredRow(int Row, IReadOnlyList<string> Cells, string? Problem);
