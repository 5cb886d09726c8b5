using System.Text.Json.Serialization;

namespace Sextant.Data;

/// <summary>What makes a training batch. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FixedBuckets), "fixedBuckets")]
[JsonDerivedType(typeof(TokenBudget), "tokenBudget")]
[JsonDerivedType(typeof(Examples), "examples")]
public abstract record BatchOptions
{
    private BatchOptions()
    {
    }

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "training.batch")
    {
        (string name, int value) = this switch
        {
            FixedBuckets buckets => ("size", buckets.Size),
            TokenBudget budget => ("tokens", budget.Tokens),
            Examples examples => ("size", examples.Size),
            _ => throw new NotSupportedException(GetType().Name),
        };
        if (value < 1)
        {
            yield return $"{path}.{name}: {value} is not at least 1.";
        }

        if (this is TokenBudget { RareLengths: < 1 or > 1_000_000 })
        {
            yield return $"{path}.rareLengths: is not from 1 to 1,000,000; 1 repeats nothing.";
        }
    }

    /// <summary>The course's: buckets of equal (source, target) lengths cut into chunks of <see cref="Size"/>, in the same order every epoch.</summary>
    public sealed record FixedBuckets : BatchOptions
    {
        public int Size { get; init; } = 64;
    }

    /// <summary>Examples of like length up to a number of tokens, padding included; shuffled by seed each epoch.</summary>
    public sealed record TokenBudget : BatchOptions
    {
        public int Tokens { get; init; } = 1024;

        /// <summary>
        /// Examples of lengths that only n &lt; <see cref="RareLengths"/> share come round(sqrt(RareLengths / n)) times an epoch; 1 repeats
        /// nothing. The mean over validation batches gives such lengths as much weight as common ones. Below the bound it is sampling at
        /// temperature 2 (Arivazhagan 2019, "Massively Multilingual Neural Machine Translation in the Wild", section 4.2).
        /// </summary>
        public int RareLengths { get; init; } = 1;
    }

    /// <summary>So many examples drawn uniformly, whatever their lengths; for plain text, so many blocks. Shuffled by seed each epoch.</summary>
    public sealed record Examples : BatchOptions
    {
        public int Size { get; init; } = 64;
    }
}
