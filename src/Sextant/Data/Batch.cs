using TorchSharp;

namespace Sextant.Data;

/// <summary>
/// One batch for a model. B examples, S source length, T decoder length, M positions that carry loss.
/// The decoder's input is padded on the right only, so a causal model needs no mask for it. An encoder alone takes its texts as <see cref="Input"/>, with a mask;
/// where it classifies, it expects a class for each example.
/// </summary>
/// <param name="Source">Encoder input, [B, S] int64; null for a decoder-only model.</param>
/// <param name="SourceMask">[B, S] bool, true where a source token stands; null if the batch holds no source padding.</param>
/// <param name="Input">Decoder input, or the input of an encoder alone, [B, T] int64.</param>
/// <param name="Positions">Where loss is held, [M] int64, index b * T + t into the flattened decoder output; null for everywhere.</param>
/// <param name="Expected">The tokens, or classes, expected there, [M] int64.</param>
/// <param name="Shape">The same sizes as numbers, for counting.</param>
public sealed record Batch(
    torch.Tensor? Source,
    torch.Tensor? SourceMask,
    torch.Tensor Input,
    torch.Tensor? Positions,
    torch.Tensor Expected,
    BatchShape Shape) : IDisposable
{
    /// <summary>Of an encoder that classifies or fills in: [B, T] bool, true where a token of <see cref="Input"/> stands; null if the batch holds no padding.</summary>
    public torch.Tensor? InputMask { get; init; }

    /// <summary>Of the same: [B, T] int64, which text of a pair a token stands in; null for the first everywhere.</summary>
    public torch.Tensor? TokenTypes { get; init; }

    /// <summary>Of pictures with captions: [B, 3, S, S] float32, the prepared pixels; or [B, W], what a frozen tower made of them.</summary>
    public torch.Tensor? Pixels { get; init; }

    public void Dispose()
    {
        Pixels?.Dispose();
        InputMask?.Dispose();
        TokenTypes?.Dispose();
        Source?.Dispose();
        SourceMask?.Dispose();
        Input.Dispose();
        Positions?.Dispose();
        Expected.Dispose();
    }
}

/// <summary>The sizes of a batch.</summary>
/// <param name="Examples">B.</param>
/// <param name="SourceLength">S, padding included; 0 for a decoder-only model.</param>
/// <param name="TargetLength">T, padding included.</param>
/// <param name="LossPositions">M.</param>
/// <param name="Tokens">Tokens without padding: for a pair |source| + |target| + 2 whatever the model; for text T an example; for an encoder its ids, special ones included.</param>
public readonly record struct BatchShape(int Examples, int SourceLength, int TargetLength, int LossPositions, long Tokens)
{
    /// <summary>The share of the tensor cells that is padding, 0..1.</summary>
    public double Padding => 1 - (double)Tokens / ((long)Examples * (SourceLength + TargetLength));
}
