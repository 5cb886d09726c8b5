using TorchSharp;

namespace Sextant.Models.Encoders;

/// <summary>
/// Which of the B T positions of a batch are computed, text after text: of each the tokens first, which every position of the text sees, then the padding whose vector is asked for.
/// </summary>
/// <param name="Sources">The position of each row.</param>
/// <param name="Texts">Where each text's rows start, how many there are, and how many of them are tokens.</param>
/// <param name="Results">The row of each position that is returned.</param>
internal sealed record TokenRows(int[] Sources, (int First, int Rows, int Tokens)[] Texts, int[] Results)
{
    public int Count => Sources.Length;

    /// <summary>Null if a text has no token at all: what its positions see is then nothing.</summary>
    /// <param name="texts">B.</param>
    /// <param name="length">T.</param>
    /// <param name="mask">[B, T] bool, true where a token stands; null without padding.</param>
    /// <param name="kept">Which positions are returned.</param>
    public static TokenRows? Of(long texts, long length, torch.Tensor? mask, Kept kept)
    {
        int[] results = kept switch
        {
            { IsFirst: true } => [.. Enumerable.Range(0, (int)texts).Select(text => text * (int)length)],
            { Positions: { } positions } => [.. Values<long>(positions).Select(position => checked((int)position))],
            _ => [.. Enumerable.Range(0, (int)(texts * length))],
        };
        bool[] isToken = mask is null ? [.. Enumerable.Repeat(true, (int)(texts * length))] : Values<bool>(mask);
        var asked = results.ToHashSet();
        List<int> sources = [];
        var parts = new (int First, int Rows, int Tokens)[texts];
        for (int text = 0; text < texts; text++)
        {
            int first = sources.Count;
            var positions = Enumerable.Range(text * (int)length, (int)length);
            sources.AddRange(positions.Where(position => isToken[position]));
            int tokens = sources.Count - first;
            if (tokens == 0)
            {
                return null;
            }

            sources.AddRange(positions.Where(position => !isToken[position] && asked.Contains(position)));
            parts[text] = (first, sources.Count - first, tokens);
        }

        int[] rows = new int[texts * length];
        for (int row = 0; row < sources.Count; row++)
        {
            rows[sources[row]] = row;
        }

        return new TokenRows([.. sources], parts, [.. results.Select(position => rows[position])]);
    }

    /// <summary>What a causal encoder has to compute for one position of each text: it and the tokens before it. Null if a text has neither a token there nor before.</summary>
    /// <param name="length">T.</param>
    /// <param name="mask">[B, T] bool, true where a token stands; null without padding.</param>
    /// <param name="ends">[B] int64, the position of each text that is returned.</param>
    public static TokenRows? UpTo(long length, torch.Tensor? mask, torch.Tensor ends)
    {
        long[] last = Values<long>(ends);
        bool[]? isToken = mask is null ? null : Values<bool>(mask);
        List<int> sources = [];
        var parts = new (int First, int Rows, int Tokens)[last.Length];
        int[] results = new int[last.Length];
        for (int text = 0; text < last.Length; text++)
        {
            int first = sources.Count, start = text * (int)length, end = start + (int)last[text];
            sources.AddRange(Enumerable.Range(start, end - start + 1).Where(position => isToken?[position] ?? true));
            int tokens = sources.Count - first;
            if (tokens == 0)
            {
                return null;
            }

            if (sources[^1] != end)
            {
                sources.Add(end);
            }

            parts[text] = (first, sources.Count - first, tokens);
            results[text] = sources.Count - 1;
        }

        return new TokenRows([.. sources], parts, results);
    }

    private static T[] Values<T>(torch.Tensor tensor)
        where T : unmanaged
    {
        using var whole = tensor.contiguous();
        return [.. whole.data<T>()];
    }
}
