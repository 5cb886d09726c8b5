using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling;

public sealed class CourseCountingTests
{
    [Theory]
    [InlineData(16, 4862)]
    [InlineData(32, 17886)]
    [InlineData(48, 39102)]
    [InlineData(64, 68510)]
    [InlineData(96, 151902)]
    [InlineData(128, 268062)]
    public void Parameters_are_those_the_course_prints(double hidden, double parameters)
    {
        Assert.Equal(parameters, CourseCounting.Parameters(hidden, 4, CourseCounting.Vocabulary));
        Assert.Equal(hidden, CourseCounting.Hidden(parameters, 4, CourseCounting.Vocabulary)!.Value, 10);
    }

    [Theory]
    [InlineData(16, 2.21e9)]
    [InlineData(32, 6.84e9)]
    [InlineData(48, 1.393e10)]
    [InlineData(64, 2.348e10)]
    [InlineData(96, 4.994e10)]
    [InlineData(128, 8.62e10)]
    public void An_epoch_of_the_small_words_costs_what_the_course_prints(double hidden, double flops)
    {
        // Attention grows with the square of a length, so examples of many lengths cost a little more than as many of the mean length.
        double mean = 50_000 / CourseCounting.Length * CourseCounting.ExampleFlops(hidden, 4, CourseCounting.Vocabulary, CourseCounting.Length);
        Assert.InRange(mean / flops, 0.975, 1);
    }

    [Fact]
    public void An_example_costs_what_the_formula_says() =>
        Assert.Equal(3 * ((4 * ((8 * 20 * 256) + (4 * 400 * 16) + (3 * 400))) + (2 * 20 * 30 * 16)), CourseCounting.ExampleFlops(16, 4, 30, 20));

    [Fact]
    public void No_size_has_fewer_parameters_than_the_output_bias() => Assert.Null(CourseCounting.Hidden(30, 4, CourseCounting.Vocabulary));
}
