using Sextant.Data.Pictures;
using Sextant.Models.Clip;
using Sextant.Pretrained;
using Sextant.Tests.Data.Pictures;
using Sextant.Tests.Tokenization.Encoders;

namespace Sextant.Tests.Matching;

/// <summary>Folders of a small CLIP of random weights and of small pictures.</summary>
internal static class ToyGallery
{
    private static readonly ClipOptions Options = new()
    {
        Picture = new PictureTowerOptions { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 24, Size = 16, Patch = 8 },
        Text = new TextTowerOptions { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 24, Positions = 16 },
        Projection = 12,
    };

    public static string Model(TemporaryFolder folder, ulong seed = 1, bool saysPreparation = true)
    {
        string path = folder.Combine($"model{seed}{saysPreparation}");
        var tokenizer = Vocabularies.Clip();
        using var model = PretrainedClip.New(Options, tokenizer.VocabularySize, seed);
        PretrainedClip.Write(model, path);
        tokenizer.Save(path);
        if (saysPreparation)
        {
            PicturePreparation.Clip(Options.Picture.Size).Write(path);
        }

        return path;
    }

    /// <summary>Pictures 0.png to (count - 1).png, each of other noise.</summary>
    public static string Pictures(TemporaryFolder folder, int count)
    {
        string path = folder.Combine("pictures");
        Directory.CreateDirectory(path);
        for (int i = 0; i < count; i++)
        {
            File.WriteAllBytes(Path.Combine(path, $"{i}.png"), DrawnPictures.Png(DrawnPictures.Noise(12 + i, 14, i + 1)));
        }

        return path;
    }
}
