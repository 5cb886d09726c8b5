namespace Sextant.Tokenization.Encoders;

/// <summary>How BERT's tokeniser cleans a text before it looks words up; the fields of tokenizer_config.json.</summary>
public sealed record WordPieceOptions
{
    /// <summary>do_lower_case. BERT's uncased models do, and so does a tokeniser without a configuration.</summary>
    public bool LowerCases { get; init; } = true;

    /// <summary>strip_accents; null: where it lower-cases.</summary>
    public bool? StripsAccents { get; init; }

    /// <summary>tokenize_chinese_chars: each Chinese character is a word.</summary>
    public bool SeparatesChinese { get; init; } = true;
}
