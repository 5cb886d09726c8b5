using TorchSharp;

namespace Sextant.Models;

/// <summary>Builds the model that options describe.</summary>
public static class SequenceModels
{
    /// <summary>A new model on the processor; the same seed gives the same bits. No global random state is touched.</summary>
    /// <exception cref="ArgumentException">The options have problems; the message lists them all.</exception>
    public static SequenceModel Create(ModelOptions options, int vocabularySize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        if (options.Problems().ToList() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        using var generator = new torch.Generator(seed, torch.CPU);
        return options switch
        {
            ModelOptions.CourseDecoder o => new CourseDecoder(o, vocabularySize, generator),
            ModelOptions.CourseEncoderDecoder o => new CourseEncoderDecoder(o, vocabularySize, generator),
            ModelOptions.ModernDecoder o => new ModernDecoder(o, vocabularySize, generator),
            ModelOptions.ModernEncoderDecoder o => new ModernEncoderDecoder(o, vocabularySize, generator),
            _ => throw new ArgumentOutOfRangeException(nameof(options)),
        };
    }
}
