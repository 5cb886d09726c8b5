namespace Sextant.Tokenization;

/// <summary>Builds the tokeniser that options ask for.</summary>
public static class Tokenizers
{
    /// <param name="options">Which tokeniser.</param>
    /// <param name="trainingTexts">What it learns its characters or merges from, read once; the course's tokeniser reads nothing.</param>
    public static Tokenizer Create(TokenizerOptions options, IEnumerable<string> trainingTexts) => options switch
    {
        TokenizerOptions.Course => new CourseTokenizer(),
        TokenizerOptions.Characters characters => CharacterTokenizer.Train(trainingTexts, characters.MinimumCount),
        TokenizerOptions.BytePairs bytePairs => BytePairTokenizer.Train(trainingTexts, bytePairs.VocabularySize),
        _ => throw new NotSupportedException(options.GetType().Name),
    };
}
