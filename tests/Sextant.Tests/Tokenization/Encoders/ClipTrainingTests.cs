using Sextant.Tokenization;
using Sextant.Tokenization.Encoders;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

public sealed class ClipTrainingTests
{
    private static readonly string[] Texts = ["a red fish", "two red fish on the left", "A Red boat", "the fish's boat", "three small boats", "a tree, a house"];

    [Fact]
    public void It_is_read_back_from_its_folder_as_a_tokeniser_of_CLIP_with_the_same_ids()
    {
        using TemporaryFolder folder = new();
        var trained = ClipTokenizer.Train([.. Texts, .. Texts], 540);
        trained.Save(folder.Combine("vocabulary"));

        var read = EncoderTokenizer.Load(folder.Combine("vocabulary"));

        Assert.IsType<ClipTokenizer>(read);
        Assert.Equal(540, read.VocabularySize);
        Assert.All(Texts.Append("Ein Haus, 3 Bäume 木 🐟"), text => Assert.Equal(trained.Encode(text).Ids, read.Encode(text).Ids));
    }

    [Fact]
    public void The_end_token_has_the_highest_id_and_stands_behind_every_text()
    {
        var trained = ClipTokenizer.Train(Texts, 520);
        int[] ids = trained.Encode("a red fish").Ids;
        Assert.Equal((518, 519, 519), (ids[0], ids[^1], trained.PaddingId));
        Assert.All(ids[..^1], id => Assert.InRange(id, 0, 518));
    }

    [Fact]
    public void What_comes_often_is_one_token_and_any_text_has_tokens()
    {
        var trained = ClipTokenizer.Train(Enumerable.Repeat(Texts, 3).SelectMany(t => t), 700);
        Assert.Equal(["<|startoftext|>", "red</w>", "fish</w>", "<|endoftext|>"], trained.Encode("RED fish").Ids.Select(trained.TokenOf));
        Assert.DoesNotContain(trained.UnknownId, trained.Encode("žluťoučký kůň 木").Ids[..^1]);
        Assert.True(trained.VocabularySize < 700, $"{trained.VocabularySize}");
    }

    [Fact]
    public void The_order_of_texts_does_not_matter_and_no_text_leaves_the_bytes()
    {
        Assert.Equal(Tokens(ClipTokenizer.Train(Texts, 545)), Tokens(ClipTokenizer.Train(Texts.Reverse(), 545)));
        Assert.Equal(514, ClipTokenizer.Train([], 600).VocabularySize);

        static string[] Tokens(ClipTokenizer of) => [.. Enumerable.Range(0, of.VocabularySize).Select(of.TokenOf)];
    }
}
