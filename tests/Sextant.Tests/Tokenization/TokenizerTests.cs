using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sextant.Tokenization;
using Xunit;

namespace Sextant.Tests.Tokenization;

public sealed class TokenizerTests
{
    private const string Fable = "The fox didn't jump over 12 lazy dogs; the dog's  naïve 狐 said: «été» 🦊🦊 jump, jumped, jumping!\n\n\tEnd.";

    private static readonly Tokenizer Bytes = BytePairTokenizer.Train([Fable, Fable], 300);

    [Fact]
    public void The_courses_thirty_tokens_have_its_ids()
    {
        var tokenizer = new CourseTokenizer();
        Assert.Equal(30, tokenizer.VocabularySize);
        Assert.Equal([1, 0, 26], tokenizer.Encode("a-z").Ids);
        Assert.Equal((27, 28, 29), (tokenizer.StartOfSequence, tokenizer.EndOfSequence, tokenizer.EndOfPrompt));
        Assert.Equal("a-z", tokenizer.Decode([27, 1, 29, 0, 26, 28]));
    }

    [Fact]
    public void The_course_reports_what_it_does_not_know_and_leaves_it_out()
    {
        var text = new CourseTokenizer().Encode("a🦊B");
        Assert.Equal([1], text.Ids);
        Assert.Equal([new(1, new Rune(0x1F98A)), new(3, new Rune('B'))], text.Unknowns);
    }

    [Fact]
    public void Any_course_word_survives_a_round_trip()
    {
        var tokenizer = new CourseTokenizer();
        var words = Gen.Elements("-abcdefghijklmnopqrstuvwxyz".ToCharArray()).ArrayOf().Select(c => new string(c)).ToArbitrary();
        Prop.ForAll(words, word => tokenizer.Decode(tokenizer.Encode(word).Ids) == word).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Characters_get_ids_in_code_point_order_and_the_rest_is_unknown()
    {
        var tokenizer = CharacterTokenizer.Train(["ba🦊", "ab"], minimumCount: 1);
        Assert.Equal("ab🦊", tokenizer.Alphabet);
        Assert.Equal((7, 3), (tokenizer.VocabularySize, tokenizer.Unknown));
        var text = tokenizer.Encode("🦊?b");
        Assert.Equal([2, 3, 1], text.Ids);
        Assert.Equal([new(2, new Rune('?'))], text.Unknowns);
        Assert.Equal("🦊\uFFFDb", tokenizer.Decode([4, .. text.Ids, 5, 6]));
        Assert.Equal("ab", CharacterTokenizer.Train(["ba🦊", "ab"], minimumCount: 2).Alphabet);
    }

    [Fact]
    public void Text_of_known_characters_survives_a_round_trip()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            string valid = Valid(text.Get);
            var tokenizer = CharacterTokenizer.Train([valid]);
            return tokenizer.Decode(tokenizer.Encode(valid).Ids) == valid;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Byte_pairs_lose_no_text()
    {
        Assert.Equal(Fable, Bytes.Decode(Bytes.Encode(Fable).Ids));
        var texts = Gen.Choose(0, 0x10FFFF).Where(Rune.IsValid).Select(c => new Rune(c).ToString())
            .ListOf().Select(c => string.Concat(c)).ToArbitrary();
        Prop.ForAll(texts, text => Bytes.Decode(Bytes.Encode(text).Ids) == text).QuickCheckThrowOnFailure();
        Prop.ForAll<NonNull<string>>(text => Bytes.Decode(Bytes.Encode(Valid(text.Get)).Ids) == Valid(text.Get)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_word_without_end_is_cut_and_comes_back()
    {
        string word = string.Concat(Enumerable.Repeat("狐a", 50_000));
        Assert.Equal(word, Bytes.Decode(Bytes.Encode(word).Ids));
        Assert.Equal(263, BytePairTokenizer.Train([word], 263).VocabularySize);
    }

    [Fact]
    public void The_most_frequent_pair_is_joined_first_and_ties_go_to_the_smaller_ids()
    {
        // Sennrich (2016, algorithm 1): low 5, lower 2, newest 6, widest 3; here without the end-of-word mark.
        string text = string.Join('\n', Enumerable.Repeat("low", 5).Concat(Enumerable.Repeat("lower", 2))
            .Concat(Enumerable.Repeat("newest", 6)).Concat(Enumerable.Repeat("widest", 3)));
        var tokenizer = BytePairTokenizer.Train([text], 259 + 5);
        // es and st stand 9 times (e < s), then es+t 9 times, lo 7 times, lo+w 7 times, ew 6 times.
        Assert.Equal([('e', 's'), (256, 't'), ('l', 'o'), (258, 'w'), ('e', 'w')], tokenizer.Merges);
    }

    [Fact]
    public void Incremental_counts_learn_the_merges_that_recounting_learns()
    {
        var corpora = Gen.Elements('a', 'b', 'c', ' ').ArrayOf(60).Select(c => new string(c)).ArrayOf(4).ToArbitrary();
        Prop.ForAll(corpora, texts =>
            BytePairTokenizer.Train(texts, 259 + 20).Merges.SequenceEqual(Recount(texts, 20))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_text_too_small_for_the_vocabulary_gives_a_smaller_one()
    {
        Assert.Equal(259, BytePairTokenizer.Train(["abc"], 1000).VocabularySize);
    }

    [Fact]
    public void A_saved_tokeniser_loads_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("tokenizer.json");
        foreach (var tokenizer in new[] { new CourseTokenizer(), CharacterTokenizer.Train([Fable]), Bytes })
        {
            tokenizer.Save(path);
            var loaded = Tokenizer.Load(path);
            Assert.IsType(tokenizer.GetType(), loaded);
            Assert.Equal(tokenizer.VocabularySize, loaded.VocabularySize);
            Assert.Equal(tokenizer.Encode(Fable).Ids, loaded.Encode(Fable).Ids);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"kind":"characters","alphabet":"aa"}""")]
    [InlineData("""{"kind":"characters","alphabet":null}""")]
    [InlineData("""{"kind":"bytePairs","merges":[[300,1]]}""")]
    [InlineData("""{"kind":"bytePairs","merges":[[1]]}""")]
    [InlineData("""{"kind":"bytePairs"}""")]
    public void A_file_that_is_no_tokeniser_is_one_clear_sentence(string json)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("tokenizer.json", json);
        Assert.Contains(path, Assert.Throws<UserError>(() => Tokenizer.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_name_their_problems()
    {
        Assert.Equal(["tokenizer.vocabularySize: 12 is not between 259 and 1048576."], new TokenizerOptions.BytePairs { VocabularySize = 12 }.Problems());
        Assert.Equal(["tokenizer.minimumCount: 0 is not at least 1."], new TokenizerOptions.Characters { MinimumCount = 0 }.Problems());
        Assert.Empty(new TokenizerOptions.Course().Problems());
    }

    private static string Valid(string text) => string.Concat(text.EnumerateRunes());

    private static List<(int, int)> Recount(string[] texts, int most)
    {
        List<List<int>> words = [];
        foreach (string text in texts)
        {
            foreach (var match in PreTokens.Words(text))
            {
                words.Add([.. text.Substring(match.Index, match.Length).Select(c => (int)c)]);
            }
        }

        var merges = new List<(int, int)>();
        while (merges.Count < most)
        {
            var pairs = words.SelectMany(w => w.Zip(w.Skip(1))).CountBy(p => p).Where(p => p.Value > 1).ToArray();
            if (pairs.Length == 0)
            {
                break;
            }

            (int left, int right) = pairs.OrderByDescending(p => p.Value).ThenBy(p => p.Key).First().Key;
            foreach (var word in words)
            {
                for (int i = 0; i + 1 < word.Count; i++)
                {
                    if (word[i] == left && word[i + 1] == right)
                    {
                        word[i] = 256 + merges.Count;
                        word.RemoveAt(i + 1);
                    }
                }
            }

            merges.Add((left, right));
        }

        return merges;
    }
}
