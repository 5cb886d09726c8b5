namespace Sextant.Tests.Data.Pictures;

/// <summary>Changes a file as damage and malice do.</summary>
internal static class Mutation
{
    private static readonly byte[] Extremes = [0, 1, 0x7F, 0x80, 0xFE, 0xFF];

    public static byte[] Of(byte[] whole, Random random)
    {
        byte[] changed = [.. whole];
        switch (random.Next(6))
        {
            case 0: // a byte anywhere
                for (int i = random.Next(1, 8); i > 0; i--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                break;
            case 1: // the header
                for (int i = random.Next(1, 5); i > 0; i--)
                {
                    changed[random.Next(Math.Min(changed.Length, 64))] = Extremes[random.Next(Extremes.Length)];
                }

                break;
            case 2: // cut off
                return changed[..random.Next(changed.Length)];
            case 3: // a part is missing
                int at = random.Next(changed.Length);
                return [.. changed[..at], .. changed[Math.Min(changed.Length, at + random.Next(1, 64))..]];
            case 4: // a part is there twice
                int start = random.Next(changed.Length), length = random.Next(1, Math.Min(200, changed.Length - start + 1));
                return [.. changed[..(start + length)], .. changed[start..]];
            default: // noise
                int from = random.Next(changed.Length);
                random.NextBytes(changed.AsSpan(from, Math.Min(changed.Length - from, random.Next(1, 100))));
                break;
        }

        return changed;
    }
}
