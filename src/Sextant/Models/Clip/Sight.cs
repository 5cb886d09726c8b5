using TorchSharp;

namespace Sextant.Models.Clip;

/// <summary>What positions of a tower see of each other. B examples, T positions.</summary>
/// <param name="IsCausal">Whether no position sees a later one.</param>
/// <param name="OfAll">[B, 1, T, T] bool, query by key; null where all are seen, or all up to the position.</param>
/// <param name="OfRows">The same of one position of each example, [B, 1, 1, T]; null where all are seen.</param>
internal readonly record struct Sight(bool IsCausal, torch.Tensor? OfAll, torch.Tensor? OfRows)
{
    public static Sight Everything => new(false, null, null);

    /// <param name="length">T.</param>
    /// <param name="mask">[B, T] bool, true where a token stands; null without padding.</param>
    /// <param name="at">[B] int64, the position of each example that is asked for in the end.</param>
    public static Sight Causal(long length, torch.Tensor? mask, torch.Tensor at)
    {
        if (mask is null)
        {
            return new(true, null, torch.arange(length, torch.ScalarType.Int64, at.device).le(at.unsqueeze(1)).view(-1, 1, 1, length));
        }

        var seen = torch.ones([length, length], torch.ScalarType.Bool, mask.device).tril().logical_and(mask.unsqueeze(1)); // [B, T, T]

        // Padding before the first token sees itself: weights over nothing are no numbers, and what is no number spoils all that it is multiplied by, be that zero.
        var blind = seen.any(-1, keepdim: true).logical_not().logical_and(torch.eye(length, dtype: torch.ScalarType.Bool, device: mask.device));
        seen = seen.logical_or(blind);
        return new(true, seen.unsqueeze(1), seen.flatten(0, 1).index_select(0, Rows(at, length)).view(-1, 1, 1, length));
    }

    /// <summary>A position of each example as an index into all B T, [B] int64.</summary>
    public static torch.Tensor Rows(torch.Tensor at, long length)
    {
        using Scalar step = length;
        return at.Plus(torch.arange(at.shape[0], torch.ScalarType.Int64, at.device).mul(step));
    }
}
