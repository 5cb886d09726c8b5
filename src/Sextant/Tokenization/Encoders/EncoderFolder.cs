namespace Sextant.Tokenization.Encoders;

/// <summary>Finds out which tokeniser a folder holds.</summary>
internal static class EncoderFolder
{
    public static EncoderTokenizer Load(string folder, bool? normalize) => throw new NotSupportedException($"{folder}: {normalize}");
}
