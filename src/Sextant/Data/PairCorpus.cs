using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Data;

/// <summary>Pairs split and tokenised: all that training and its measures need of them.</summary>
public sealed class PairCorpus : Corpus
{
    private readonly ILookup<string, string> targets;

    private PairCorpus(Tokenizer tokenizer, PairReading reading, EncodedPair[] train, EncodedPair[] validation, EncodedPair[] test)
        : base(tokenizer)
    {
        Reading = reading;
        Train = train;
        Validation = validation;
        Test = test;
        targets = reading.Pairs.ToLookup(p => p.Source, p => p.Target);
    }

    public override bool IsLossByBatch => true;

    /// <summary>What was read and every line that was left out.</summary>
    public PairReading Reading { get; }

    public IReadOnlyList<EncodedPair> Train { get; }

    public IReadOnlyList<EncodedPair> Validation { get; }

    public IReadOnlyList<EncodedPair> Test { get; }

    /// <summary>Every target a source has on any side: each of them is a right answer.</summary>
    public IReadOnlyList<string> TargetsOf(string source) => [.. targets[source]];

    /// <summary>Splits and tokenises pairs. A tokeniser that learns sees the training pairs only.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="split">Which train; must not be a file, see <see cref="FromSplitFile"/>.</param>
    /// <param name="tokenizer">Makes the tokeniser from training texts, or gives one at hand.</param>
    /// <param name="maximumLength">Pairs with a side of more tokens are left out.</param>
    /// <exception cref="UserError">Too few pairs are left to train and validate.</exception>
    public static PairCorpus Create(PairReading pairs, SplitOptions split, TokenizerSource tokenizer, int maximumLength = int.MaxValue) =>
        Create(pairs, p => PairSplit.Create(p, split), tokenizer, maximumLength);

    /// <summary>Takes the split, and the pairs themselves, from a split file.</summary>
    /// <param name="path">The split file.</param>
    /// <param name="allowed">Pairs the file may name, the others of which are left out; null allows any.</param>
    /// <param name="tokenizer">Makes the tokeniser from training texts, or gives one at hand.</param>
    /// <param name="lowerCase">Lower-cases both sides first.</param>
    /// <param name="maximumLength">Pairs with a side of more tokens are left out.</param>
    /// <exception cref="UserError">The file cannot be read or names a pair that is not allowed.</exception>
    public static PairCorpus FromSplitFile(
        string path, PairReading? allowed, TokenizerSource tokenizer, bool lowerCase = false, int maximumLength = int.MaxValue)
    {
        (var pairs, var split) = SplitFile.Read(path, lowerCase);
        if (allowed is not null)
        {
            pairs = SplitFile.Restrict(pairs, allowed);
        }

        return Create(pairs, split, tokenizer, maximumLength);
    }

    public override BatchSource TrainingBatches(BatchOptions options, PairLayout layout, ulong seed, torch.Device device)
    {
        var collation = Collation(Train, Tokenizer, layout);
        var order = options is BatchOptions.FixedBuckets buckets ? FixedBuckets(Train, buckets.Size) : BatchOrder.Of(options, collation.Lengths, seed);
        return new BatchSource(order, collation, device);
    }

    public override BatchSource ValidationBatches(int size, PairLayout layout, torch.Device device) =>
        FixedBatches(Validation, Tokenizer, size, layout, device);

    public override int LongestTestInput(PairLayout layout) => Test.Select(pair => InputLength(pair, layout)).DefaultIfEmpty().Max();

    /// <summary>Positions of the longer of a pair's inputs: source and end, start and target; or start, source, end of prompt and target in one.</summary>
    public static int InputLength(EncodedPair pair, PairLayout layout) => layout == PairLayout.EncoderDecoder
        ? Math.Max(pair.Source.Length, pair.Target.Length) + 1
        : pair.Source.Length + pair.Target.Length + 2;

    /// <summary>Batches of any pairs as validation batches are made: buckets of equal lengths in chunks of <paramref name="size"/>.</summary>
    public static BatchSource FixedBatches(IReadOnlyList<EncodedPair> pairs, Tokenizer tokenizer, int size, PairLayout layout, torch.Device device) =>
        new(FixedBuckets(pairs, size), Collation(pairs, tokenizer, layout), device);

    private static BatchOrder FixedBuckets(IReadOnlyList<EncodedPair> pairs, int size) =>
        BatchOrder.FixedBuckets([.. pairs.Select(p => new Lengths(p.Source.Length, p.Target.Length))], size);

    private static Collation Collation(IReadOnlyList<EncodedPair> pairs, Tokenizer tokenizer, PairLayout layout) => layout == PairLayout.EncoderDecoder
        ? new EncoderDecoderCollation(pairs, tokenizer)
        : new DecoderOnlyCollation(pairs, tokenizer);

    private static PairCorpus Create(PairReading pairs, Func<PairReading, PairSplit> split, TokenizerSource source, int maximumLength)
    {
        if (source.Given is { Unknown: null } known)
        {
            var readable = pairs.Without(p => IsKnown(p, known) ? null : LeftOutReason.UnknownCharacter);
            pairs = readable.Pairs.Count > 0 || pairs.Pairs.Count == 0 ? readable : throw NothingReadable(pairs, known);
        }

        var sides = split(pairs);
        var tokenizer = source.Get(sides.Train.SelectMany(p => new[] { p.Source, p.Target }));
        var encoded = new Dictionary<Pair, EncodedPair>();
        pairs = pairs.Without(p =>
        {
            var pair = new EncodedPair(p, tokenizer.Encode(p.Source).Ids, tokenizer.Encode(p.Target).Ids);
            bool fits = pair.Source.Length <= maximumLength && pair.Target.Length <= maximumLength;
            if (fits)
            {
                encoded.Add(p, pair);
            }

            return fits ? null : LeftOutReason.TooManyTokens;
        });

        EncodedPair[] Encoded(IReadOnlyList<Pair> side) => [.. side.Where(encoded.ContainsKey).Select(p => encoded[p])];
        var corpus = new PairCorpus(tokenizer, pairs, Encoded(sides.Train), Encoded(sides.Validation), Encoded(sides.Test));
        return corpus.Train.Count > 0 && corpus.Validation.Count > 0
            ? corpus
            : throw new UserError($"{pairs.Origin}: with at most {maximumLength} tokens a side {corpus.Train.Count} pairs train and {corpus.Validation.Count} validate; raise data.maximumLength.");
    }

    private static UserError NothingReadable(PairReading pairs, Tokenizer tokenizer)
    {
        var unknown = pairs.Pairs.SelectMany(p => tokenizer.Encode(p.Source).Unknowns.Concat(tokenizer.Encode(p.Target).Unknowns))
            .GroupBy(u => u.Character).OrderByDescending(g => g.Count()).Take(5).Select(g => $"'{g.Key}'");
        return new UserError($"{pairs.Origin}: every one of the {pairs.Pairs.Count} pairs holds characters that the recipe's tokeniser lacks, such as {string.Join(", ", unknown)}; --set tokenizer.kind=characters takes the characters of the data.");
    }

    private static bool IsKnown(Pair pair, Tokenizer tokenizer) =>
        tokenizer.Encode(pair.Source).Unknowns.Count == 0 && tokenizer.Encode(pair.Target).Unknowns.Count == 0;
}
