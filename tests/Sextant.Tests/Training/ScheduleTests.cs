using Sextant.Training;
using Xunit;

namespace Sextant.Tests.Training;

/// <summary>Factors worked out by hand from each schedule's definition.</summary>
public sealed class ScheduleTests
{
    [Theory]
    [InlineData(0, 0.99)]
    [InlineData(1, 0.9801)]
    [InlineData(49, 0.605006067137536)] // 0.99^50
    public void The_courses_rate_is_multiplied_at_the_start_of_every_epoch_the_first_included(int epoch, double factor) =>
        Assert.Equal(factor, Schedule.Factor(new ScheduleOptions.EpochDecay(), epoch, 0.3, 0), 12);

    [Theory]
    [InlineData(0.05, 0.25)] // half way up would be 0.1
    [InlineData(0.1, 0.5)]
    [InlineData(0.2, 1)]
    [InlineData(0.4, 0.868198051533946)] // 0.1 + 0.9 (1 + cos(pi / 4)) / 2
    [InlineData(0.6, 0.55)]
    [InlineData(1, 0.1)]
    [InlineData(1.01, 0.1)]
    public void Warm_up_and_cosine(double progress, double factor) =>
        Assert.Equal(factor, Schedule.Factor(new ScheduleOptions.WarmupCosine { Warmup = 0.2, Floor = 0.1 }, 3, progress, 0), 12);

    [Theory]
    [InlineData(0.05, 0.5)]
    [InlineData(0.1, 1)]
    [InlineData(0.5, 1)]
    [InlineData(0.6, 1)]
    [InlineData(0.7, 0.8)] // a quarter of the way from 1 to 0.2
    [InlineData(0.9, 0.4)]
    [InlineData(1, 0.2)]
    public void Warm_up_stable_and_decay(double progress, double factor) =>
        Assert.Equal(factor, Schedule.Factor(new ScheduleOptions.WarmupStableDecay { Warmup = 0.1, Decay = 0.4, Floor = 0.2 }, 3, progress, 0), 12);

    [Theory]
    [InlineData(0, 0.001, 0.05)] // the middle of the first of ten steps
    [InlineData(4, 0.4, 0.45)]
    [InlineData(10, 0.5, 1)]
    [InlineData(10, 0.6, 1)]
    [InlineData(40, 0.7, 0.8)]
    [InlineData(3, 0.7, 0.35)] // still warming up where it decays: the lower of the two
    [InlineData(99, 1, 0.2)]
    public void A_warm_up_in_steps_does_not_ask_for_the_horizon(long step, double progress, double factor) =>
        Assert.Equal(factor, Schedule.Factor(new ScheduleOptions.WarmupStableDecay { WarmupSteps = 10, Decay = 0.4, Floor = 0.2 }, 3, progress, step), 12);

    [Fact]
    public void No_warm_up_begins_at_the_peak()
    {
        Assert.Equal(1, Schedule.Factor(new ScheduleOptions.WarmupCosine { Warmup = 0 }, 0, 0, 0), 12);
        Assert.Equal(1, Schedule.Factor(new ScheduleOptions.WarmupStableDecay { Warmup = 0 }, 0, 0, 0), 12);
        Assert.Equal(1, Schedule.Factor(new ScheduleOptions.WarmupStableDecay { Warmup = 0, Decay = 0 }, 0, 1.0001, 0));
        Assert.Equal(1, Schedule.Factor(new ScheduleOptions.Constant(), 7, 0.9, 0));
    }
}
