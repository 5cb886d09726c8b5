using Sextant.Data;
using TorchSharp;

namespace Sextant.Models.Encoders;

/// <summary>
/// A class for a text: output(drop(tanh(dense(first)))) of the first token's vector. In BERT dense is the pooler that the checkpoint brings (Devlin 2019,
/// section 4.1); in RoBERTa it is a part of the head, and what enters it is dropped too (Liu 2019; the reference's head).
/// </summary>
public sealed class EncoderClassifier : EncoderModel
{
    internal readonly Projection dense;
    internal readonly Projection output;

    /// <param name="options">The encoder.</param>
    /// <param name="vocabularySize">V.</param>
    /// <param name="classes">Two or more.</param>
    /// <param name="adapters">Low-rank adapters in every layer; null for none.</param>
    public EncoderClassifier(EncoderOptions options, int vocabularySize, int classes, AdapterOptions? adapters = null)
        : base(nameof(EncoderClassifier), options, vocabularySize, adapters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        Classes = classes;
        dense = new Projection(options.Hidden, options.Hidden, bias: true) { HiddenMatrices = 1 };
        output = new Projection(options.Hidden, classes, bias: true);
        RegisterComponents();
    }

    public int Classes { get; }

    /// <summary>Whether <see cref="dense"/> is a pooler, which came with the body, and no part of the head.</summary>
    public bool HasPooler => Options is EncoderOptions.Bert;

    /// <summary>[B, classes]. Only the first position of the last layer is computed.</summary>
    public override torch.Tensor Logits(Batch batch) => LogitsOf(FirstToken(batch));

    /// <summary>The first token's vector after the last layer, [B, H].</summary>
    public torch.Tensor FirstToken(Batch batch) => body.Forward(batch.Input, batch.InputMask, batch.TokenTypes, Kept.First).select(1, 0);

    /// <summary>tanh(dense(first)), [B, H] to [B, H].</summary>
    public torch.Tensor Pool(torch.Tensor first) => dense.Forward(HasPooler ? first : Drop(first)).tanh();

    /// <summary>The head on pooled vectors, [B, H] to [B, classes].</summary>
    public torch.Tensor Classify(torch.Tensor pooled) => output.Forward(Drop(pooled));

    /// <summary>The head on the first token's vectors, [B, H] to [B, classes].</summary>
    public torch.Tensor LogitsOf(torch.Tensor first) => Classify(Pool(first));

    public override double ForwardFlops(BatchShape shape) => LayerFlops(shape).Sum(layer => layer.Forward) + HeadFlops(shape.Examples, isPooled: false);

    /// <summary>Of each layer of the body.</summary>
    internal LayerFlops[] LayerFlops(BatchShape shape) => body.Flops(shape.Examples, shape.TargetLength, shape.Examples, isFirstOnly: true);

    /// <summary>Of the head alone, on vectors that are at hand.</summary>
    public double HeadFlops(double texts, bool isPooled) => (isPooled ? 0 : dense.Flops(texts)) + output.Flops(texts);

    /// <summary>Draws every weight; what a checkpoint brings is then put in its place.</summary>
    internal void Initialise(torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        body.Initialise(generator);
        dense.InitialiseNormal(Options.InitialDeviation, generator);
        output.InitialiseNormal(Options.InitialDeviation, generator);
    }

    private protected override IEnumerable<PublishedTensor> PublishedHead() => HasPooler
        ? [.. PublishedNames.Of(dense, PublishedNames.Prefix(Options) + "pooler.dense"), .. PublishedNames.Of(output, "classifier")]
        : [.. PublishedNames.Of(dense, "classifier.dense"), .. PublishedNames.Of(output, "classifier.out_proj")];

    private torch.Tensor Drop(torch.Tensor x) => training && Options.ClassifierDropout > 0 ? torch.nn.functional.dropout(x, Options.ClassifierDropout, true) : x;
}
