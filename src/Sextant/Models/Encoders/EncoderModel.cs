using Sextant.Data;
using TorchSharp;

namespace Sextant.Models.Encoders;

/// <summary>
/// A BERT-family encoder with what is on top of it. B batch, T positions, H hidden, V vocabulary. Its batches hold ids in
/// <see cref="Batch.Input"/>, and padding on either side where <see cref="Batch.InputMask"/> says so.
/// </summary>
public abstract class EncoderModel : torch.nn.Module
{
    internal readonly EncoderBody body;

    private protected EncoderModel(string name, EncoderOptions options, int vocabularySize, AdapterOptions? adapters = null)
        : base(name)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(vocabularySize, options.PaddingId);
        Options = options;
        VocabularySize = vocabularySize;
        body = new EncoderBody(options, vocabularySize, adapters);
    }

    public EncoderOptions Options { get; }

    public int VocabularySize { get; }

    /// <summary>Where loss is held: [B, classes] of a classifier, [M, V] of a masked language model.</summary>
    public abstract torch.Tensor Logits(Batch batch);

    /// <summary>Multiply-adds times two of the matrix products of one forward pass over a batch of this shape, adapters included.</summary>
    public abstract double ForwardFlops(BatchShape shape);

    /// <summary>What the last layer leaves, [B, T, H].</summary>
    public torch.Tensor LastHiddenState(Batch batch, Action<torch.Tensor>? record = null) =>
        body.Forward(batch.Input, batch.InputMask, batch.TokenTypes, Kept.All, record);

    /// <summary>Every tensor of a checkpoint by its published name, and where it lies here. Adapters have no published name and are left out.</summary>
    internal IEnumerable<PublishedTensor> Published() => PublishedNames.OfBody(body, Options).Concat(PublishedHead());

    private protected abstract IEnumerable<PublishedTensor> PublishedHead();
}

/// <summary>The body and its pooler, without a head: what `BertModel` is.</summary>
public sealed class PooledEncoder : EncoderModel
{
    internal readonly Projection pooler;

    public PooledEncoder(EncoderOptions options, int vocabularySize)
        : base(nameof(PooledEncoder), options, vocabularySize)
    {
        pooler = new Projection(options.Hidden, options.Hidden, bias: true);
        RegisterComponents();
    }

    /// <summary>tanh of a product of the first token's vector, [B, H].</summary>
    public override torch.Tensor Logits(Batch batch) => Pool(LastHiddenState(batch));

    /// <summary>The same of what the last layer left, [B, T, H].</summary>
    public torch.Tensor Pool(torch.Tensor hidden) => pooler.Forward(hidden.select(1, 0)).tanh();

    public override double ForwardFlops(BatchShape shape) =>
        body.Flops(shape.Examples, shape.TargetLength, (double)shape.Examples * shape.TargetLength, isFirstOnly: false).Sum(layer => layer.Forward) + pooler.Flops(shape.Examples);

    private protected override IEnumerable<PublishedTensor> PublishedHead() => PublishedNames.Of(pooler, PublishedNames.Prefix(Options) + "pooler.dense");
}
