namespace Sextant.Decoding;

/// <summary>SplitMix64 (Steele, Lea and Flood 2014, figure 16): one stream for each seed and example.</summary>
internal sealed class RandomStream
{
    private ulong state;

    public RandomStream(ulong seed, int example)
    {
        state = seed;
        state = Next() + (ulong)example;
        state = Next();
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1ul << 53));

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
