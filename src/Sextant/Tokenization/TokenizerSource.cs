namespace Sextant.Tokenization;

/// <summary>Where a corpus gets its tokeniser: learnt from its training texts, or given.</summary>
public sealed class TokenizerSource
{
    private readonly TokenizerOptions? options;

    private TokenizerSource(TokenizerOptions? options, Tokenizer? given)
    {
        this.options = options;
        Given = given;
    }

    /// <summary>The tokeniser, where no text decides it.</summary>
    public Tokenizer? Given { get; }

    /// <summary>For a new run.</summary>
    public static TokenizerSource Of(TokenizerOptions options) =>
        new(options, options is TokenizerOptions.Course ? new CourseTokenizer() : null);

    /// <summary>For a run that goes on, or a model that is used: the tokeniser it was trained with.</summary>
    public static TokenizerSource Of(Tokenizer tokenizer) => new(null, tokenizer);

    public Tokenizer Get(IEnumerable<string> trainingTexts) => Given ?? Tokenizers.Create(options!, trainingTexts);
}
