using System.Text.Json;

namespace Sextant.Tokenization;

/// <summary>Text to ids and back. The last three ids are always start, end and end of prompt.</summary>
public abstract class Tokenizer
{
    public abstract int VocabularySize { get; }

    public int StartOfSequence => VocabularySize - 3;

    public int EndOfSequence => VocabularySize - 2;

    /// <summary>Separates source and target in a decoder-only model's input.</summary>
    public int EndOfPrompt => VocabularySize - 1;

    /// <summary>The id that stands for anything else; null where the tokeniser has none.</summary>
    public virtual int? Unknown => null;

    /// <summary>Ids without special tokens, and what had no id of its own.</summary>
    public abstract TokenizedText Encode(string text);

    /// <summary>Text of ids; special tokens write nothing, an unknown token writes U+FFFD.</summary>
    public abstract string Decode(ReadOnlySpan<int> ids);

    private protected void CheckId(int id)
    {
        if ((uint)id >= (uint)VocabularySize)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The tokeniser has ids 0 to {VocabularySize - 1}.");
        }
    }

    /// <summary>Writes the tokeniser to a JSON file.</summary>
    public void Save(string path) => WholeFile.Write(path, file => file.Write(ToJson()));

    internal byte[] ToJson() => TokenizerFile.Write(this);

    /// <summary>Reads a tokeniser that <see cref="Save"/> wrote.</summary>
    /// <exception cref="UserError">There is no such file, or it is not a tokeniser.</exception>
    public static Tokenizer Load(string path)
    {
        try
        {
            return TokenizerFile.Read(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} is damaged: it is not a tokeniser that Sextant wrote; restore it, or train again into another folder.", e);
        }
    }
}
