using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Data;

/// <summary>Pairs for a decoder-only model: see <see cref="PairLayout.DecoderOnly"/>.</summary>
internal sealed class DecoderOnlyCollation(IReadOnlyList<EncodedPair> pairs, Tokenizer tokenizer) : Collation
{
    private readonly Lengths[] lengths = [.. pairs.Select(p => new Lengths(0, p.Source.Length + p.Target.Length + 2))];

    public override IReadOnlyList<Lengths> Lengths => lengths;

    public override BatchShape Shape(ReadOnlySpan<int> examples)
    {
        long tokens = 0;
        int lossPositions = 0;
        foreach (int example in examples)
        {
            tokens += lengths[example].Target;
            lossPositions += pairs[example].Target.Length + 1;
        }

        return new BatchShape(examples.Length, 0, Longest(examples).Target, lossPositions, tokens);
    }

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        var shape = Shape(examples);
        long[] input = new long[shape.Examples * shape.TargetLength];
        long[] expected = new long[shape.LossPositions];
        long[] positions = new long[shape.LossPositions];
        Array.Fill(input, tokenizer.EndOfSequence);
        int held = 0;
        for (int b = 0; b < shape.Examples; b++)
        {
            var pair = pairs[examples[b]];
            int t = b * shape.TargetLength;
            input[t++] = tokenizer.StartOfSequence;
            foreach (int id in pair.Source)
            {
                input[t++] = id;
            }

            input[t] = tokenizer.EndOfPrompt;
            foreach (int id in pair.Target)
            {
                positions[held] = t++;
                expected[held++] = id;
                input[t] = id;
            }

            positions[held] = t;
            expected[held++] = tokenizer.EndOfSequence;
        }

        return new Batch(
            Source: null,
            SourceMask: null,
            Tensor(input, device, shape.Examples, shape.TargetLength),
            Tensor(positions, device, held),
            Tensor(expected, device, held),
            shape);
    }
}
