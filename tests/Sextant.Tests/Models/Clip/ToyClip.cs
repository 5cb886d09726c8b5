using Sextant.Models.Clip;
using Sextant.Pretrained;
using TorchSharp;

namespace Sextant.Tests.Models.Clip;

/// <summary>A small CLIP with every parameter away from its neutral value.</summary>
internal static class ToyClip
{
    public const int Vocabulary = 40, End = Vocabulary - 1;

    public static readonly ClipOptions Options = new()
    {
        Picture = new PictureTowerOptions { Hidden = 48, Layers = 3, Heads = 2, FeedForward = 56, Size = 24, Patch = 8 },
        Text = new TextTowerOptions { Hidden = 32, Layers = 2, Heads = 4, FeedForward = 40, Positions = 12 },
        Projection = 20,
    };

    public static ClipModel Create(ClipOptions? options = null, ulong seed = 1)
    {
        torch.set_num_threads(1);
        var model = PretrainedClip.New(options ?? Options, Vocabulary, seed);
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        using var generator = new torch.Generator(seed, torch.CPU);
        foreach (var parameter in model.parameters().Where(p => p.dim() == 1))
        {
            parameter.add_(torch.randn(parameter.shape, generator: generator) * 0.2);
        }

        return model;
    }

    /// <summary>[B, 3, S, S].</summary>
    public static torch.Tensor Pixels(int pictures, ClipOptions? options = null)
    {
        var tower = (options ?? Options).Picture;
        using var generator = new torch.Generator(7, torch.CPU);
        return torch.randn([pictures, tower.Channels, tower.Size, tower.Size], generator: generator);
    }

    /// <summary>Texts that end with the highest id, filled up on the right, [B, T].</summary>
    public static torch.Tensor Ids(int width, long padding, params long[][] texts) =>
        torch.tensor([.. texts.SelectMany(text => text.Append(End).Concat(Enumerable.Repeat(padding, width - text.Length - 1)))], [texts.Length, width]);
}
