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
    }

    /// <summary>So many examples drawn uniformly, whatever their lengths; for plain text, so many blocks. Shuffled by seed each epoch.</summary>
    public sealed record Examples : BatchOptions
    {
        public int Size { get; init; } = 64;
    }
}
