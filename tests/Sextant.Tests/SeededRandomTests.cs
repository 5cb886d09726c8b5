using Xunit;

namespace Sextant.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void Numbers_of_a_seed_never_change()
    {
        var random = new SeededRandom(1);
        // The first outputs of the authors' C code (prng.di.unimi.it) for this seed.
        Assert.Equal([0xB3F2AF6D0FC710C5, 0x853B559647364CEA, 0x92F89756082A4514], new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64() });
    }

    [Fact]
    public void Every_key_is_a_stream_of_its_own()
    {
        ulong[] first = [.. Enumerable.Range(0, 1000).Select(e => new SeededRandom(7, (ulong)e).NextUInt64())];
        Assert.Equal(1000, first.Distinct().Count());
        Assert.NotEqual(new SeededRandom(7, 1, 2).NextUInt64(), new SeededRandom(7, 2, 1).NextUInt64());
    }

    [Fact]
    public void Draws_below_a_bound_are_uniform()
    {
        var random = new SeededRandom(3);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            counts[random.Next(6)]++;
        }

        // Chi-square with 5 degrees of freedom: 20.5 is passed once in a thousand seeds, and the seed is fixed.
        Assert.InRange(counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000), 0, 20.5);
    }

    [Fact]
    public void A_shuffle_keeps_every_value()
    {
        int[] values = [.. Enumerable.Range(0, 100)];
        new SeededRandom(5).Shuffle(values.AsSpan());
        Assert.NotEqual(Enumerable.Range(0, 100), values);
        Assert.Equal(Enumerable.Range(0, 100), values.Order());
    }

    [Fact]
    public void Normal_draws_have_the_moments_and_the_tails_of_a_normal()
    {
        var random = new SeededRandom(11);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];

        // Four standard errors of each.
        Assert.Equal(0, draws.Average(), 0.0127);
        Assert.Equal(1, draws.Average(d => d * d), 0.018);
        Assert.Equal(0.05, draws.Count(d => Math.Abs(d) > 1.959964) / 100_000.0, 0.0028);
    }
}
