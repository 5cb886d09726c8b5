using Sextant.Data;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Finetuning;

/// <summary>Encoded texts as the padded tensors of a batch.</summary>
/// <param name="texts">One each, special tokens in place.</param>
/// <param name="paddingId">What fills up the shorter ones, on the right.</param>
internal sealed class EncoderTexts(IReadOnlyList<EncodedText> texts, int paddingId)
{
    private readonly bool haveTypes = texts.Any(text => text.TypeIds.Any(type => type != 0));

    /// <summary>Tokens of each.</summary>
    public IReadOnlyList<Lengths> Lengths { get; } = [.. texts.Select(text => new Lengths(0, text.Ids.Length))];

    public EncodedText this[int index] => texts[index];

    /// <summary>Tokens of these, padding excluded.</summary>
    public long Tokens(ReadOnlySpan<int> examples)
    {
        long tokens = 0;
        foreach (int example in examples)
        {
            tokens += texts[example].Ids.Length;
        }

        return tokens;
    }

    /// <summary>[B, T] int64 ids, [B, T] bool mask (null without padding) and [B, T] int64 types (null for zeros), which no dispose scope owns.</summary>
    public (torch.Tensor Ids, torch.Tensor? Mask, torch.Tensor? Types) Tensors(ReadOnlySpan<int> examples, int width, torch.Device device, Action<int, Memory<long>>? change = null)
    {
        long[] ids = new long[examples.Length * width];
        bool[] mask = new bool[ids.Length];
        long[] types = haveTypes ? new long[ids.Length] : [];
        Array.Fill(ids, paddingId);
        bool isPadded = false;
        for (int b = 0; b < examples.Length; b++)
        {
            var text = texts[examples[b]];
            for (int t = 0; t < text.Ids.Length; t++)
            {
                ids[(b * width) + t] = text.Ids[t];
                mask[(b * width) + t] = true;
                if (haveTypes)
                {
                    types[(b * width) + t] = text.TypeIds[t];
                }
            }

            isPadded |= text.Ids.Length < width;
            change?.Invoke(examples[b], ids.AsMemory(b * width, text.Ids.Length));
        }

        return (
            torch.tensor(ids, [examples.Length, width], device: device).DetachFromDisposeScope(),
            isPadded ? torch.tensor(mask, [examples.Length, width], device: device).DetachFromDisposeScope() : null,
            haveTypes ? torch.tensor(types, [examples.Length, width], device: device).DetachFromDisposeScope() : null);
    }
}
