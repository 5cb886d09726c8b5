using Sextant.Data.Pictures;

namespace Sextant.Pretrained;

/// <summary>What becomes of pictures before a CLIP sees them, and who says so.</summary>
/// <param name="Preparation">As the folder of the model says, or the released CLIP's at the size of the model.</param>
/// <param name="IsAssumed">Whether the folder does not say, so that the latter stands in.</param>
public sealed record ClipPreparation(PicturePreparation Preparation, bool IsAssumed)
{
    /// <summary>Reads what a folder says; config.json, which gives the size of the model, only where it says nothing.</summary>
    /// <exception cref="UserError">A file cannot be read, asks for what is not known here, or is missing.</exception>
    public static ClipPreparation Read(string folder) => PicturePreparation.IsIn(folder)
        ? new(PicturePreparation.Read(folder), IsAssumed: false)
        : new(PicturePreparation.Clip(ClipConfig.Read(folder).Options.Picture.Size), IsAssumed: true);

    /// <summary>Reads what a folder says and holds it against the model.</summary>
    /// <exception cref="UserError">A file cannot be read, asks for what is not known here, or pictures of another size or other channels come out than the model takes.</exception>
    public static ClipPreparation Read(string folder, ClipConfig config)
    {
        var read = Read(folder);
        int here = read.Preparation.Size, there = config.Options.Picture.Size, channels = config.Options.Picture.Channels;
        if (channels != 3)
        {
            throw new UserError($"{folder}: the model takes {channels} numbers a pixel (vision_config.num_channels), and pictures have red, green and blue here; use another model.");
        }

        return here == there ? read : throw new UserError($"{folder}: pictures are prepared to {here} pixels a side, and the model takes {there}; they are not of one model, fetch it again.");
    }

    /// <summary>The sentence for a person whose model does not say; null where it does.</summary>
    /// <param name="folder">Of the model.</param>
    public string? Notice(string folder) => IsAssumed
        ? $"{folder} does not say how pictures are prepared ({PreprocessorConfig.FileName}): they are prepared as for the released CLIP, at {Preparation.Size} pixels."
        : null;
}
