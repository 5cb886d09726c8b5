using System.Text.Json;
using Sextant.Matching;
using Sextant.Matching.Search;
using Xunit;

namespace Sextant.Tests.Matching.Search;

public sealed class CaptionSearchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_found_is_true_first_and_confirmed_though_truth_is_not_told()
    {
        MadeWorld world = new(200);
        var search = world.Search();

        var results = Enumerable.Range(0, 30).Select(target => search.Find(target, Stop)).ToList();

        string outcomes = string.Join(", ", results.CountBy(result => result.Outcome));
        Assert.True(results.Count(result => result.Outcome == CaptionSearchOutcome.Found) >= 24, outcomes); // some first places are so close that other words lose them
        Assert.True(results.Count(result => result.Outcome == CaptionSearchOutcome.None) <= 1, outcomes); // two dozen words correct for hubs only roughly
        Assert.All(results.Where(result => result.Outcome != CaptionSearchOutcome.None).SelectMany(result => result.Captions), caption =>
        {
            Assert.Equal((1, 200, 1, 1), (caption.Gallery.Rank, caption.Gallery.Of, caption.Corrected!.Rank, caption.HeldOut?.Rank ?? 1));
            Assert.True(caption.Gallery.Margin > 0 && caption.Holds);
        });
        // Truth was not told; what is found is true all the same, but for a word here and there.
        var best = results.Select(result => world.Pictures[result.Target].Satisfies(result.Captions[0].Text)).ToList();
        Assert.True(best.Count(isTrue => isTrue) >= 28, $"{best.Count(isTrue => isTrue)} of 30");
    }

    [Fact]
    public void No_shorter_caption_of_the_vocabulary_is_first_than_the_shortest_that_is_returned()
    {
        MadeWorld world = new(120, noise: 0.1);
        for (int target = 0; target < 10; target++)
        {
            var picture = world.Pictures[target];
            var few = world.Vocabulary.Words.Where(word => word.Kind != CaptionWordKind.Noun).Append(CaptionWord.Parse(CaptionWordKind.Noun, $"{picture.Noun}/{picture.Noun}")); // so few that hubs are not corrected for
            CaptionSearch search = new(world.Gallery, world.Encode, 30, CaptionVocabulary.Of(few), new() { Seconds = 600, Captions = 100, HeldOut = 0 });
            var result = search.Find(target, Stop);
            int shortest = result.Captions.Where(caption => caption.Holds).Min(caption => caption.Words);
            string[] parts = [picture.Number, picture.Colour, picture.Noun, picture.Place];
            for (int subset = 1; subset < 15; subset++)
            {
                string text = string.Join(' ', parts.Where((_, i) => (subset >> i & 1) == 1));
                float[] scores = world.Encode([text]).Products(world.Gallery);
                bool isFirst = Enumerable.Range(0, 120).All(i => i == target || scores[i] < scores[target] - 0.02);
                Assert.False(isFirst && CaptionPhrase.WordsOf(text) < shortest && (subset & 4) != 0, $"{text} is first and shorter than {result.Captions[0].Text}");
            }
        }
    }

    [Fact]
    public void Both_ranks_are_those_of_the_features()
    {
        MadeWorld world = new(150);
        var result = world.Search().Find(7, Stop);

        foreach (var caption in result.Captions)
        {
            float[] scores = world.Encode([caption.Text]).Products(world.Gallery);
            int rank = 1 + Enumerable.Range(0, 150).Count(i => i != 7 && scores[i] >= scores[7]);
            double total = scores.Sum(score => Math.Exp(30 * score));
            Assert.Equal(rank, caption.Gallery.Rank);
            Assert.Equal(Math.Exp(30 * scores[7]) / total, caption.Gallery.Probability, 1e-5);
            Assert.Equal(scores[7] - scores.Where((_, i) => i != 7).Max(), caption.Gallery.Margin, 1e-5);
            Assert.Equal(150, caption.HeldOut!.Of + caption.Searched.Of - 1);
        }

        Assert.Equal(1 / 30.0, result.Temperature);
        Assert.Equal((99, 50), (result.Searched, result.HeldOut));
        Assert.InRange(result.Checked, 1, (int)(0.1 * 51));
    }

    [Fact]
    public void A_double_in_the_gallery_leaves_nothing_to_single_out()
    {
        MadeWorld world = new(150);
        world.MakeDouble(3);

        var result = world.Search().Find(3, Stop);

        Assert.Equal(CaptionSearchOutcome.None, result.Outcome);
        Assert.Equal([150], result.Doubles);
        Assert.All(result.Captions, caption => Assert.True(!caption.Holds && caption.Gallery.Rank >= 2));
        Assert.Equal(2, result.Captions[0].Gallery.Rank);
        Assert.Equal(150, result.Captions[0].Rivals[0].Picture);
        Assert.Contains("looks the same to the model", new CaptionWording([.. Enumerable.Range(0, 151).Select(i => $"{i}.png")]).Sentence(result), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_near_to_all_texts_is_first_for_false_captions_which_the_correction_takes_away()
    {
        MadeWorld world = new(150);
        world.MakeHub(5, 3);
        var result = world.Search().Find(5, Stop);

        // By cosine alone nearly any word ranks it first.
        Assert.True(result.FirstForWords > result.Words / 2, $"{result.FirstForWords} of {result.Words}");
        Assert.True(result.Hubness > 3);
        Assert.Contains(new CaptionWording([.. Enumerable.Range(0, 150).Select(i => $"{i}.png")]).Caveats(result), text => text.Contains("near to texts of any kind", StringComparison.Ordinal));
        // What is returned as holding is about it all the same.
        Assert.All(result.Captions.Where(caption => caption.Holds), caption => Assert.True(world.Pictures[5].Satisfies(caption.Text), caption.Text));
        // Without a bank of words there is no correction, and a false caption holds.
        CaptionSearch uncorrected = new(world.Gallery, world.Encode, 30, CaptionVocabulary.Of(world.Vocabulary.Words.Where(word => !world.Pictures[5].Satisfies(word.Text)).Take(10)), new() { Seconds = 600 });
        Assert.Contains(uncorrected.Find(5, Stop).Captions, caption => caption.Holds && caption.Corrected is null);
    }

    [Fact]
    public void A_rival_near_to_all_texts_is_named_and_does_not_hide_that_the_caption_fits()
    {
        MadeWorld world = new(150);
        world.MakeHub(9, 20);

        var result = world.Search().Find(4, Stop);

        Assert.Equal(CaptionSearchOutcome.None, result.Outcome);
        var best = result.Captions[0];
        Assert.Equal((2, 9), (best.Gallery.Rank, best.Gallery.RunnerUp));
        Assert.Equal(1, best.Corrected!.Rank);
        Assert.True(world.Pictures[4].Satisfies(best.Text), best.Text);
    }

    [Fact]
    public void What_is_first_where_it_was_searched_alone_is_not_called_confirmed()
    {
        MadeWorld world = new(400);
        var search = world.Search();
        var results = Enumerable.Range(0, 40).Select(target => search.Find(target, Stop)).ToList();

        // In a gallery so full short captions that suffice for two thirds of it do not for all: some are found out.
        Assert.True(results.Sum(result => result.Confirmed) < results.Sum(result => result.Checked));
        Assert.Contains(results, result => result.Outcome != CaptionSearchOutcome.Found);
        Assert.All(results.Where(result => result.Outcome == CaptionSearchOutcome.Found).SelectMany(result => result.Captions), caption => Assert.True(caption.HeldOut is { Rank: 1 } && caption.HeldOutCorrected is { Rank: 1 }));
        Assert.All(results.Where(result => result.Outcome == CaptionSearchOutcome.Unconfirmed).SelectMany(result => result.Captions), caption => Assert.True(caption.HeldOut is null && caption.Gallery.Rank == 1));
    }

    [Fact]
    public void No_text_is_encoded_twice_whatever_the_targets()
    {
        MadeWorld world = new(150);
        var search = world.Search(knowsTruth: true);
        for (int target = 0; target < 6; target++)
        {
            search.Find(target, Stop);
        }

        search.Find(0, Stop);

        Assert.Equal(world.Encoded.Count, world.Encoded.Distinct().Count());
        Assert.Equal(world.Encoded.Count, search.Encoded);
    }

    [Fact]
    public void The_same_seed_finds_the_same_and_another_clock_changes_nothing()
    {
        string first = Told(new MadeWorld(150).Search().Find(11, Stop)), again = Told(new MadeWorld(150).Search(clock: new TickingClock(0.001)).Find(11, Stop));
        MadeWorld world = new(150);
        var after = world.Search();
        after.Find(12, Stop);

        Assert.Equal(first, again);
        Assert.Equal(first, Told(after.Find(11, Stop)));

        static string Told(CaptionSearchResult result) => JsonSerializer.Serialize(result with { Seconds = 0, Encoded = 0 });
    }

    [Fact]
    public void The_time_cuts_the_search_short_and_that_is_said()
    {
        MadeWorld world = new(150);
        TickingClock clock = new(1);
        var result = world.Search(new() { Seconds = 4 }, clock: clock).Find(2, Stop);

        Assert.Equal(SpentBudget.Seconds, result.Spent);
        Assert.Contains(new CaptionWording([.. Enumerable.Range(0, 150).Select(i => $"{i}")]).Caveats(result), text => text.Contains("time was used up", StringComparison.Ordinal));
        Assert.True(result.Tried < world.Search().Find(2, Stop).Tried);
        Assert.Null(world.Search().Find(2, Stop).Spent);
    }

    [Fact]
    public void The_number_of_texts_is_kept_for_what_is_tried()
    {
        MadeWorld world = new(150);
        var search = world.Search(new() { Seconds = 600, Texts = 128 });
        search.Prepare(stop: Stop);
        int before = world.Encoded.Count;

        var result = search.Find(2, Stop);

        Assert.Equal(SpentBudget.Texts, result.Spent);
        Assert.InRange(result.Tried - result.Words, 1, 128); // explaining what was found comes on top
        Assert.Equal(world.Encoded.Count - before, result.Encoded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void A_number_of_texts_that_is_no_whole_batch_is_kept_too(int most)
    {
        MadeWorld world = new(150);
        var search = world.Search(new() { Seconds = 600, Texts = most, HeldOut = 0 });
        search.Prepare(stop: Stop);
        int words = world.Vocabulary.Words.Count(word => word.Kind != CaptionWordKind.Number);

        var result = search.Find(2, Stop);

        Assert.Equal(SpentBudget.Texts, result.Spent);
        Assert.Equal(most, result.Tried - words);
    }

    [Fact]
    public void With_a_slow_model_weighing_and_explaining_take_little_more_than_the_time_allowed()
    {
        MadeWorld world = new(400);
        SetClock clock = new();
        CaptionSearch search = new(
            world.Gallery,
            texts =>
            {
                clock.Advance(0.02 + (0.015 * texts.Count)); // as a model of the released size on two cores
                return world.Encode(texts);
            },
            30,
            world.Vocabulary.With(CaptionVocabulary.BuiltIn),
            new() { Seconds = 10 },
            clock);
        search.Prepare(stop: Stop);

        var results = Enumerable.Range(0, 8).Select(target => search.Find(target, Stop)).ToList();

        Assert.Contains(results, result => result.Spent == SpentBudget.Seconds);
        Assert.All(results, result => Assert.InRange(result.Seconds, 0, 13));
        Assert.True(results.Count(result => result.Outcome != CaptionSearchOutcome.None) >= 6, string.Join(", ", results.Select(result => result.Outcome)));
    }

    [Fact]
    public void Among_pictures_that_no_word_fits_most_captions_that_came_first_come_first_among_the_unseen_too()
    {
        MadeWorld world = new(200);
        world.Scramble();
        var search = world.Search();

        var results = Enumerable.Range(0, 40).Select(target => search.Find(target, Stop)).ToList();

        int held = results.Sum(result => result.Checked), passed = results.Sum(result => result.Confirmed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{passed} of {held} passed");
        Assert.InRange((double)passed / held, 0.5, 1); // so that passing does not say that a caption is true
    }

    /// <summary>Each text has a direction of its own, so that a caption comes first by accident, and in other words by another.</summary>
    [Fact]
    public void By_a_model_that_understands_nothing_no_first_place_is_called_better_than_chance()
    {
        MadeWorld world = new(60);
        CaptionSearch search = new(world.Gallery, MadeWorld.Misunderstood, 30, world.Vocabulary.With(CaptionVocabulary.BuiltIn), new() { Seconds = 600 });
        CaptionWording wording = new([.. Enumerable.Range(0, 60).Select(i => $"{i}.png")]);

        var results = Enumerable.Range(0, 20).Select(target => search.Find(target, Stop)).ToList();

        Assert.Contains(results, result => result.Confirmed > 0); // which alone was called enough
        Assert.DoesNotContain(results, result => result.Outcome is CaptionSearchOutcome.Found or CaptionSearchOutcome.Unconfirmed);
        Assert.DoesNotContain(results, result => wording.Sentence(result).Contains("\" singles out", StringComparison.Ordinal));
        Assert.Contains("comes first for", wording.Sentence(results.First(result => result.Outcome == CaptionSearchOutcome.Chance)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_place_that_is_no_better_than_chance_is_said_with_the_reason()
    {
        var found = new MadeWorld(150).Search().Find(7, Stop);
        CaptionWording wording = new([.. Enumerable.Range(0, 150).Select(i => $"{i}.png")]);
        var lost = found.Captions[0] with { Paraphrases = [.. Enumerable.Range(0, 6).Select(i => new ParaphraseStanding($"{i}", i == 0 ? 1 : 2, -0.1))] };
        var seldom = found with { Outcome = CaptionSearchOutcome.Chance, First = 17, FirstByChance = 33.78, Tried = 1351 };

        Assert.Equal((true, false), (found.Captions[0].KeepsInOtherWords, lost.KeepsInOtherWords));
        Assert.Equal((true, false), (found.IsFirstMoreOften, seldom.IsFirstMoreOften));
        Assert.Equal(
            $"\"{found.Captions[0].Text}\" comes first for 7.png, but no better than chance would: 17 captions rank it first, where about 34 would if they had nothing to do with it, and said in other words, it is first 1 time of 6. Of 150 pictures one is first for any caption, and 1,351 captions tried find one for almost any picture.",
            wording.Sentence(seldom with { Captions = [lost] }));
        Assert.DoesNotContain("in other words", wording.Sentence(seldom), StringComparison.Ordinal);
        Assert.DoesNotContain("captions rank it first", wording.Sentence(found with { Outcome = CaptionSearchOutcome.Chance, Captions = [lost] }), StringComparison.Ordinal);
        Assert.Equal(("about 34", "fewer than 1"), (CaptionWording.ByChance(seldom), CaptionWording.ByChance(found with { FirstByChance = 0.2 })));
        Assert.Equal((2, 1, 1), CaptionSearchSummary.Of([found, seldom]) is var both ? (both.First, both.Confirmed, both.Chance) : default);
    }

    [Fact]
    public void A_caption_that_is_true_of_more_pictures_singles_none_out()
    {
        var found = new MadeWorld(150).Search(knowsTruth: true).Find(7, Stop);
        CaptionWording wording = new([.. Enumerable.Range(0, 150).Select(i => $"{i}.png")]);
        var best = found.Captions[0] with { Satisfying = 4 };

        string sentence = wording.Sentence(found with { Captions = [best with { Gallery = best.Gallery with { Of = 10_000 }, HeldOut = best.Gallery with { Of = 3334 } }] });

        Assert.Equal($"\"{best.Text}\" ranks 7.png first of 10,000, and first of 3,334 beside pictures that the search did not see, but is true of 4 pictures ({found.Tried:N0} captions tried).", sentence);
        Assert.Contains("singles out 7.png", wording.Sentence(found), StringComparison.Ordinal);
        Assert.Contains("; it is true of 4 pictures", wording.Sentence(found with { Outcome = CaptionSearchOutcome.Unconfirmed, Captions = [best] }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_undid_the_captions_of_a_part_is_said_as_it_was()
    {
        MadeWorld world = new(150);
        var result = world.Search().Find(7, Stop) with { Outcome = CaptionSearchOutcome.Unconfirmed };
        CaptionWording wording = new([.. Enumerable.Range(0, 150).Select(i => $"{i}.png")]);

        Assert.Contains("none of 4 captions found on a part of the gallery was first on the rest", wording.Sentence(result with { Checked = 4, Confirmed = 0 }), StringComparison.Ordinal);
        Assert.Contains("of 4 captions found on a part of the gallery 1 was first on the rest, but for other reasons none held", wording.Sentence(result with { Checked = 4, Confirmed = 1 }), StringComparison.Ordinal);
        Assert.Contains("no picture is left to confirm it", wording.Sentence(result with { Checked = 0, Confirmed = 0 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Captions_that_are_left_out_are_counted_by_why()
    {
        var result = new MadeWorld(150).Search().Find(7, Stop) with { First = 1200 };
        CaptionWording wording = new([.. Enumerable.Range(0, 150).Select(i => $"{i}.png")]);

        Assert.Contains("Of 1,200 captions that rank it first, 30 are not true of it: they are left out.", wording.Caveats(result with { NotTrue = 30, NotUnderstood = 0 }));
        Assert.Contains("Of 1,200 captions that rank it first, 30 are not true of it and 2 are not understood, so that nobody can say whether they are true: they are left out.", wording.Caveats(result with { NotTrue = 30, NotUnderstood = 2 }));
        Assert.DoesNotContain(wording.Caveats(result with { NotTrue = 0, NotUnderstood = 0 }), caveat => caveat.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_caption_that_is_not_true_is_not_accepted_where_truth_is_known()
    {
        MadeWorld world = new(150);
        CaptionSearch search = new(world.Gallery, world.Encode, 30, world.Vocabulary, new() { Seconds = 600 }) { Truth = new CaptionTruth(150, _ => _ => false) };
        CaptionSearch unread = new(world.Gallery, world.Encode, 30, world.Vocabulary, new() { Seconds = 600 }) { Truth = new CaptionTruth(150, _ => null) };

        var (result, other) = (search.Find(1, Stop), unread.Find(1, Stop));

        Assert.Equal((CaptionSearchOutcome.None, result.First, 0), (result.Outcome, result.NotTrue, result.NotUnderstood));
        Assert.Equal((CaptionSearchOutcome.None, 0, other.First), (other.Outcome, other.NotTrue, other.NotUnderstood));
        Assert.True(result.First > 0);
    }

    [Fact]
    public void Where_truth_is_known_the_pictures_that_satisfy_a_caption_give_its_ceiling()
    {
        MadeWorld world = new(200);
        var result = world.Search(knowsTruth: true).Find(8, Stop);

        Assert.Equal(CaptionSearchOutcome.Found, result.Outcome);
        Assert.All(result.Captions, caption =>
        {
            Assert.True(caption.IsTrue);
            Assert.Equal(world.Pictures.Count(picture => picture.Satisfies(caption.Text)), caption.Satisfying);
            Assert.Equal(1.0 / caption.Satisfying!.Value, caption.Ceiling);
            Assert.All(caption.Paraphrases, paraphrase => Assert.Contains(caption.Text, paraphrase.Text, StringComparison.Ordinal));
        });
        Assert.Equal(1, result.Captions[0].Satisfying);
    }

    [Fact]
    public void What_separates_the_rival_are_the_words_that_it_lacks()
    {
        MadeWorld world = new(200, noise: 0.05);
        var result = world.Search(knowsTruth: true).Find(6, Stop);

        foreach (var caption in result.Captions)
        {
            foreach (var rival in caption.Rivals)
            {
                var picture = world.Pictures[rival.Picture];
                Assert.Equal(caption.Gallery.Cosine - rival.Cosine, rival.Margin, 1e-6);
                var missing = rival.Parts.Where(part => !picture.Satisfies(part.Word)).ToList();
                Assert.True(missing.Count == 0 || missing.Max(part => part.Effect) == rival.Parts.Max(part => part.Effect), caption.Text);
                Assert.All(rival.ForTarget.Take(1), word => Assert.False(picture.Satisfies(word.Word)));
                Assert.All(rival.ForRival.Take(1), word => Assert.True(word.Effect < 0 && picture.Satisfies(word.Word) && !world.Pictures[6].Satisfies(word.Word), word.Word));
            }
        }
    }

    [Fact]
    public void A_caption_that_other_views_of_the_picture_do_not_bear_out_does_not_hold()
    {
        MadeWorld world = new(150);
        CaptionSearch With(Func<int, FeatureTable> views) => new(world.Gallery, world.Encode, 30, world.Vocabulary, new() { Seconds = 600 }) { Views = views };

        var same = With(target => world.Gallery.Selected([target, target, target])).Find(2, Stop);
        var others = With(_ => world.Gallery.Selected([50, 51, 52])).Find(2, Stop);

        Assert.Equal((CaptionSearchOutcome.Found, 3, 3), (same.Outcome, same.Captions[0].ViewsFirst, same.Captions[0].Views));
        Assert.Equal((CaptionSearchOutcome.None, 0, 3), (others.Outcome, others.Captions[0].ViewsFirst, others.Captions[0].Views));
        Assert.Contains("0 of 3 other views", new CaptionWording([.. Enumerable.Range(0, 150).Select(i => $"{i}")]).Sentence(others), StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_sentence_is_tried_as_it_is()
    {
        MadeWorld world = new(150);
        string sentence = world.Pictures[5].Full;
        CaptionSearch search = new(world.Gallery, world.Encode, 30, CaptionVocabulary.Of([], [sentence, "a photo of nothing"]), new() { Seconds = 600 });

        var result = search.Find(5, Stop);

        Assert.Equal((CaptionSearchOutcome.Found, sentence, 2), (result.Outcome, result.Captions[0].Text, result.Tried));
        Assert.Equal(sentence.Split(' '), result.Captions[0].Rivals[0].Parts.Select(part => part.Word));
    }

    [Fact]
    public void Pictures_of_another_folder_confirm_what_all_of_the_gallery_gave()
    {
        MadeWorld world = new(200);
        var gallery = world.Gallery.Selected([.. Enumerable.Range(0, 120)]);
        CaptionSearch search = new(gallery, world.Encode, 30, world.Vocabulary, new() { Seconds = 600 }) { Unseen = world.Gallery.Selected([.. Enumerable.Range(120, 80)]) };

        var result = search.Find(3, Stop);

        Assert.Equal((CaptionSearchOutcome.Found, 119, 80), (result.Outcome, result.Searched, result.HeldOut));
        Assert.Equal((120, 81), (result.Captions[0].Gallery.Of, result.Captions[0].HeldOut!.Of));
    }

    [Fact]
    public void A_small_gallery_is_searched_whole_and_nothing_is_called_confirmed()
    {
        var result = new MadeWorld(30).Search().Find(3, Stop);

        Assert.Equal((CaptionSearchOutcome.Unconfirmed, 29, 0), (result.Outcome, result.Searched, result.HeldOut));
        Assert.Null(result.Captions[0].HeldOut);
    }

    [Fact]
    public void Several_targets_are_summed_up_with_wilsons_interval()
    {
        MadeWorld world = new(150);
        world.MakeDouble(0);
        var search = world.Search(knowsTruth: true);
        var results = Enumerable.Range(0, 10).Select(target => search.Find(target, Stop)).ToList();

        var summary = CaptionSearchSummary.Of(results);

        Assert.Equal((10, 9, 0.9), (summary.Targets, summary.First, summary.Share));
        Assert.Equal(0.596, summary.Interval.Low!.Value, 1e-3); // of 9 of 10, as published tables of Wilson's interval have it
        Assert.Equal(0.982, summary.Interval.High!.Value, 1e-3);
        Assert.InRange(summary.MeanCeiling!.Value, 0.5, 1);
    }

    /// <summary>A clock that stands still but for what it is told.</summary>
    private sealed class SetClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(double seconds) => ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }

    /// <summary>A clock on which every look takes so many seconds.</summary>
    private sealed class TickingClock(double seconds) : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }
}
