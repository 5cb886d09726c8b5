using Sextant.Data;
using Sextant.Finetuning;
using Sextant.Tests.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Finetuning;

public sealed class MaskedCollationTests
{
    private const int Mask = 4, Examples = 400, Length = 42, Candidates = Length - 2;

    private static readonly MaskingVocabulary Vocabulary = new(Mask, new HashSet<int> { 0, 1, 2, 3, 4 }, [.. Enumerable.Range(5, ToyEncoders.Vocabulary - 5)]);

    [Fact]
    public void A_share_of_the_tokens_is_expected_and_of_these_eighty_ten_and_ten_percent_show_the_mask_another_token_and_themselves()
    {
        var texts = Texts.Random(0, 1, [.. Enumerable.Repeat(Length, Examples)]);
        using var batch = Build(new MaskedCollation(texts, Vocabulary, 0.15, 7), 0, Examples);
        long[] seen = batch.Input.data<long>().ToArray(), positions = batch.Positions!.data<long>().ToArray(), expected = batch.Expected.data<long>().ToArray();

        Assert.Equal(Examples * (int)(0.15 * Candidates), positions.Length);
        Assert.Equal(batch.Shape.LossPositions, positions.Length);
        Assert.Equal(positions.Order().Distinct(), positions);
        Assert.Equal(positions.Select(p => (long)texts[(int)(p / Length)].Ids[p % Length]), expected);
        long[] shown = [.. positions.Select(p => seen[p])];
        int count = positions.Length, masked = shown.Count(id => id == Mask), same = shown.Zip(expected).Count(p => p.First == p.Second);
        Near(0.8, masked, count);
        Near(0.1 + (0.1 / 35), same, count); // another token is the same one time in 35
        Near(0.1 * 34 / 35, count - masked - same, count);
        Assert.All(shown.Where(id => id != Mask), id => Assert.DoesNotContain((int)id, Vocabulary.Special));
        var hidden = positions.ToHashSet();
        Assert.All(Enumerable.Range(0, seen.Length).Where(p => !hidden.Contains(p)), p => Assert.Equal(texts[p / Length].Ids[p % Length], seen[p]));
    }

    [Fact]
    public void Special_tokens_are_never_hidden_wherever_they_stand_and_every_other_position_is_as_often()
    {
        var texts = Texts.Random(0, 1, [.. Enumerable.Repeat(Length, Examples)]);
        int[] often = new int[Length];
        for (int epoch = 0; epoch < 5; epoch++)
        {
            using var batch = Build(new MaskedCollation(texts, Vocabulary, 0.15, 7), epoch, Examples);
            foreach (long position in batch.Positions!.data<long>().ToArray())
            {
                often[position % Length]++;
            }
        }

        Assert.Equal((0, 0), (often[0], often[^1]));
        Assert.All(often[1..^1], count => Near(0.15, count, 5 * Examples));
        var specials = new EncoderTexts([new([2, 9, 3, 4, 1, 0, 3], new int[7], [])], 0);
        using var one = Build(new MaskedCollation(specials, Vocabulary, 0.9, 7), 0, 1);
        Assert.Equal([1L], one.Positions!.data<long>().ToArray());
    }

    [Fact]
    public void Another_epoch_or_seed_hides_others_and_the_same_seed_and_epoch_the_same_in_whatever_batch_a_text_stands()
    {
        var texts = Texts.Random(0, 1, [.. Enumerable.Repeat(Length, 20)]);
        var collation = new MaskedCollation(texts, Vocabulary, 0.15, 7);
        using Batch first = Build(collation, 3, 20), again = Build(new MaskedCollation(texts, Vocabulary, 0.15, 7), 3, 20), later = Build(collation, 4, 20), other = Build(new MaskedCollation(texts, Vocabulary, 0.15, 8), 3, 20);
        using var alone = collation.Build(3, [11], torch.CPU);

        Assert.Equal(Numbers(first.Input), Numbers(again.Input));
        Assert.Equal(Numbers(first.Positions!), Numbers(again.Positions!));
        Assert.NotEqual(Numbers(first.Positions!), Numbers(later.Positions!));
        Assert.NotEqual(Numbers(first.Positions!), Numbers(other.Positions!));
        Assert.Equal(Numbers(first.Input)[(11 * Length)..(12 * Length)], Numbers(alone.Input));
    }

    [Theory]
    [InlineData(0.15, 3, 1)]
    [InlineData(0.15, 12, 2)]
    [InlineData(0.15, 42, 6)]
    [InlineData(0.99, 42, 40)]
    public void A_text_has_its_share_hidden_and_one_token_at_least(double share, int length, int hidden)
    {
        var collation = new MaskedCollation(Texts.Random(0, 1, length, 30), Vocabulary, share, 7);
        Assert.Equal(hidden, collation.Shape([0]).LossPositions);
        using var batch = Build(collation, 0, 1);
        Assert.Equal(hidden, batch.Positions!.shape[0]);
    }

    [Fact]
    public void Positions_point_into_the_padded_batch_and_padding_is_never_hidden()
    {
        var texts = Texts.Random(0, 1, 5, 9, 7);
        using var batch = Build(new MaskedCollation(texts, Vocabulary, 0.5, 7), 0, 3);

        Assert.Equal([3L, 9], batch.Input.shape);
        bool[] mask = batch.InputMask!.data<bool>().ToArray();
        Assert.Equal(5 + 9 + 7, mask.Count(seen => seen));
        Assert.Equal(new BatchShape(3, 0, 9, 2 + 4 + 2, 21), batch.Shape);
        Assert.All(Numbers(batch.Positions!).Zip(Numbers(batch.Expected)), p =>
        {
            Assert.True(mask[p.First]);
            Assert.Equal(texts[(int)(p.First / 9)].Ids[p.First % 9], p.Second);
        });
    }

    private static Batch Build(MaskedCollation collation, int epoch, int count) => collation.Build(epoch, [.. Enumerable.Range(0, count)], torch.CPU);

    private static long[] Numbers(torch.Tensor tensor) => tensor.data<long>().ToArray();

    /// <summary>Within four standard deviations of a binomial count; the seed is fixed, so that it is so every time.</summary>
    private static void Near(double share, int count, int of) =>
        Assert.InRange(count, (share * of) - (4 * Math.Sqrt(share * (1 - share) * of)), (share * of) + (4 * Math.Sqrt(share * (1 - share) * of)));
}
