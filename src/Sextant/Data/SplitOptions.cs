using System.Globalization;
using System.Text.Json.Serialization;

namespace Sextant.Data;

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

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "data.split")
    {
        (double train, double test) = this switch
        {
            BySeed seed => (seed.TrainShare, seed.TestShare),
            ByHash hash => (hash.TrainShare, hash.TestShare),
            _ => (0.8, 0),
        };
        if (train is not (> 0 and < 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.trainShare: {train} is not between 0 and 1.");
        }
        else if (!(test >= 0 && train + test < 1))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{path}.testShare: {test} is not at least 0, or leaves nothing to validate beside the {train} that train.");
        }

        if (this is ByFile { Path: "" })
        {
            yield return $"{path}.path: is missing; name the split file.";
        }
    }

    /// <summary>A shuffle by seed; the first floor(share x pairs) train, the last floor(share x pairs) test.</summary>
    public sealed record BySeed : SplitOptions
    {
        public ulong Seed { get; init; } = 1;

        /// <summary>The share that trains, 0..1.</summary>
        public double TrainShare { get; init; } = 0.8;

        /// <summary>The share that neither trains nor validates: what is measured on it took part in no choice, 0..1.</summary>
        public double TestShare { get; init; }
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

        /// <summary>The share that neither trains nor validates: what is measured on it took part in no choice, 0..1.</summary>
        public double TestShare { get; init; }
    }
}
