namespace Sextant.Data;

/// <summary>
/// A split recovered or decided elsewhere: tab-separated columns split (train, val or validation, test), source and
/// target, named by a header, others ignored. The order of rows is the order of training.
/// </summary>
public static class SplitFile
{
    /// <summary>Reads the pairs of a split file and the side of each.</summary>
    /// <exception cref="UserError">The file cannot be read, a row is wrong, or a pair stands on two sides.</exception>
    public static (PairReading Pairs, Func<PairReading, PairSplit> Split) Read(string path, bool lowerCase = false)
    {
        using var lines = new TextLines(path, PairFile.MaximumLineBytes);
        var columns = ReadHeader(path, lines);
        var builder = new PairReading.Builder(path);
        var sides = new Dictionary<Pair, (Side Side, int Line)>();
        while (lines.TryRead(out string? line))
        {
            if (line is not null && string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            (var side, var pair) = ReadRow(path, lines.Number, line, columns);
            pair = lowerCase ? PairFile.Lower(pair) : pair;
            builder.Add(lines.Number, pair);
            if (!sides.TryAdd(pair, (side, lines.Number)) && sides[pair].Side != side)
            {
                throw new UserError($"{path}: {pair.Source} -> {pair.Target} is on two sides (lines {sides[pair].Line} and {lines.Number}): keep one of them.");
            }
        }

        return (builder.Build(), pairs => Split(path, pairs, sides));
    }

    /// <summary>Notes the pairs of a data file that the split file does not name as left out.</summary>
    /// <exception cref="UserError">The split file names a pair that the data file does not hold.</exception>
    internal static PairReading Restrict(PairReading split, PairReading data)
    {
        var held = data.Pairs.ToHashSet();
        for (int i = 0; i < split.Pairs.Count; i++)
        {
            var pair = split.Pairs[i];
            if (!held.Remove(pair))
            {
                throw new UserError($"{split.Origin}, line {split.PairLines[i]}: {data.Origin} does not hold {pair.Source} -> {pair.Target}; give the data the split was made of, or the split file alone.");
            }
        }

        var rest = data.Without(p => held.Contains(p) ? LeftOutReason.NotInSplit : null);
        return split with { Lines = data.Lines, LeftOut = [.. split.LeftOut, .. rest.LeftOut] };
    }

    private static PairSplit Split(string path, PairReading pairs, Dictionary<Pair, (Side Side, int Line)> sides)
    {
        var by = pairs.Pairs.ToLookup(p => sides[p].Side);
        if (!by.Contains(Side.Train) || !by.Contains(Side.Validation))
        {
            throw new UserError($"{path} needs at least one usable row with split 'train' and one with 'val'.");
        }

        return new PairSplit([.. by[Side.Train]], [.. by[Side.Validation]], [.. by[Side.Test]]);
    }

    private static Columns ReadHeader(string path, TextLines lines)
    {
        string[] names = lines.TryRead(out string? header) && header is not null ? header.Split('\t') : [];
        var columns = new Columns(
            Array.IndexOf(names, "split"), Array.IndexOf(names, "source"), Array.IndexOf(names, "target"), names.Length);
        return columns is { Split: >= 0, Source: >= 0, Target: >= 0 }
            ? columns
            : throw new UserError($"{path} is not a split file: its first line must name the tab-separated columns split, source and target.");
    }

    private static (Side Side, Pair Pair) ReadRow(string path, int number, string? line, Columns columns)
    {
        string[] fields = line?.Split('\t') ?? [];
        if (fields.Length != columns.Count)
        {
            throw new UserError($"{path}, line {number} has {fields.Length} tab-separated fields, not {columns.Count} as the header: correct or delete it.");
        }

        var pair = new Pair(fields[columns.Source].Trim(), fields[columns.Target].Trim());
        if (pair.Source.Length == 0 || pair.Target.Length == 0)
        {
            throw new UserError($"{path}, line {number} has an empty source or target: correct or delete it.");
        }

        var side = fields[columns.Split].Trim() switch
        {
            "train" => Side.Train,
            "val" or "validation" => Side.Validation,
            "test" => Side.Test,
            string other => throw new UserError($"{path}, line {number}: split is '{other}', not train, val or test."),
        };
        return (side, pair);
    }

    private enum Side
    {
        Train,
        Validation,
        Test,
    }

    private readonly record struct Columns(int Split, int Source, int Target, int Count);
}
