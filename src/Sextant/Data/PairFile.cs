using System.Globalization;

namespace Sextant.Data;

/// <summary>
/// Text files with a pair a line: two fields with a tab between them if the line has a tab, else two fields with white
/// space between them. Blank lines and comments are skipped: lines that start with '#', unless a word follows it at once and the line has a tab. UTF-8, plain or gzip.
/// </summary>
public static class PairFile
{
    /// <summary>A longer line is a bad line; it is never held in memory.</summary>
    public const int MaximumLineBytes = 1 << 20;

    private const int NamedLines = 5;

    /// <summary>Reads the unique pairs of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lowerCase">Lower-cases both sides first.</param>
    /// <param name="maximumBadShare">The share of lines without two fields that is put up with, 0..1.</param>
    /// <exception cref="UserError">There is no such file, it is not UTF-8 text, has too many bad lines, or holds no pair.</exception>
    public static PairReading Read(string path, bool lowerCase = false, double maximumBadShare = 0.01)
    {
        var builder = new PairReading.Builder(path);
        using var lines = new TextLines(path, MaximumLineBytes);
        while (lines.TryRead(out string? line))
        {
            if (line is null)
            {
                builder.LeaveOut(lines.Number, LeftOutReason.LongLine);
            }
            else if (!IsComment(line) && !string.IsNullOrWhiteSpace(line))
            {
                if (Parse(line, out var pair) is { } reason)
                {
                    builder.LeaveOut(lines.Number, reason);
                }
                else
                {
                    builder.Add(lines.Number, lowerCase ? Lower(pair) : pair);
                }
            }
        }

        var reading = builder.Build();
        Check(reading, maximumBadShare);
        return reading;
    }

    /// <summary>A '#' begins a comment, but for a word of its own such as "#tag" before a tab.</summary>
    private static bool IsComment(string line) =>
        line.StartsWith('#') && (line.Length == 1 || line[1] is '#' or '!' || char.IsWhiteSpace(line[1]) || !line.Contains('\t', StringComparison.Ordinal));

    internal static Pair Lower(Pair pair) => new(pair.Source.ToLowerInvariant(), pair.Target.ToLowerInvariant());

    private static LeftOutReason? Parse(string line, out Pair pair)
    {
        pair = null!;
        Span<Range> fields = stackalloc Range[3];
        ReadOnlySpan<char> text = line;
        if (text.Contains('\t'))
        {
            if (text.Split(fields, '\t', StringSplitOptions.TrimEntries) != 2)
            {
                return LeftOutReason.WrongNumberOfFields;
            }
        }
        else if (text.SplitAny(fields, ReadOnlySpan<char>.Empty, StringSplitOptions.RemoveEmptyEntries) != 2)
        {
            return LeftOutReason.WrongNumberOfFields;
        }

        pair = new Pair(line[fields[0]], line[fields[1]]);
        return pair.Source.Length == 0 || pair.Target.Length == 0 ? LeftOutReason.EmptySide : null;
    }

    private static void Check(PairReading reading, double maximumBadShare)
    {
        if (reading.Lines == 0)
        {
            throw new UserError($"{reading.Origin} holds no pairs: put a source, a tab and a target on each line.");
        }

        LeftOut[] bad = [.. reading.LeftOut.Where(l => l.Reason
            is LeftOutReason.WrongNumberOfFields or LeftOutReason.EmptySide or LeftOutReason.LongLine)];
        if (bad.Length > maximumBadShare * reading.Lines)
        {
            string named = string.Join(", ", bad.Take(NamedLines).Select(l => l.Line)) + (bad.Length > NamedLines ? ", ..." : "");
            bool areLong = bad.All(l => l.Reason == LeftOutReason.LongLine);
            throw new UserError(string.Create(
                CultureInfo.InvariantCulture,
                $"{reading.Origin}: {bad.Length} of {reading.Lines} lines {(areLong ? $"are longer than {MaximumLineBytes >> 20} MiB" : "do not hold exactly two fields")} (line {named}), more than the share {maximumBadShare} of data.maximumBadShare: {(areLong ? "cut them into shorter pairs" : "put a tab between source and target")}."));
        }

        if (reading.Pairs.Count == 0)
        {
            throw new UserError($"{reading.Origin} holds no pairs: put a source, a tab and a target on each line.");
        }
    }
}
