using Sextant.Data;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Encoders;

/// <summary>
/// Tokens that were hidden: tokens^T norm(activation(transform(x))) + bias, with the embeddings' own matrix (Devlin 2019, section 3.1). M positions that
/// carry loss.
/// </summary>
public sealed class MaskedLanguageModel : EncoderModel
{
    internal readonly Projection transform;
    internal readonly LayerNorm norm;
    internal readonly Parameter bias;

    public MaskedLanguageModel(EncoderOptions options, int vocabularySize)
        : base(nameof(MaskedLanguageModel), options, vocabularySize)
    {
        transform = new Projection(options.Hidden, options.Hidden, bias: true) { HiddenMatrices = 1 };
        norm = new LayerNorm(options.Hidden, options.NormEpsilon);
        bias = new Parameter(torch.zeros(vocabularySize));
        RegisterComponents();
    }

    /// <summary>[M, V] at the batch's loss positions, or at every position where it names none. Only these are computed in the last layer.</summary>
    public override torch.Tensor Logits(Batch batch) =>
        Predict(body.Forward(batch.Input, batch.InputMask, batch.TokenTypes, batch.Positions is null ? Kept.All : Kept.At(batch.Positions)));

    /// <summary>[..., H] to [..., V].</summary>
    public torch.Tensor Predict(torch.Tensor hidden) =>
        PackedLinear.Of(norm.Forward(Options.Activation.Of(transform.Forward(hidden))), body.embeddings.tokens.weight, bias);

    public override double ForwardFlops(BatchShape shape) =>
        body.Flops(shape.Examples, shape.TargetLength, shape.LossPositions, isFirstOnly: false).Sum(layer => layer.Forward)
        + transform.Flops(shape.LossPositions) + (2.0 * shape.LossPositions * VocabularySize * Options.Hidden);

    internal void Initialise(torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        body.Initialise(generator);
        transform.InitialiseNormal(Options.InitialDeviation, generator);
    }

    private protected override IEnumerable<PublishedTensor> PublishedHead()
    {
        var (dense, normalisation, offset) = Options is EncoderOptions.Bert
            ? ("cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm", "cls.predictions.bias")
            : ("lm_head.dense", "lm_head.layer_norm", "lm_head.bias");
        return [.. PublishedNames.Of(transform, dense), .. PublishedNames.Of(norm, normalisation), new PublishedTensor(offset, bias)];
    }
}
