using FsCheck;
using FsCheck.Fluent;
using Sextant.Data;
using Sextant.Tokenization;
using Xunit;
using static TorchSharp.torch;

namespace Sextant.Tests.Data;

public sealed class BatchSourceTests
{
    private static readonly BatchOptions[] Ways =
        [new BatchOptions.FixedBuckets { Size = 4 }, new BatchOptions.TokenBudget { Tokens = 60 }, new BatchOptions.Examples { Size = 5 }];

    public static TheoryData<PairLayout> Layouts => [PairLayout.EncoderDecoder, PairLayout.DecoderOnly];

    [Fact]
    public void An_encoder_decoder_batch_without_padding_reads_as_the_course_has_it()
    {
        using var source = Corpus(("ab", "ba-"), ("cd", "dc-")).TrainingBatches(new BatchOptions.FixedBuckets(), PairLayout.EncoderDecoder, 1, CPU);
        var batch = source.Get(0, 0);
        Assert.Equal([1, 2, 28, 3, 4, 28], Values(batch.Source!));
        Assert.Equal([27, 2, 1, 0, 27, 4, 3, 0], Values(batch.Input));
        Assert.Equal([2, 1, 0, 28, 4, 3, 0, 28], Values(batch.Expected));
        Assert.Null(batch.SourceMask);
        Assert.Null(batch.Positions);
        Assert.Equal(new BatchShape(2, 3, 4, 8, 14), batch.Shape);
        Assert.Equal(0, batch.Shape.Padding);
    }

    [Fact]
    public void A_decoder_only_batch_holds_loss_from_the_end_of_prompt_on()
    {
        using var source = Corpus(("ab", "ba-"), ("cd", "dc-")).TrainingBatches(new BatchOptions.FixedBuckets(), PairLayout.DecoderOnly, 1, CPU);
        var batch = source.Get(0, 0);
        Assert.Null(batch.Source);
        Assert.Equal([27, 1, 2, 29, 2, 1, 0, 27, 3, 4, 29, 4, 3, 0], Values(batch.Input));
        Assert.Equal([3, 4, 5, 6, 10, 11, 12, 13], Values(batch.Positions!));
        Assert.Equal([2, 1, 0, 28, 4, 3, 0, 28], Values(batch.Expected));
        Assert.Equal(new BatchShape(2, 0, 7, 8, 14), batch.Shape);
    }

    [Fact]
    public void A_batch_of_mixed_lengths_is_padded_on_the_right_and_masks_its_source()
    {
        using var source = Corpus(("a", "a-"), ("bcd", "b")).TrainingBatches(new BatchOptions.Examples { Size = 2 }, PairLayout.EncoderDecoder, 1, CPU);
        var batch = source.Get(0, 0);
        int shortFirst = Values(batch.Source!)[0] == 1 ? 0 : 1;
        using var mask = batch.SourceMask![shortFirst].to(int64);
        using var input = batch.Input[1 - shortFirst].clone();
        Assert.Equal([1, 1, 0, 0], Values(mask));
        Assert.Equal(27, Values(input)[0]);
        Assert.Equal(5, batch.Expected.shape[0]);
        Assert.Equal(5, batch.Positions!.shape[0]);
        Assert.Equal(new BatchShape(2, 4, 3, 5, 11), batch.Shape);
        source.Release(batch);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_epoch_holds_every_pair_once_whatever_the_batches(PairLayout layout)
    {
        var lengths = Gen.Choose(1, 9).Two().Select(p => (p.Item1, p.Item2)).ArrayOf(40).ToArbitrary();
        Prop.ForAll(lengths, sizes =>
        {
            var corpus = Sized(sizes);
            string[] expected = [.. corpus.Train.Select(p => p.Pair.Target).Order()];
            foreach (var way in Ways)
            {
                using var source = corpus.TrainingBatches(way, layout, 7, CPU);
                for (int epoch = 0; epoch < 3; epoch += 2)
                {
                    (var targets, long tokens) = Read(corpus.Tokenizer, source, epoch);
                    Assert.Equal(expected, targets.Order());
                    Assert.Equal(source.TokensInEpoch, tokens);
                }
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));
    }

    [Fact]
    public void A_batch_is_the_same_whatever_was_asked_for_before()
    {
        var corpus = Sized([.. Enumerable.Range(0, 60).Select(i => (1 + (i % 7), 1 + (i % 5)))]);
        foreach (var way in Ways)
        {
            using var straight = corpus.TrainingBatches(way, PairLayout.DecoderOnly, 7, CPU);
            using var resumed = corpus.TrainingBatches(way, PairLayout.DecoderOnly, 7, CPU);
            for (int epoch = 0; epoch < 3; epoch++)
            {
                for (int i = 0; i < straight.BatchesInEpoch; i++)
                {
                    straight.Release(straight.Get(epoch, i));
                }
            }

            var one = straight.Get(2, 1);
            var other = resumed.Get(2, 1);
            Assert.Equal(Values(one.Input), Values(other.Input));
            straight.Release(one);
            resumed.Release(other);
        }
    }

    [Fact]
    public void Shuffled_ways_change_with_epoch_and_seed_and_fixed_buckets_with_neither()
    {
        var corpus = Sized([.. Enumerable.Range(0, 60).Select(i => (1 + (i % 7), 1 + (i % 5)))]);
        foreach (var way in Ways)
        {
            using var one = corpus.TrainingBatches(way, PairLayout.DecoderOnly, 7, CPU);
            using var other = corpus.TrainingBatches(way, PairLayout.DecoderOnly, 8, CPU);
            var first = Read(corpus.Tokenizer, one, 0).Targets;
            bool isFixed = way is BatchOptions.FixedBuckets;
            Assert.Equal(isFixed, first.SequenceEqual(Read(corpus.Tokenizer, one, 1).Targets));
            Assert.Equal(isFixed, first.SequenceEqual(Read(corpus.Tokenizer, other, 0).Targets));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_token_budget_is_kept_and_hardly_padded(PairLayout layout)
    {
        var reading = PairFile.Read(SharedData.Path("data/pig-latin/small.txt"), lowerCase: true);
        using var source = PairSplitTests.Course(reading).TrainingBatches(new BatchOptions.TokenBudget(), layout, 1, CPU);
        for (int i = 0; i < source.BatchesInEpoch; i++)
        {
            var shape = source.Shape(0, i);
            Assert.InRange(shape.Examples * (shape.SourceLength + shape.TargetLength), 1, 1024);
        }

        Assert.InRange(source.Padding(0), 0, 0.04);
        Assert.Equal(source.Padding(0), source.Padding(5));
    }

    [Fact]
    public void A_source_leaves_no_tensor_behind_and_no_scope_takes_its_batches()
    {
        var corpus = Corpus(("ab", "ba-"), ("c", "dc-"), ("e", "f"));
        foreach (var way in Ways)
        {
            long before = Tensor.TotalCount;
            using (var source = corpus.TrainingBatches(way, PairLayout.EncoderDecoder, 1, CPU))
            {
                Batch batch;
                using (NewDisposeScope())
                {
                    batch = source.Get(0, 0);
                }

                Assert.False(batch.Input.IsInvalid);
                source.Release(batch);
                Assert.Equal(way is BatchOptions.FixedBuckets, Tensor.TotalCount > before);
            }

            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    private static PairCorpus Corpus(params (string Source, string Target)[] train)
    {
        using var folder = new TemporaryFolder();
        var rows = train.Select(p => $"train\t{p.Source}\t{p.Target}").Prepend("split\tsource\ttarget").Append("val\tz\tz");
        return PairCorpus.FromSplitFile(folder.Write("split.tsv", string.Join('\n', rows)), null, TokenizerSource.Of(new TokenizerOptions.Course()));
    }

    /// <summary>Pairs of the given lengths, each with a target of its own.</summary>
    private static PairCorpus Sized((int Source, int Target)[] sizes) =>
        Corpus([.. sizes.Select((s, i) => (new string('a', s.Source), $"{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}" + new string('b', s.Target)))]);

    private static (List<string> Targets, long Tokens) Read(Tokenizer tokenizer, BatchSource source, int epoch)
    {
        var targets = new List<string>();
        long tokens = 0;
        for (int i = 0; i < source.BatchesInEpoch; i++)
        {
            var batch = source.Get(epoch, i);
            long[] expected = Values(batch.Expected);
            for (int start = 0, at = 0; at < expected.Length; at++)
            {
                if (expected[at] == tokenizer.EndOfSequence)
                {
                    targets.Add(tokenizer.Decode([.. expected[start..at].Select(id => (int)id)]));
                    start = at + 1;
                }
            }

            AssertExpectedFollowsInput(batch);
            tokens += batch.Shape.Tokens;
            source.Release(batch);
        }

        return (targets, tokens);
    }

    /// <summary>What is expected at a loss position is the input one position on, up to the end.</summary>
    private static void AssertExpectedFollowsInput(Batch batch)
    {
        long[] input = Values(batch.Input);
        long[] expected = Values(batch.Expected);
        long[] positions = batch.Positions is null ? [.. Enumerable.Range(0, input.Length).Select(i => (long)i)] : Values(batch.Positions);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i] == 28 || input[positions[i] + 1] == expected[i]);
        }
    }

    private static long[] Values(Tensor tensor) => tensor.data<long>().ToArray();
}
