using Sextant.Decoding;
using Sextant.Experiments;

namespace Sextant.Cli;

internal static class AttentionPicture
{
    public static void Draw(TrainedModel model, string text, DecodingOptions decoding, string path) => throw new NotSupportedException(path + text + model + decoding);
}
