using System.Numerics;

namespace Sextant;

/// <summary>
/// A small generator whose numbers never change with the runtime: xoshiro256** (Blackman and Vigna 2018), its state
/// filled by SplitMix64 (Steele 2014). Keys name a stream: the numbers of (seed, epoch) need no other epoch's.
/// </summary>
public sealed class SeededRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    public SeededRandom(ulong seed, params ReadOnlySpan<ulong> keys)
    {
        ulong state = seed;
        foreach (ulong key in keys)
        {
            state = Mix(state + GoldenGamma) ^ Mix(key ^ GoldenGamma);
        }

        s0 = Mix(state += GoldenGamma);
        s1 = Mix(state += GoldenGamma);
        s2 = Mix(state += GoldenGamma);
        s3 = Mix(state + GoldenGamma);
    }

    /// <summary>SplitMix64's output function: a bijection under which every input bit reaches every output bit.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        ulong shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>Uniform on 0 .. bound - 1, without bias (Lemire 2019).</summary>
    public long Next(long bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong high = Math.BigMul(NextUInt64(), (ulong)bound, out ulong low);
        if (low < (ulong)bound)
        {
            ulong threshold = (0 - (ulong)bound) % (ulong)bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), (ulong)bound, out low);
            }
        }

        return (long)high;
    }

    /// <summary>Uniform on [0, 1), in steps of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From the normal distribution of mean 0 and variance 1 (Box and Muller 1958), one draw for two uniform ones.</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Fisher and Yates, from the end.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = (int)Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
