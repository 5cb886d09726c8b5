using System.Globalization;
using System.Text.Json.Serialization;

namespace Sextant.Data;

/// <summary>What a run learns from. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PigLatin), "pigLatin")]
[JsonDerivedType(typeof(Pairs), "pairs")]
[JsonDerivedType(typeof(Text), "text")]
public abstract record DataOptions
{
    private DataOptions()
    {
    }

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "data") => this switch
    {
        PigLatin pigLatin => pigLatin.Split.Problems($"{path}.split"),
        Pairs pairs => Problems(pairs, path),
        Text text => Problems(text, path),
        _ => throw new NotSupportedException(GetType().Name),
    };

    private static IEnumerable<string> Problems(Pairs pairs, string path)
    {
        if (string.IsNullOrEmpty(pairs.Path) && pairs.Split is not SplitOptions.ByFile)
        {
            yield return $"{path}.path: is missing; name the file with the pairs, or a split file.";
        }

        if (pairs.MaximumBadShare is not (>= 0 and <= 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.maximumBadShare: {pairs.MaximumBadShare} is not between 0 and 1.");
        }

        if (pairs.MaximumLength < 1)
        {
            yield return $"{path}.maximumLength: {pairs.MaximumLength} is not at least 1.";
        }

        foreach (string problem in pairs.Split.Problems($"{path}.split"))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> Problems(Text text, string path)
    {
        if (string.IsNullOrEmpty(text.Path))
        {
            yield return $"{path}.path: is missing; name a text file or a folder of them.";
        }

        if (text.BlockLength < 1)
        {
            yield return $"{path}.blockLength: {text.BlockLength} is not at least 1.";
        }

        if (text.ValidationShare is not (> 0 and < 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.validationShare: {text.ValidationShare} is not between 0 and 1.");
        }
    }

    /// <summary>The built-in English words and their Pig Latin.</summary>
    public sealed record PigLatin : DataOptions
    {
        /// <summary>small: the common words; large: with their regular inflections.</summary>
        public WordList Words { get; init; } = WordList.Small;

        public QuRule Qu { get; init; } = QuRule.Block;

        public SplitOptions Split { get; init; } = new SplitOptions.BySeed();
    }

    /// <summary>Pairs from a text file: tab separated if a line has a tab, else exactly two fields. gzip is accepted.</summary>
    public sealed record Pairs : DataOptions
    {
        /// <summary>The file; null only where the split file holds the pairs.</summary>
        public string? Path { get; init; }

        /// <summary>Whether a text is translated word by word or a line at a time.</summary>
        public Unit Unit { get; init; } = Unit.Word;

        /// <summary>Lower-cases both sides first.</summary>
        public bool LowerCase { get; init; }

        /// <summary>More than this share of bad lines is an error, 0..1.</summary>
        public double MaximumBadShare { get; init; } = 0.01;

        /// <summary>Pairs with a longer side (in tokens) are left out, counted and named.</summary>
        public int MaximumLength { get; init; } = 256;

        public SplitOptions Split { get; init; } = new SplitOptions.BySeed();
    }

    /// <summary>Plain text for a language model: a UTF-8 file, or a folder of them (*.txt and *.md, by name).</summary>
    public sealed record Text : DataOptions
    {
        public required string Path { get; init; }

        /// <summary>T, tokens of a training example.</summary>
        public int BlockLength { get; init; } = 256;

        /// <summary>The last share of each file validates, 0..1.</summary>
        public double ValidationShare { get; init; } = 0.1;
    }
}

/// <summary>Which built-in word list.</summary>
public enum WordList
{
    Small,
    Large,
}

/// <summary>What Pig Latin does with a leading "qu".</summary>
public enum QuRule
{
    /// <summary>It moves as one: "quiet" becomes "ietquay".</summary>
    Block,

    /// <summary>Only the q moves: "quiet" becomes "uietqay".</summary>
    Letter,
}

/// <summary>What is translated at a time.</summary>
public enum Unit
{
    Word,
    Line,
}
