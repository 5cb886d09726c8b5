using Sextant.Data;
using TorchSharp;

namespace Sextant.Finetuning;

/// <summary>Texts with their classes: ids and mask as input, the class as what is expected.</summary>
/// <param name="texts">The texts.</param>
/// <param name="classes">One each.</param>
internal sealed class LabelledCollation(EncoderTexts texts, IReadOnlyList<int> classes) : Collation
{
    public override IReadOnlyList<Lengths> Lengths => texts.Lengths;

    public override BatchShape Shape(ReadOnlySpan<int> examples) =>
        new(examples.Length, 0, Longest(examples).Target, examples.Length, texts.Tokens(examples));

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        var shape = Shape(examples);
        var (ids, mask, types) = texts.Tensors(examples, shape.TargetLength, device);
        long[] expected = new long[examples.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = classes[examples[i]];
        }

        return new Batch(null, null, ids, null, Tensor(expected, device, expected.Length), shape) { InputMask = mask, TokenTypes = types };
    }
}

/// <summary>Vectors that a frozen body made of the texts, computed once: rows of one table as input.</summary>
/// <param name="features">[N, H] float32; not owned.</param>
/// <param name="classes">One each.</param>
/// <param name="tokens">Of each text, for counting.</param>
internal sealed class FeatureCollation(torch.Tensor features, IReadOnlyList<int> classes, IReadOnlyList<Lengths> tokens) : Collation
{
    public override IReadOnlyList<Lengths> Lengths => tokens;

    public override BatchShape Shape(ReadOnlySpan<int> examples)
    {
        long held = 0;
        foreach (int example in examples)
        {
            held += tokens[example].Target;
        }

        return new BatchShape(examples.Length, 0, Longest(examples).Target, examples.Length, held);
    }

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        long[] rows = new long[examples.Length], expected = new long[examples.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            (rows[i], expected[i]) = (examples[i], classes[examples[i]]);
        }

        using var index = Tensor(rows, device, rows.Length);
        return new Batch(null, null, features.index_select(0, index).DetachFromDisposeScope(), null, Tensor(expected, device, expected.Length), Shape(examples));
    }
}
