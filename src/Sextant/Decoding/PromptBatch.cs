using Sextant.Models;
using TorchSharp;

namespace Sextant.Decoding;

/// <summary>Examples that are decoded together: prompts of one length, and sources where there is an encoder.</summary>
/// <param name="Examples">Index of each example among all, B of them.</param>
/// <param name="Sources">Source of each, of any length; null for a decoder-only model.</param>
/// <param name="Prompts">Prompt of each, all P long.</param>
internal sealed record PromptBatch(int[] Examples, int[][]? Sources, int[][] Prompts)
{
    public int PromptLength => Prompts[0].Length;

    public DecodingState Begin(SequenceModel model, torch.Device device)
    {
        if (Sources is null)
        {
            return model.Begin(null, null);
        }

        int longest = Sources.Max(source => source.Length);
        using var source = Tensor(Sources, longest, device);
        using var mask = Mask(Sources, longest, device);
        return model.Begin(source, mask);
    }

    /// <summary>[B, P].</summary>
    public torch.Tensor Prompt(torch.Device device) => Tensor(Prompts, PromptLength, device);

    /// <summary>[B, S]; padded with token 0, which the mask hides.</summary>
    private static torch.Tensor Tensor(int[][] rows, int length, torch.Device device)
    {
        long[] cells = new long[rows.Length * length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows[i].Length; j++)
            {
                cells[i * length + j] = rows[i][j];
            }
        }

        return torch.tensor(cells, rows.Length, length, device: device);
    }

    private static torch.Tensor? Mask(int[][] rows, int length, torch.Device device)
    {
        if (rows.All(row => row.Length == length))
        {
            return null;
        }

        bool[] cells = new bool[rows.Length * length];
        for (int i = 0; i < rows.Length; i++)
        {
            cells.AsSpan(i * length, rows[i].Length).Fill(true);
        }

        return torch.tensor(cells, rows.Length, length, device: device);
    }
}
