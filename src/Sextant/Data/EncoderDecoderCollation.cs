using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Data;

/// <summary>Pairs for an encoder-decoder model: see <see cref="PairLayout.EncoderDecoder"/>.</summary>
internal sealed class EncoderDecoderCollation(IReadOnlyList<EncodedPair> pairs, Tokenizer tokenizer) : Collation
{
    private readonly Lengths[] lengths = [.. pairs.Select(p => new Lengths(p.Source.Length + 1, p.Target.Length + 1))];

    public override IReadOnlyList<Lengths> Lengths => lengths;

    public override BatchShape Shape(ReadOnlySpan<int> examples)
    {
        var longest = Longest(examples);
        (long tokens, int lossPositions) = Count(examples);
        return new BatchShape(examples.Length, longest.Source, longest.Target, lossPositions, tokens);
    }

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        var shape = Shape(examples);
        (int size, int sourceLength, int targetLength) = (shape.Examples, shape.SourceLength, shape.TargetLength);
        long[] source = new long[size * sourceLength];
        long[] input = new long[size * targetLength];
        long[] expected = new long[shape.LossPositions];
        bool sourcePadded = false;
        bool targetPadded = shape.LossPositions < input.Length;
        bool[] mask = new bool[source.Length];
        long[] positions = targetPadded ? new long[shape.LossPositions] : [];
        Array.Fill(source, tokenizer.EndOfSequence);
        Array.Fill(input, tokenizer.EndOfSequence);
        int held = 0;
        for (int b = 0; b < size; b++)
        {
            var pair = pairs[examples[b]];
            int s = b * sourceLength;
            Copy(pair.Source, source.AsSpan(s));
            mask.AsSpan(s, pair.Source.Length + 1).Fill(true);
            sourcePadded |= pair.Source.Length + 1 < sourceLength;

            int t = b * targetLength;
            input[t] = tokenizer.StartOfSequence;
            Copy(pair.Target, input.AsSpan(t + 1));
            Copy(pair.Target, expected.AsSpan(held));
            expected[held + pair.Target.Length] = tokenizer.EndOfSequence;
            for (int i = 0; targetPadded && i <= pair.Target.Length; i++)
            {
                positions[held + i] = t + i;
            }

            held += pair.Target.Length + 1;
        }

        return new Batch(
            Tensor(source, device, size, sourceLength),
            sourcePadded ? torch.tensor(mask, [size, sourceLength], device: device).DetachFromDisposeScope() : null,
            Tensor(input, device, size, targetLength),
            targetPadded ? Tensor(positions, device, held) : null,
            Tensor(expected, device, held),
            shape);
    }

    private static void Copy(int[] ids, Span<long> into)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            into[i] = ids[i];
        }
    }

    private (long Tokens, int LossPositions) Count(ReadOnlySpan<int> examples)
    {
        long tokens = 0;
        int lossPositions = 0;
        foreach (int example in examples)
        {
            tokens += lengths[example].Sum;
            lossPositions += lengths[example].Target;
        }

        return (tokens, lossPositions);
    }
}
