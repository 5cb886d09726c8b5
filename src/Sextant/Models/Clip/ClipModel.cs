using Sextant.Models.Encoders;
using TorchSharp;
using TorchSharp.Modules;

namespace Sextant.Models.Clip;

/// <summary>
/// CLIP (Radford 2021, "Learning Transferable Visual Models From Natural Language Supervision"): pictures and texts as vectors of one space, where those that belong together lie close. A score is
/// <see cref="Scale"/> times the cosine of two features. B batch, C channels, S pixels a side, T positions, P width of a feature.
/// </summary>
public sealed class ClipModel : torch.nn.Module
{
    internal readonly PictureTower picture;
    internal readonly TextTower text;
    internal readonly Projection pictureProjection;
    internal readonly Projection textProjection;

    /// <summary>The logarithm of the factor on cosines, a single number.</summary>
    internal readonly Parameter logitScale;

    /// <param name="options">The towers.</param>
    /// <param name="vocabularySize">V; its last token is the end of a text.</param>
    /// <exception cref="ArgumentException">The options have problems.</exception>
    public ClipModel(ClipOptions options, int vocabularySize)
        : base(nameof(ClipModel))
    {
        if (options.Problems().ToList() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 2);
        (Options, VocabularySize) = (options, vocabularySize);
        picture = new PictureTower(options.Picture);
        text = new TextTower(options.Text, vocabularySize);
        pictureProjection = new Projection(options.Picture.Hidden, options.Projection, bias: false);
        textProjection = new Projection(options.Text.Hidden, options.Projection, bias: false);
        logitScale = new Parameter(torch.tensor((float)options.InitialLogitScale));
        RegisterComponents();
    }

    public ClipOptions Options { get; }

    public int VocabularySize { get; }

    /// <summary>[B, C, S, S] prepared pixels to [B, P], not normalised.</summary>
    public torch.Tensor PictureFeatures(torch.Tensor pixels) => pictureProjection.Forward(picture.Forward(pixels));

    /// <summary>[B, T] ids to [B, P], not normalised.</summary>
    /// <param name="ids">[B, T] int64, on the right padded with anything that is not above the end of a text.</param>
    /// <param name="mask">[B, T] bool, true where a token stands; null where all are seen, as padding after the end may be.</param>
    public torch.Tensor TextFeatures(torch.Tensor ids, torch.Tensor? mask = null) => textProjection.Forward(text.Forward(ids, mask));

    /// <summary>The factor on cosines: e to the power of what is learned.</summary>
    public torch.Tensor Scale() => logitScale.exp();

    /// <summary>Multiply-adds times two of the matrix products of <see cref="PictureFeatures"/>.</summary>
    public double PictureFlops(int pictures) => picture.Flops(pictures) + pictureProjection.Flops(pictures);

    /// <summary>Multiply-adds times two of the matrix products of <see cref="TextFeatures"/>, the longest text having so many positions up to its end.</summary>
    public double TextFlops(int texts, int length) => text.Flops(texts, length) + textProjection.Flops(texts);

    /// <summary>Every tensor of a checkpoint by its published name, and where it lies here.</summary>
    internal IEnumerable<PublishedTensor> Published() => ClipNames.Of(this);

    /// <summary>Draws every weight; see <see cref="ClipOptions.InitialFactor"/>.</summary>
    internal void Initialise(torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        double factor = Options.InitialFactor;
        picture.Initialise(factor, generator);
        text.Initialise(factor, generator);
        pictureProjection.InitialiseNormal(factor / Math.Sqrt(Options.Picture.Hidden), generator);
        textProjection.InitialiseNormal(factor / Math.Sqrt(Options.Text.Hidden), generator);
    }
}
