using Sextant.Data;
using TorchSharp;

namespace Sextant.Finetuning;

/// <summary>
/// Texts with hidden tokens, hidden anew every epoch (Devlin 2019, section 3.1; Liu 2019, section 4.1): of the tokens that are not special a share is expected;
/// of these 80 % show the mask, 10 % another token, 10 % themselves. What is hidden follows from seed, epoch and text alone.
/// </summary>
/// <param name="texts">The texts.</param>
/// <param name="vocabulary">Ids, the mask's, and which are never hidden.</param>
/// <param name="share">Of the tokens, 0..1; at least one of each text that has any.</param>
/// <param name="seed">Decides what is hidden.</param>
internal sealed class MaskedCollation(EncoderTexts texts, MaskingVocabulary vocabulary, double share, ulong seed) : Collation
{
    private const double Shown = 0.1, Replaced = 0.1;

    private readonly int[] hiddenOf = [.. texts.Lengths.Select((_, i) => Hidden(texts[i].Ids, vocabulary, share))];

    public override IReadOnlyList<Lengths> Lengths => texts.Lengths;

    public override BatchShape Shape(ReadOnlySpan<int> examples)
    {
        int hidden = 0;
        foreach (int example in examples)
        {
            hidden += hiddenOf[example];
        }

        return new BatchShape(examples.Length, 0, Longest(examples).Target, hidden, texts.Tokens(examples));
    }

    public override Batch Build(int epoch, ReadOnlySpan<int> examples, torch.Device device)
    {
        var shape = Shape(examples);
        long[] positions = new long[shape.LossPositions], expected = new long[shape.LossPositions];
        int held = 0, row = 0;
        var (ids, mask, types) = texts.Tensors(examples, shape.TargetLength, device, (example, values) =>
        {
            var random = new SeededRandom(seed, (ulong)epoch, (ulong)example);
            foreach (int at in Choose(example, random))
            {
                positions[held] = ((long)row * shape.TargetLength) + at;
                expected[held++] = values.Span[at];
                values.Span[at] = Seen((int)values.Span[at], random);
            }

            row++;
        });
        return new Batch(null, null, ids, Tensor(positions, device, held), Tensor(expected, device, held), shape) { InputMask = mask, TokenTypes = types };
    }

    /// <summary>Which tokens of a text are hidden, in order.</summary>
    private int[] Choose(int example, SeededRandom random)
    {
        int[] candidates = Candidates(texts[example].Ids, vocabulary);
        random.Shuffle(candidates.AsSpan());
        int[] chosen = candidates[..hiddenOf[example]];
        Array.Sort(chosen);
        return chosen;
    }

    private int Seen(int id, SeededRandom random)
    {
        double draw = random.NextDouble();
        return draw < Shown ? id
            : draw < Shown + Replaced ? vocabulary.Ordinary[(int)random.Next(vocabulary.Ordinary.Count)]
            : vocabulary.MaskId;
    }

    private static int Hidden(int[] ids, MaskingVocabulary vocabulary, double share)
    {
        int candidates = Candidates(ids, vocabulary).Length;
        return candidates == 0 ? 0 : Math.Max(1, (int)Math.Round(share * candidates));
    }

    private static int[] Candidates(int[] ids, MaskingVocabulary vocabulary) => [.. Enumerable.Range(0, ids.Length).Where(i => !vocabulary.Special.Contains(ids[i]))];
}

/// <summary>What hiding tokens has to know of a vocabulary.</summary>
/// <param name="MaskId">Shown in place of a hidden token.</param>
/// <param name="Special">Never hidden.</param>
/// <param name="Ordinary">What another token is drawn from.</param>
internal sealed record MaskingVocabulary(int MaskId, IReadOnlySet<int> Special, IReadOnlyList<int> Ordinary);
