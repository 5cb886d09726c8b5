using System.Globalization;
using Sextant.Data;
using Sextant.Tokenization;

namespace Sextant.Experiments;

/// <summary>The data that a recipe names, read, split and tokenised.</summary>
public static class Corpora
{
    private const int NamedLines = 5;

    /// <summary>For a new run.</summary>
    /// <param name="recipe">Says what to read and how.</param>
    /// <param name="cacheFolder">Where ids of plain text are kept.</param>
    /// <exception cref="UserError">The data cannot be used.</exception>
    public static Corpus Create(Recipe recipe, string cacheFolder) => Create(recipe, TokenizerSource.Of(recipe.Tokenizer), cacheFolder);

    /// <summary>For a run that may go on.</summary>
    /// <param name="recipe">Says what to read and how.</param>
    /// <param name="tokenizer">Learns the tokeniser, or is the one that the run began with.</param>
    /// <param name="cacheFolder">Where ids of plain text are kept.</param>
    /// <exception cref="UserError">The data cannot be used.</exception>
    public static Corpus Create(Recipe recipe, TokenizerSource tokenizer, string cacheFolder)
    {
        return recipe.Data switch
        {
            DataOptions.PigLatin words => PairCorpus.Create(BuiltIn(words), words.Split, tokenizer),
            DataOptions.Pairs { Split: SplitOptions.ByFile file } pairs => PairCorpus.FromSplitFile(
                file.Path,
                pairs.Path is null ? null : PairFile.Read(pairs.Path, pairs.LowerCase, pairs.MaximumBadShare),
                tokenizer,
                pairs.LowerCase,
                pairs.MaximumLength),
            DataOptions.Pairs { Path: string path } pairs => PairCorpus.Create(
                PairFile.Read(path, pairs.LowerCase, pairs.MaximumBadShare), pairs.Split, tokenizer, pairs.MaximumLength),
            DataOptions.Pairs => throw new UserError("data.path is missing: name the file of pairs, or give --data FILE."),
            DataOptions.Text text => TextCorpus.Create(text, tokenizer, cacheFolder),
            _ => throw new InvalidOperationException("Unknown data."),
        };
    }

    /// <summary>The built-in words and their Pig Latin.</summary>
    public static PairReading BuiltIn(DataOptions.PigLatin options) => PairReading.Of(
        $"built-in words ({options.Words.ToString().ToLowerInvariant()})",
        BuiltInWords.Get(options.Words).Select(word => new Pair(word, PigLatin.Translate(word, options.Qu))));

    /// <summary>One line for a person: how much trains and validates, and what was left out and why.</summary>
    /// <param name="corpus">The data.</param>
    /// <param name="unit">What is translated at a time.</param>
    public static string Describe(Corpus corpus, Unit unit)
    {
        if (corpus is TextCorpus text)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{text.TrainTokens:N0} tokens train, {text.ValidationTokens:N0} validate; a vocabulary of {text.Tokenizer.VocabularySize}.");
        }

        var pairs = (PairCorpus)corpus;
        HashSet<string> trained = [.. pairs.Train.Select(p => p.Pair.Source)];
        int both = pairs.Validation.Select(p => p.Pair.Source).Distinct(StringComparer.Ordinal).Count(trained.Contains);
        string crossing = both > 0 ? $"; {both} sources with several targets stand on both sides (--set data.split.kind=hash keeps each on one)" : "";
        string test = pairs.Test.Count > 0 ? $", {pairs.Test.Count} test" : "";
        int spaced = pairs.Reading.Pairs.Count(p => p.Source.Contains(' ', StringComparison.Ordinal));
        string lines = unit == Unit.Word && 2 * spaced > pairs.Reading.Pairs.Count ? "; most sources are several words, and translate will cut its input at spaces (--set data.unit=line keeps lines whole)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{pairs.Reading.Origin}: {pairs.Reading.Pairs.Count} pairs, {pairs.Train.Count} train, {pairs.Validation.Count} validate{test}{LeftOutOf(pairs.Reading)}{crossing}{lines}.");
    }

    /// <summary>What a file held that gave no pair, with line numbers: "; left out: ..." or nothing.</summary>
    public static string LeftOutOf(PairReading reading)
    {
        var leftOut = reading.LeftOut.GroupBy(l => l.Reason).Select(g => $"{g.Count()} {Reason(g.Key)}{Lines(g.Select(l => l.Line))}");
        return reading.LeftOut.Count > 0 ? "; left out: " + string.Join(", ", leftOut) : "";
    }

    private static string Lines(IEnumerable<int> lines)
    {
        int[] known = [.. lines.Where(l => l > 0)];
        return known.Length == 0 ? "" : $" (line {string.Join(", ", known.Take(NamedLines))}{(known.Length > NamedLines ? ", ..." : "")})";
    }

    private static string Reason(LeftOutReason reason) => reason switch
    {
        LeftOutReason.WrongNumberOfFields => "without exactly two fields",
        LeftOutReason.EmptySide => "with an empty side",
        LeftOutReason.LongLine => "too long to be a line",
        LeftOutReason.Duplicate => "duplicates",
        LeftOutReason.UnknownCharacter => "with characters the tokeniser lacks",
        LeftOutReason.TooManyTokens => "over data.maximumLength",
        LeftOutReason.NotInSplit => "not in the split file",
        _ => reason.ToString(),
    };
}
