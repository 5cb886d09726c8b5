using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Training;

public sealed class ValidationLossesTests
{
    [Fact]
    public void A_batch_of_one_word_weighs_as_much_as_a_large_one_in_one_loss_and_its_tokens_in_the_other()
    {
        // batches: 60 nats over 100 tokens (.6), 8 nats over 4 tokens (2)
        // (.6 + 2) / 2 = 1.3;   68 / 104 = .653846...
        var losses = ValidationLosses.Of([(60, 100), (8, 4)]);
        Assert.Equal(1.3, losses.ValidationLoss, 12);
        Assert.Equal(68.0 / 104, losses.ValidationLossPerToken, 12);
    }

    [Fact]
    public void One_batch_has_one_loss()
    {
        var losses = ValidationLosses.Of([(3, 4)]);
        Assert.Equal(0.75, losses.ValidationLoss);
        Assert.Equal(0.75, losses.ValidationLossPerToken);
    }

    [Fact]
    public void No_batch_or_a_batch_without_tokens_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => ValidationLosses.Of([]));
        Assert.Throws<ArgumentException>(() => ValidationLosses.Of([(3, 4), (0, 0)]));
    }

    [Fact]
    public void By_token_both_losses_are_the_mean_over_tokens_and_the_accuracy_stays()
    {
        var losses = (ValidationLosses.Of([(3, 4), (1, 1)]) with { Accuracy = 0.25 }).ByToken();
        Assert.Equal(new ValidationLosses(0.8, 0.8) { Accuracy = 0.25 }, losses);
    }
}
