using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Models.Clip;

/// <summary>
/// norm(layers(tokens + positions)) at the end of a text, the first where several are. The end is the highest id, the last of the vocabulary (Radford 2021, section 2.4; the reference's
/// code), or the id that the options give. B texts, T positions, H hidden.
/// </summary>
internal sealed class TextTower : torch.nn.Module
{
    internal readonly Embedding tokens;
    internal readonly Embedding positions;
    internal readonly TowerLayers body;
    internal readonly LayerNorm endNorm;

    private readonly TextTowerOptions options;

    public TextTower(TextTowerOptions options, int vocabularySize)
        : base(nameof(TextTower))
    {
        this.options = options;
        tokens = new Embedding(vocabularySize, options.Hidden);
        positions = new Embedding(options.Positions, options.Hidden);
        body = new TowerLayers(options, isCausal: true);
        endNorm = new LayerNorm(options.Hidden, options.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>[B, T] to [B, H]. What stands after the end of every text is not looked at.</summary>
    /// <param name="ids">[B, T] int64.</param>
    /// <param name="mask">[B, T] bool, true where a token stands; null where all are seen.</param>
    public torch.Tensor Forward(torch.Tensor ids, torch.Tensor? mask)
    {
        var at = Ends(ids);
        long length = ids.shape[0] == 0 ? ids.shape[1] : at.max().ToInt64() + 1;
        (ids, mask) = (ids.narrow(1, 0, length), mask?.narrow(1, 0, length));
        var x = Embedded(ids);
        if (body.CanInfer(x) && TokenRows.UpTo(length, mask, at) is { } tokens)
        {
            return endNorm.Forward(body.Infer(x, tokens));
        }

        return endNorm.Forward(body.Forward(x, Sight.Causal(length, mask, at), Sight.Rows(at, length)));
    }

    /// <summary>What the last layer leaves, after the last norm, [B, T, H].</summary>
    public torch.Tensor States(torch.Tensor ids, torch.Tensor? mask, Action<torch.Tensor>? record = null) =>
        endNorm.Forward(body.States(Embedded(ids), Sight.Causal(ids.shape[1], mask, Ends(ids)), record));

    /// <summary>Of these the vectors at the ends of the texts, [B, H].</summary>
    public torch.Tensor Pool(torch.Tensor states, torch.Tensor ids) => states.flatten(0, 1).index_select(0, Sight.Rows(Ends(ids), ids.shape[1]));

    public double Flops(double texts, double length) => body.Flops(texts, length);

    /// <summary>Normal weights (the reference's initialisation; of the layers, see there).</summary>
    public void Initialise(double factor, torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        tokens.InitialiseNormal(factor * options.InitialDeviation, generator);
        positions.InitialiseNormal(factor * options.InitialDeviation, generator);
        body.Initialise(factor, generator);
    }

    /// <summary>The first end of each text, [B] int64; the first position of a text without one, as in the reference.</summary>
    private torch.Tensor Ends(torch.Tensor ids)
    {
        if (options.End is not int end)
        {
            return ids.argmax(1);
        }

        using Scalar id = end;
        return ids.eq(id).to(torch.ScalarType.Int64).argmax(1);
    }

    private torch.Tensor Embedded(torch.Tensor ids)
    {
        long length = ids.shape[1];
        return length <= options.Positions
            ? tokens.Forward(ids).Plus(positions.weight.narrow(0, 0, length))
            : throw new ArgumentException($"{length} positions are more than the {options.Positions} of the text tower.", nameof(ids));
    }
}
