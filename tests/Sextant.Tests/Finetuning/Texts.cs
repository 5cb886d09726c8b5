using Sextant.Finetuning;
using Sextant.Tests.Models.Encoders;
using Sextant.Tokenization;

namespace Sextant.Tests.Finetuning;

/// <summary>Encoded texts without a tokeniser.</summary>
internal static class Texts
{
    /// <summary>Random ids between a first (2) and a last (3) of these lengths, from 5 on.</summary>
    public static EncoderTexts Random(int paddingId, ulong seed, params int[] lengths) => new([.. Encoded(seed, lengths)], paddingId);

    public static IEnumerable<EncodedText> Encoded(ulong seed, params int[] lengths)
    {
        var random = new SeededRandom(seed);
        foreach (int length in lengths)
        {
            int[] ids = [2, .. Enumerable.Range(0, length - 2).Select(_ => 5 + (int)random.Next(ToyEncoders.Vocabulary - 5)), 3];
            yield return new EncodedText(ids, new int[length], []);
        }
    }
}
