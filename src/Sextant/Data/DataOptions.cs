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

/// <summary>Which pairs train and which validate. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BySeed), "seed")]
[JsonDerivedType(typeof(ByFile), "file")]
[JsonDerivedType(typeof(ByHash), "hash")]
public abstract record SplitOptions
{
    private SplitOptions()
    {
    }

    /// <summary>A shuffle by seed; the first floor(share x pairs) train.</summary>
    public sealed record BySeed : SplitOptions
    {
        public ulong Seed { get; init; } = 1;

        /// <summary>The share that trains, 0..1.</summary>
        public double TrainShare { get; init; } = 0.8;
    }

    /// <summary>A file with the columns split (train, val, test), source, target and, where there is one, bucket_order; the order of rows is the order of training.</summary>
    public sealed record ByFile : SplitOptions
    {
        public required string Path { get; init; }
    }

    /// <summary>By a hash of the source, so that a source never crosses the line when data grows.</summary>
    public sealed record ByHash : SplitOptions
    {
        /// <summary>The share that trains, 0..1.</summary>
        public double TrainShare { get; init; } = 0.8;
    }
}
