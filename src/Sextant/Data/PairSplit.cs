using System.Text;

namespace Sextant.Data;

/// <summary>Which pairs train, validate and test, each in order.</summary>
public sealed record PairSplit(IReadOnlyList<Pair> Train, IReadOnlyList<Pair> Validation, IReadOnlyList<Pair> Test)
{
    /// <summary>Splits pairs by options.</summary>
    /// <exception cref="UserError">Nothing would train, nothing would validate, or the split file does not fit the pairs.</exception>
    public static PairSplit Create(PairReading pairs, SplitOptions options)
    {
        var split = options switch
        {
            SplitOptions.BySeed seed => BySeed(pairs.Pairs, seed.Seed, seed.TrainShare, seed.TestShare),
            SplitOptions.ByHash hash => ByHash(pairs.Pairs, hash.TrainShare, hash.TestShare),
            SplitOptions.ByFile => throw new ArgumentException("A split file is read by SplitFile.", nameof(options)),
            _ => throw new NotSupportedException(options.GetType().Name),
        };
        if (split.Train.Count == 0 || split.Validation.Count == 0)
        {
            throw new UserError(
                $"{pairs.Origin}: of {pairs.Pairs.Count} usable pairs {split.Train.Count} would train and {split.Validation.Count} validate; give more pairs or another data.split.trainShare.");
        }

        return split;
    }

    /// <summary>A shuffle by seed; the first floor(share x pairs) train, the last floor(share x pairs) test, the others validate.</summary>
    public static PairSplit BySeed(IReadOnlyList<Pair> pairs, ulong seed, double trainShare, double testShare = 0)
    {
        Pair[] shuffled = [.. pairs];
        new SeededRandom(seed).Shuffle(shuffled.AsSpan());
        int train = (int)Math.Floor(trainShare * shuffled.Length);
        int test = (int)Math.Floor(testShare * shuffled.Length);
        return new PairSplit(shuffled[..train], shuffled[train..^test], shuffled[^test..]);
    }

    /// <summary>A pair trains if the hash of its source, as a fraction of 2^64, is below the one share, and tests if it is in the last of the other.</summary>
    public static PairSplit ByHash(IReadOnlyList<Pair> pairs, double trainShare, double testShare = 0)
    {
        var sides = pairs.ToLookup(p => ((StableHash(p.Source) >> 11) * (1.0 / (1UL << 53))) switch
        {
            double place when place < trainShare => Side.Train,
            double place when place >= 1 - testShare => Side.Test,
            _ => Side.Validation,
        });
        return new PairSplit([.. sides[Side.Train]], [.. sides[Side.Validation]], [.. sides[Side.Test]]);
    }

    private enum Side
    {
        Train,
        Validation,
        Test,
    }

    /// <summary>FNV-1a of the UTF-8 bytes, 64 bits, mixed once more since the high bits of FNV-1a of short words hardly differ.</summary>
    private static ulong StableHash(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * 0x100000001B3;
        }

        return SeededRandom.Mix(hash);
    }
}
