using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

/// <summary>How often an interval over budgets holds the planted exponent.</summary>
public sealed class IsoFlopCoverageTests
{
    private static readonly IsoFlopOptions Default = new() { WithoutEachSize = false };

    [Fact]
    public void Intervals_of_two_hundred_planted_studies_hold_the_exponent() => Assert.InRange(Held(200, 5, 7, 1, 0.004, Default), 0.9, 0.99);

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData(5, 7, 1.0, 0.004)]
    [InlineData(5, 9, 1.0, 0.01)]
    [InlineData(8, 11, 1.5, 0.01)]
    [InlineData(6, 15, 0.8, 0.02)]
    public void Nineteen_of_twenty_intervals_hold_the_exponent(int budgets, int sizes, double decades, double noise) =>
        Assert.InRange(Held(1000, budgets, sizes, decades, noise, Default), 0.92, 0.98);

    private static double Held(int studies, int budgets, int sizes, double decades, double noise, IsoFlopOptions options)
    {
        double planted = PlantedStudies.Hoffmann.Exponent;
        int held = 0;
        Parallel.For(0, studies, study =>
        {
            var interval = IsoFlopFit.Of(PlantedStudies.Budgets(PlantedStudies.Hoffmann, budgets, sizes, decades, noise, (ulong)study), options).Intervals["exponent"];
            Interlocked.Add(ref held, interval.Low <= planted && interval.High >= planted ? 1 : 0);
        });
        return (double)held / studies;
    }
}
