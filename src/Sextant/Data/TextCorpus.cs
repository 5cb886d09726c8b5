using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Data;

/// <summary>
/// Plain text for a decoder-only language model. Each file is cut in two, the last share validates; each part begins with
/// the start token, and a side's parts follow one another.
/// </summary>
public sealed class TextCorpus : Corpus
{
    private readonly TokenFile tokens;
    private readonly DataOptions.Text options;

    private TextCorpus(Tokenizer tokenizer, TokenFile tokens, DataOptions.Text options)
        : base(tokenizer)
    {
        this.tokens = tokens;
        this.options = options;
    }

    public override bool IsLossByBatch => false;

    /// <summary>Ids that train, a start token a file included.</summary>
    public long TrainTokens => tokens.Counts.Train;

    /// <summary>Ids that validate, a start token a file included.</summary>
    public long ValidationTokens => tokens.Counts.Validation;

    /// <summary>Bytes of UTF-8 that validate.</summary>
    public long ValidationBytes => tokens.Counts.ValidationBytes;

    /// <summary>
    /// Bits a byte of the validation text costs at a mean loss over its tokens: nats x tokens / (bytes x ln 2) (Gao 2020, section 3.1). It compares
    /// tokenisers that lose no text; one with an unknown token spends too little on what it does not know.
    /// </summary>
    public double BitsPerByte(double natsPerToken) => natsPerToken * (ValidationTokens - 1) / (ValidationBytes * Math.Log(2));

    /// <summary>Reads and tokenises text, or takes the ids from the cache if content, tokeniser and share are the same.</summary>
    /// <param name="options">Where the text is.</param>
    /// <param name="source">Makes the tokeniser from the training part, or gives one at hand.</param>
    /// <param name="cacheFolder">Where ids are kept.</param>
    /// <exception cref="UserError">The text cannot be read or is too short.</exception>
    public static TextCorpus Create(DataOptions.Text options, TokenizerSource source, string cacheFolder)
    {
        Part[] files = [.. TextFiles.Find(options.Path).Select(f => new Part(f, TextFiles.Cut(f, options.ValidationShare), new FileInfo(f).Length))];
        var tokenizer = source.Get(files.SelectMany(f => TextFiles.Chunks(f.Path, 0, f.Cut)));
        string path = Path.Combine(cacheFolder, $"tokens-{Hash(files, tokenizer)}.bin");
        var tokens = TokenFile.TryOpen(path, tokenizer.VocabularySize);
        if (tokens is null)
        {
            TokenFile.Write(
                path,
                tokenizer.VocabularySize,
                files.SelectMany(f => Tokenise(tokenizer, f.Path, 0, f.Cut)),
                files.SelectMany(f => Tokenise(tokenizer, f.Path, f.Cut, f.Length)));
            tokens = TokenFile.TryOpen(path, tokenizer.VocabularySize)
                ?? throw new UserError($"{path} cannot be read back after writing it: check the disk.");
        }

        if (tokens.Counts.Train <= options.BlockLength || tokens.Counts.ValidationBytes == 0)
        {
            var counts = tokens.Counts;
            tokens.Dispose();
            throw new UserError($"{options.Path} is too short: {counts.Train} tokens train and {counts.ValidationBytes} bytes validate, and a block is {options.BlockLength} tokens; give more text or a smaller data.blockLength.");
        }

        return new TextCorpus(tokenizer, tokens, options);
    }

    /// <summary>
    /// Blocks in another order every epoch, from another first token on; a token budget is taken in whole blocks.
    /// </summary>
    public override BatchSource TrainingBatches(BatchOptions options, PairLayout layout, ulong seed, torch.Device device)
    {
        CheckLayout(layout);
        int length = this.options.BlockLength;
        long whole = (TrainTokens - 1) / length;
        // One block less than fits leaves room for any offset, so that every epoch has the same number.
        long blocks = Math.Max(1, whole - 1);
        long room = Math.Min(length, TrainTokens - (blocks * length));
        var collation = new TextCollation(tokens, 0, blocks * length, length, epoch => new SeededRandom(seed, (ulong)epoch, 1).Next(room));
        int size = options switch
        {
            BatchOptions.TokenBudget budget => Math.Max(1, budget.Tokens / length),
            BatchOptions.Examples examples => examples.Size,
            _ => throw new NotSupportedException(options.GetType().Name),
        };
        return new BatchSource(BatchOrder.Examples(collation.Lengths.Count, size, seed), collation, device);
    }

    public override BatchSource ValidationBatches(int size, PairLayout layout, torch.Device device)
    {
        CheckLayout(layout);
        var collation = new TextCollation(tokens, TrainTokens, ValidationTokens - 1, options.BlockLength, _ => 0);
        return new BatchSource(BatchOrder.FixedBuckets(collation.Lengths, size), collation, device);
    }

    protected override void Dispose(bool disposing)
    {
        tokens.Dispose();
        base.Dispose(disposing);
    }

    private static void CheckLayout(PairLayout layout)
    {
        if (layout != PairLayout.DecoderOnly)
        {
            throw new UserError("model: plain text has no source for an encoder; choose a decoder-only model.");
        }
    }

    private static IEnumerable<TokenisedChunk> Tokenise(Tokenizer tokenizer, string path, long start, long end)
    {
        if (start == end)
        {
            yield break;
        }

        yield return new TokenisedChunk([tokenizer.StartOfSequence], 0);
        foreach (string chunk in TextFiles.Chunks(path, start, end))
        {
            yield return new TokenisedChunk(tokenizer.Encode(chunk).Ids, Encoding.UTF8.GetByteCount(chunk));
        }
    }

    private static string Hash(Part[] files, Tokenizer tokenizer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(tokenizer.ToJson());
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{file.Cut} {file.Length} ")));
            using var stream = TextFiles.Open(file.Path);
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private readonly record struct Part(string Path, long Cut, long Length);
}
