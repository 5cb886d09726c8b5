using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sextant.Data;
using Sextant.Tokenization;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Data;

public sealed class TextCorpusTests : IDisposable
{
    private static readonly Tokenizer Bytes = new BytePairTokenizer([]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_last_share_of_each_file_validates_and_every_part_begins_with_the_start_token()
    {
        folder.Write("b.md", "0123456789");
        folder.Write("a.txt", "abcdefghijklmnopqrst");
        folder.Write("c.csv", "not text");
        using var corpus = Create(folder.Path, blockLength: 4, validationShare: 0.2);
        Assert.Equal((1 + 16 + 1 + 8, 1 + 4 + 1 + 2, 6), (corpus.TrainTokens, corpus.ValidationTokens, corpus.ValidationBytes));

        using var validation = corpus.ValidationBatches(64, PairLayout.DecoderOnly, CPU);
        Assert.Equal(2, validation.BatchesInEpoch);
        Assert.Equal(7, validation.LossPositionsInEpoch);
        var batch = validation.Get(0, 0);
        Assert.Equal(Ids("\u0001qrs"), Values(batch.Input));
        Assert.Equal(Ids("qrst"), Values(batch.Expected));
        Assert.Equal(Ids("t\u000189"[..3]), Values(validation.Get(0, 1).Input));
    }

    [Fact]
    public void A_character_is_never_cut()
    {
        Prop.ForAll(Gen.Elements("a", "é", "狐", "🦊", "\n").ListOf(40).Select(c => string.Concat(c)).ToArbitrary(), Gen.Choose(1, 99).ToArbitrary(), (text, percent) =>
        {
            string path = folder.Write("text.txt", text);
            long cut = TextFiles.Cut(path, percent / 100.0);
            string head = string.Concat(TextFiles.Chunks(path, 0, cut));
            string tail = string.Concat(TextFiles.Chunks(path, cut, new FileInfo(path).Length));
            return head + tail == text;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Chunks_of_a_large_file_join_to_its_text()
    {
        string text = string.Concat(Enumerable.Repeat("狐🦊é", 150_000)) + "\n" + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"{i}\n"));
        string path = folder.Write("text.txt", text);
        string[] chunks = [.. TextFiles.Chunks(path, 0, new FileInfo(path).Length)];
        Assert.True(chunks.Length > 1);
        Assert.Equal(text, string.Concat(chunks));
    }

    [Fact]
    public void Blocks_of_an_epoch_never_overlap_and_expect_the_next_token()
    {
        using var corpus = Counting(1000, blockLength: 16);
        using var source = corpus.TrainingBatches(new BatchOptions.Examples { Size = 7 }, PairLayout.DecoderOnly, 1, CPU);
        var firsts = new HashSet<long>();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            var seen = new HashSet<long>();
            for (int i = 0; i < source.BatchesInEpoch; i++)
            {
                var batch = source.Get(epoch, i);
                long[] input = Values(batch.Input);
                Assert.Equal(input.Where((_, at) => at % 16 > 0), Values(batch.Expected).Where((_, at) => at % 16 < 15));
                for (int at = 0; at < input.Length; at += 16)
                {
                    Assert.True(seen.Add(input[at]));
                }

                source.Release(batch);
            }

            Assert.Equal(source.ExamplesInEpoch, seen.Count);
            Assert.Single(seen.Select(s => s % 16).Distinct());
            firsts.Add(seen.Min());
        }

        Assert.Equal(3, firsts.Count);
        Assert.Equal(source.ExamplesInEpoch * 16, source.TokensInEpoch);
        Assert.Equal(0, source.Padding(1));
    }

    [Fact]
    public void A_token_budget_is_taken_in_whole_blocks()
    {
        using var corpus = Counting(1000, blockLength: 16);
        using var budget = corpus.TrainingBatches(new BatchOptions.TokenBudget { Tokens = 50 }, PairLayout.DecoderOnly, 1, CPU);
        Assert.Equal(new BatchShape(3, 0, 16, 48, 48), budget.Shape(0, 0));
    }

    [Fact]
    public void Ids_are_cached_by_content_and_tokeniser_and_a_broken_cache_is_written_anew()
    {
        string path = folder.Write("text.txt", new string('a', 100));
        string cache = folder.Combine("cache");
        Create(path).Dispose();
        string file = Assert.Single(Directory.GetFiles(cache));
        var written = File.GetLastWriteTimeUtc(file);
        Create(path).Dispose();
        Assert.Equal(written, File.GetLastWriteTimeUtc(file));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);
        Create(path).Dispose();
        Assert.Equal(5 * 8 + (2 * 102), new FileInfo(file).Length);
        folder.Write("text.txt", new string('b', 100));
        Create(path).Dispose();
        Assert.Equal(2, Directory.GetFiles(cache).Length);
    }

    [Fact]
    public void A_vocabulary_over_two_bytes_keeps_its_ids()
    {
        string text = string.Concat(Enumerable.Range(0x10000, 70_000).Select(c => new Rune(c).ToString()));
        using var corpus = TextCorpus.Create(
            new DataOptions.Text { Path = folder.Write("text.txt", text), BlockLength = 8 },
            TokenizerSource.Of(CharacterTokenizer.Train([text])),
            folder.Combine("cache"));
        using var validation = corpus.ValidationBatches(1, PairLayout.DecoderOnly, CPU);
        var last = validation.Get(0, validation.BatchesInEpoch - 1);
        Assert.Equal(69_999, Values(last.Expected)[^1]);
    }

    [Fact]
    public void Bits_per_byte_of_uniform_bytes_are_eight()
    {
        using var corpus = Create(folder.Write("text.txt", new string('a', 100)));
        Assert.Equal(8, corpus.BitsPerByte(Math.Log(256)), 12);
    }

    [Fact]
    public void Text_that_cannot_be_used_is_one_clear_sentence()
    {
        Assert.Contains("no file or folder", Error(folder.Combine("none")), StringComparison.Ordinal);
        Assert.Contains("no *.txt", Error(Directory.CreateDirectory(folder.Combine("empty")).FullName), StringComparison.Ordinal);
        Assert.Contains("too short", Error(folder.Write("short.txt", "abc")), StringComparison.Ordinal);
        Assert.Contains("too short", Error(folder.Write("nothing.txt", "")), StringComparison.Ordinal);
        Assert.Contains("not valid UTF-8", Error(folder.Write("latin.txt", [.. Enumerable.Repeat((byte)0xE9, 100)])), StringComparison.Ordinal);
        Assert.Contains("NUL", Error(folder.Write("binary.txt", new byte[100])), StringComparison.Ordinal);
        using var corpus = Create(folder.Write("text.txt", new string('a', 100)));
        Assert.Throws<UserError>(() => corpus.ValidationBatches(1, PairLayout.EncoderDecoder, CPU));
    }

    private string Error(string path) => Assert.Throws<UserError>(() => Create(path)).Message;

    private TextCorpus Create(string path, int blockLength = 4, double validationShare = 0.1) => TextCorpus.Create(
        new DataOptions.Text { Path = path, BlockLength = blockLength, ValidationShare = validationShare },
        TokenizerSource.Of(Bytes),
        folder.Combine("cache"));

    /// <summary>A text in which every character is another, so that an id is a position.</summary>
    private TextCorpus Counting(int length, int blockLength)
    {
        string text = string.Concat(Enumerable.Range(0x4E00, length).Select(c => (char)c));
        return TextCorpus.Create(
            new DataOptions.Text { Path = folder.Write("text.txt", text), BlockLength = blockLength },
            TokenizerSource.Of(CharacterTokenizer.Train([text])),
            folder.Combine("cache"));
    }

    private static long[] Ids(string text) => [.. text.Select(c => c == '\u0001' ? Bytes.StartOfSequence : (long)c)];

    private static long[] Values(Tensor tensor) => tensor.data<long>().ToArray();
}
