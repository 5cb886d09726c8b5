using FsCheck;
using FsCheck.Fluent;
using Sextant.Data;
using Sextant.Tokenization;
using Xunit;

namespace Sextant.Tests.Data;

public sealed class PairSplitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    internal static PairCorpus Course(PairReading reading, SplitOptions? split = null) =>
        PairCorpus.Create(reading, split ?? new SplitOptions.BySeed(), TokenizerSource.Of(new TokenizerOptions.Course()));

    [Theory]
    [InlineData("small", 2_558, 640)]
    [InlineData("large", 17_921, 4_481)]
    public void The_courses_files_split_into_its_numbers(string name, int train, int validation)
    {
        var reading = PairFile.Read(SharedData.Path($"data/pig-latin/{name}.txt"), lowerCase: true);
        var corpus = Course(reading);
        Assert.Equal((train, validation, 0), (corpus.Train.Count, corpus.Validation.Count, corpus.Test.Count));
        Assert.Equal(train + validation, corpus.Train.Concat(corpus.Validation).Select(p => p.Pair).Distinct().Count());
    }

    [Fact]
    public void A_test_share_takes_from_validation_alone_and_a_tested_word_stays_one_when_data_grow()
    {
        Pair[] pairs = [.. Enumerable.Range(0, 2000).Select(i => new Pair($"word{i}", $"{i}"))];
        var (without, with) = (PairSplit.ByHash(pairs, 0.8), PairSplit.ByHash(pairs, 0.8, 0.1));
        var fewer = PairSplit.ByHash(pairs[..500], 0.8, 0.1);
        var bySeed = PairSplit.BySeed(pairs, 1, 0.8, 0.1);

        Assert.Equal(without.Train, with.Train);
        Assert.Equal(without.Validation.ToHashSet(), with.Validation.Concat(with.Test).ToHashSet());
        Assert.InRange(with.Test.Count, 150, 250);
        Assert.Subset(with.Test.ToHashSet(), fewer.Test.ToHashSet());
        Assert.Equal((1600, 200, 200), (bySeed.Train.Count, bySeed.Validation.Count, bySeed.Test.Count));
        Assert.Equal(["data.split.testShare: 0.2 is not at least 0, or leaves nothing to validate beside the 0.8 that train."], new SplitOptions.BySeed { TestShare = 0.2 }.Problems());
    }

    [Fact]
    public void Another_seed_is_another_split_and_the_same_seed_the_same()
    {
        var pairs = Numbers(100);
        Assert.Equal(PairSplit.BySeed(pairs, 1, 0.8).Train, PairSplit.BySeed(pairs, 1, 0.8).Train);
        Assert.NotEqual(PairSplit.BySeed(pairs, 1, 0.8).Train.ToHashSet(), PairSplit.BySeed(pairs, 2, 0.8).Train.ToHashSet());
    }

    [Fact]
    public void A_hashed_source_never_crosses_the_line_when_data_grow()
    {
        Prop.ForAll(Gen.Choose(1, 500).ToArbitrary(), Gen.Choose(0, 500).ToArbitrary(), (few, more) =>
        {
            var small = PairSplit.ByHash(Numbers(few), 0.8);
            var large = PairSplit.ByHash(Numbers(few + more), 0.8);
            return small.Train.All(large.Train.Contains) && small.Validation.All(large.Validation.Contains);
        }).QuickCheckThrowOnFailure();
        Assert.InRange(PairSplit.ByHash(Numbers(10_000), 0.8).Train.Count, 7_880, 8_120);
    }

    [Fact]
    public void Two_targets_of_a_source_hash_to_the_same_side()
    {
        Pair[] pairs = [.. Numbers(100), .. Numbers(100).Select(p => p with { Target = "other" })];
        var split = PairSplit.ByHash(pairs, 0.5);
        Assert.Empty(split.Train.Select(p => p.Source).Intersect(split.Validation.Select(p => p.Source)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void A_recovered_split_has_the_courses_batches_in_the_courses_order(string name)
    {
        string path = SharedData.Path($"data/pig-latin/small-split-{name}.tsv");
        var corpus = PairCorpus.FromSplitFile(path, null, TokenizerSource.Of(new TokenizerOptions.Course()));
        Assert.Equal((2_558, 640), (corpus.Train.Count, corpus.Validation.Count));
        using var train = corpus.TrainingBatches(new BatchOptions.FixedBuckets { Size = 64 }, PairLayout.DecoderOnly, 1, TorchSharp.torch.CPU);
        using var validation = corpus.ValidationBatches(64, PairLayout.DecoderOnly, TorchSharp.torch.CPU);
        Assert.InRange(train.BatchesInEpoch, 81, 85);
        Assert.InRange(validation.BatchesInEpoch, 37, 44);

        // Column bucket_order: the number of the bucket a row is in.
        int[] expected = [.. File.ReadLines(path).Skip(1).Select(l => l.Split('\t')).Where(f => f[0] == "train").Select(f => int.Parse(f[1]))];
        var numbers = new Dictionary<(int, int), int>();
        int[] actual = [.. corpus.Train.Select(p => numbers.TryGetValue((p.Source.Length, p.Target.Length), out int n) ? n : numbers[(p.Source.Length, p.Target.Length)] = numbers.Count)];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void The_large_file_has_the_courses_number_of_batches()
    {
        var reading = PairFile.Read(SharedData.Path("data/pig-latin/large.txt"), lowerCase: true);
        foreach (ulong seed in new ulong[] { 1, 2, 3 })
        {
            var corpus = Course(reading, new SplitOptions.BySeed { Seed = seed });
            using var train = corpus.TrainingBatches(new BatchOptions.FixedBuckets { Size = 512 }, PairLayout.EncoderDecoder, 1, TorchSharp.torch.CPU);
            using var validation = corpus.ValidationBatches(512, PairLayout.EncoderDecoder, TorchSharp.torch.CPU);
            Assert.InRange(train.BatchesInEpoch, 88, 92);
            // The course's own splits gave 53 to 57; of uniform ones many have fewer kinds of lengths among 4,481 pairs.
            Assert.InRange(validation.BatchesInEpoch, 44, 57);
        }
    }

    [Fact]
    public void A_split_file_supplies_pairs_and_order_by_named_columns()
    {
        string path = folder.Write("split.tsv", "target\tnote\tsource\tsplit\nB\t\ta\ttrain\nD\tx\tc\tvalidation\nF\t\te\ttest\nH\t\tg\ttrain\n");
        var corpus = PairCorpus.FromSplitFile(path, null, TokenizerSource.Of(new TokenizerOptions.Characters()));
        Assert.Equal([new("a", "B"), new("g", "H")], corpus.Train.Select(p => p.Pair));
        Assert.Equal([new("c", "D")], corpus.Validation.Select(p => p.Pair));
        Assert.Equal([new("e", "F")], corpus.Test.Select(p => p.Pair));
    }

    [Fact]
    public void Data_beside_a_split_file_must_hold_its_pairs_and_the_rest_is_left_out()
    {
        string path = folder.Write("split.tsv", "split\tsource\ttarget\ntrain\ta\tb\nval\tc\td\n");
        var data = PairFile.Read(folder.Write("pairs.txt", "c d\ne f\na b\n"));
        var course = TokenizerSource.Of(new TokenizerOptions.Course());
        Assert.Equal([new(2, LeftOutReason.NotInSplit)], PairCorpus.FromSplitFile(path, data, course).Reading.LeftOut);
        var other = PairFile.Read(folder.Write("other.txt", "a b\n"));
        Assert.Contains("line 3", Assert.Throws<UserError>(() => PairCorpus.FromSplitFile(path, other, course)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "first line")]
    [InlineData("a\tb\n", "first line")]
    [InlineData("split\tsource\ttarget\ntrain\ta\n", "line 2")]
    [InlineData("split\tsource\ttarget\ntrain\ta\t\n", "line 2")]
    [InlineData("split\tsource\ttarget\nlater\ta\tb\n", "'later'")]
    [InlineData("split\tsource\ttarget\ntrain\ta\tb\nval\ta\tb\n", "two sides")]
    [InlineData("split\tsource\ttarget\ntrain\ta\tb\n", "at least one")]
    public void A_wrong_split_file_is_one_clear_sentence(string text, string part)
    {
        string path = folder.Write("split.tsv", text);
        string message = Assert.Throws<UserError>(() => PairCorpus.FromSplitFile(path, null, TokenizerSource.Of(new TokenizerOptions.Course()))).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokeniser_learns_from_training_pairs_only()
    {
        string path = folder.Write("split.tsv", "split\tsource\ttarget\ntrain\tab\tba\nval\tac\tca\n");
        var corpus = PairCorpus.FromSplitFile(path, null, TokenizerSource.Of(new TokenizerOptions.Characters()));
        Assert.Equal("ab", Assert.IsType<CharacterTokenizer>(corpus.Tokenizer).Alphabet);
        Assert.Equal([0, corpus.Tokenizer.Unknown!.Value], corpus.Validation[0].Source);
    }

    [Fact]
    public void Over_long_pairs_and_unknown_characters_are_left_out_and_counted()
    {
        var reading = PairFile.Read(folder.Write("pairs.txt", "a b\nabcdef b\nc d\né e\nf g\nh i\n"));
        var corpus = PairCorpus.Create(reading, new SplitOptions.BySeed { TrainShare = 0.6 }, TokenizerSource.Of(new TokenizerOptions.Course()), maximumLength: 5);
        Assert.Equal([new(4, LeftOutReason.UnknownCharacter), new(2, LeftOutReason.TooManyTokens)], corpus.Reading.LeftOut);
        Assert.Equal(4, corpus.Train.Count + corpus.Validation.Count);
    }

    [Fact]
    public void Every_target_of_a_source_counts_whatever_its_side()
    {
        var corpus = Course(PairReading.Of("words", [new("quad", "uadqay"), new("quad", "adquay"), new("a", "away")]), new SplitOptions.BySeed { TrainShare = 0.4 });
        Assert.Equal(["uadqay", "adquay"], corpus.TargetsOf("quad"));
        Assert.Empty(corpus.TargetsOf("none"));
    }

    [Fact]
    public void Too_few_pairs_to_split_are_one_clear_sentence() =>
        Assert.Contains("1 usable pairs", Assert.Throws<UserError>(() => Course(PairReading.Of("words", [new("a", "b")]))).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_name_every_problem_by_its_path()
    {
        var options = new DataOptions.Pairs { MaximumBadShare = -1, MaximumLength = 0, Split = new SplitOptions.BySeed { TrainShare = 1.2 } };
        Assert.Equal(
            [
                "data.path: is missing; name the file with the pairs, or a split file.",
                "data.maximumBadShare: -1 is not between 0 and 1.",
                "data.maximumLength: 0 is not at least 1.",
                "data.split.trainShare: 1.2 is not between 0 and 1.",
            ],
            options.Problems());
        Assert.Equal(["data.split.trainShare: NaN is not between 0 and 1."], new DataOptions.PigLatin { Split = new SplitOptions.ByHash { TrainShare = double.NaN } }.Problems());
        Assert.Equal(["data.blockLength: 0 is not at least 1."], new DataOptions.Text { Path = "a.txt", BlockLength = 0 }.Problems());
        Assert.Equal(["training.batch.tokens: 0 is not at least 1."], new BatchOptions.TokenBudget { Tokens = 0 }.Problems());
        Assert.Empty(new DataOptions.Pairs { Split = new SplitOptions.ByFile { Path = "split.tsv" } }.Problems());
    }

    private static Pair[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => new Pair($"word{i}", "target"))];
}
