using System.Text.Json.Serialization;
using Sextant.Data.Drawn;
using Sextant.Matching.Contrastive;

namespace Sextant.Experiments.Clip;

/// <summary>Pictures with captions. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Drawn), "drawn")]
[JsonDerivedType(typeof(Pictures), "pictures")]
public abstract record ContrastiveData
{
    private ContrastiveData()
    {
    }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path = "data") => this switch
    {
        Drawn drawn => drawn.Wrong(path),
        Pictures pictures => pictures.Wrong(path),
        _ => throw new NotSupportedException(GetType().Name),
    };

    /// <summary>Pictures that Sextant draws, with captions of varied wording, drawn anew every epoch. Some pairs of a colour and a thing are never trained on.</summary>
    public sealed record Drawn : ContrastiveData
    {
        /// <summary>Pictures that train.</summary>
        public int Count { get; init; } = 40_000;

        /// <summary>Pictures that validate and are measured at the end, half of them of pairs that are never trained on.</summary>
        public int ValidationCount { get; init; } = 2_000;

        /// <summary>The share of the pairs of a colour and a thing that no training picture shows, 0..1.</summary>
        public double HeldOutShare { get; init; } = 0.15;

        /// <summary>Decides pictures and what is held out; the recipe's seed decides the captions.</summary>
        public ulong Seed { get; init; } = 1;

        /// <summary>What captions say, how often, and how freely they are worded.</summary>
        public CaptionMix Captions { get; init; } = new();

        /// <summary>Of a second caption of every picture that trains beside the first, with a loss of its own; null for one caption.</summary>
        public CaptionMix? SecondCaptions { get; init; }

        /// <summary>Draws pictures in groups that differ in one value and puts them into one batch; null draws every picture by itself.</summary>
        public NeighbourOptions? Neighbours { get; init; }

        internal IEnumerable<string> Wrong(string path)
        {
            if (Count < 10)
            {
                yield return $"{path}.count: {Count} is not at least 10.";
            }

            if (ValidationCount < 10)
            {
                yield return $"{path}.validationCount: {ValidationCount} is not at least 10.";
            }

            if (HeldOutShare is not (>= 0 and <= 0.5))
            {
                yield return FormattableString.Invariant($"{path}.heldOutShare: {HeldOutShare} is not from 0 to 0.5.");
            }

            foreach (string problem in Captions.Problems($"{path}.captions").Concat(SecondCaptions?.Problems($"{path}.secondCaptions") ?? []).Concat(Neighbours?.Problems($"{path}.neighbours") ?? []))
            {
                yield return problem;
            }
        }
    }

    /// <summary>A user's own: a folder of pictures with a text file of captions beside each, or a table of pictures and captions.</summary>
    public sealed record Pictures : ContrastiveData
    {
        /// <summary>The folder, in which NAME.txt holds the captions of NAME.png, one a line; or a CSV file with the columns picture and caption, of which a picture may have several rows.</summary>
        public required string Path { get; init; }

        /// <summary>The share of the pictures that validates, 0..1, drawn by the recipe's seed. Files of equal content are in one part.</summary>
        public double ValidationShare { get; init; } = 0.1;

        /// <summary>Trains on another part of each picture every epoch; null on its middle.</summary>
        public PictureCropping? Cropping { get; init; }

        internal IEnumerable<string> Wrong(string path)
        {
            if (string.IsNullOrEmpty(Path))
            {
                yield return $"{path}.path: is missing; name a folder of pictures with captions, or a CSV file with the columns picture and caption.";
            }

            if (ValidationShare is not (> 0 and < 1))
            {
                yield return FormattableString.Invariant($"{path}.validationShare: {ValidationShare} is not between 0 and 1.");
            }

            foreach (string problem in Cropping?.Problems($"{path}.cropping") ?? [])
            {
                yield return problem;
            }
        }
    }
}

/// <summary>Groups of drawn pictures that differ in one value: the number of things, the place, and then any other. Told apart in one batch they teach what a batch of strangers seldom asks.</summary>
public sealed record NeighbourOptions
{
    /// <summary>Pictures of a group.</summary>
    public int Group { get; init; } = 4;

    /// <summary>The epoch, from 0, from which on a group stays in one batch; before it every picture goes by itself, since a batch of few groups has few things and colours to tell apart.</summary>
    public int FromEpoch { get; init; }

    /// <summary>Everything that is wrong, each with its path.</summary>
    public IEnumerable<string> Problems(string path)
    {
        if (Group is < 2 or > 1000)
        {
            yield return $"{path}.group: {Group} is not from 2 to 1,000; leave neighbours out for none.";
        }

        if (FromEpoch < 0)
        {
            yield return $"{path}.fromEpoch: {FromEpoch} is negative.";
        }
    }
}
