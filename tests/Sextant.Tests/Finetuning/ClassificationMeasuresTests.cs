using Sextant.Finetuning;
using Xunit;

namespace Sextant.Tests.Finetuning;

public sealed class ClassificationMeasuresTests
{
    private static readonly string[] Names = ["minus", "zero", "plus", "other"], Two = ["a", "b"];

    /// <summary>Right (row) and said (column): minus minus, minus plus, plus plus, plus plus, plus minus, zero plus; nobody says zero, and nothing is or is said to be other.</summary>
    [Fact]
    public void Six_texts_measured_by_hand()
    {
        double[][] probabilities = [Row(0.7, 0.1, 0.2), Row(0.2, 0.1, 0.7), Row(0, 0.5, 0.5 + 1e-9), Row(0.25, 0.25, 0.5), Row(0.5, 0.25, 0.25), Row(0.25, 0.25, 0.5)];
        var found = ClassificationMeasures.Of(Names, probabilities, [0, 0, 2, 2, 2, 1], majority: 2);

        Assert.Equal([[1, 0, 1, 0], [0, 0, 1, 0], [1, 0, 2, 0], [0, 0, 0, 0]], found.Confusion);
        Assert.Equal((6, 2), (found.Count, found.Majority));
        Assert.Equal(3 / 6.0, found.Accuracy, 1e-12);
        Assert.Equal(3 / 6.0, found.MajorityAccuracy, 1e-12);
        Assert.Equal(new ClassMeasures("minus", 2, 2, 1, 0.5, 0.5, 0.5), found.Classes[0]);
        Assert.Equal(new ClassMeasures("zero", 1, 0, 0, null, 0, 0), found.Classes[1]);
        Assert.Equal(new ClassMeasures("plus", 3, 4, 2, 0.5, 2 / 3.0, 4 / 7.0), found.Classes[2]);
        Assert.Equal(new ClassMeasures("other", 0, 0, 0, null, null, null), found.Classes[3]);
        Assert.Equal((0.5 + 0 + (4 / 7.0)) / 3, found.MacroF1, 1e-12); // a class that is neither there nor said is left out, one that is never said counts 0
        Assert.Equal(-(Math.Log(0.7) + Math.Log(0.2) + Math.Log(0.5 + 1e-9) + Math.Log(0.5) + Math.Log(0.25) + Math.Log(0.25)) / 6, found.Loss, 1e-12);
    }

    [Fact]
    public void Intervals_are_those_of_one_seed_over_the_texts()
    {
        double[] minus = [0.9, 0.1], plus = [0.1, 0.9];
        double[][] probabilities = [.. Enumerable.Range(0, 50).Select(i => i < 45 ? plus : minus)];
        int[] expected = [.. Enumerable.Range(0, 50).Select(i => i < 25 || i >= 45 ? 1 : i < 40 ? 1 : 0)];
        var found = ClassificationMeasures.Of(Two, probabilities, expected, majority: 1);

        double[] right = [.. probabilities.Zip(expected, (row, e) => ClassificationMeasures.MostLikely(row) == e ? 1.0 : 0)];
        Assert.Equal(SeedMean.Of([right]).Interval!.Low!.Value, found.AccuracyInterval!.Low!.Value, 1e-12);
        Assert.Equal(SeedMean.OfDifferences([[.. right.Zip(expected, (r, e) => r - e)]]).Mean.Interval!.Low!.Value, found.OverMajorityInterval!.Low!.Value, 1e-12);
        Assert.False(found.IsAboveMajority);
        Assert.True(ClassificationMeasures.Of(Two, [.. expected.Select((_, i) => i % 2 == 0 ? minus : plus)], [.. expected.Select((_, i) => i % 2)], majority: 0).IsAboveMajority);
    }

    [Fact]
    public void A_probability_of_zero_is_a_large_loss_and_no_infinity()
    {
        var found = ClassificationMeasures.Of(["a", "b"], [[0, 1]], [0], majority: 0);
        Assert.True(double.IsFinite(found.Loss));
        Assert.True(found.Loss > 700);
        Assert.Equal((0, 1), (found.Accuracy, found.MajorityAccuracy));
    }

    [Fact]
    public void The_first_of_equals_is_the_most_likely()
    {
        Assert.Equal(0, ClassificationMeasures.MostLikely([0.5, 0.5]));
        Assert.Equal(2, ClassificationMeasures.MostLikely([0.1, 0.2, 0.7]));
        Assert.Equal(1, ClassificationMeasures.MostLikely([0.1, 0.45, 0.45]));
    }

    [Fact]
    public void No_texts_or_too_few_rows_are_an_error_of_the_caller()
    {
        Assert.ThrowsAny<ArgumentException>(() => ClassificationMeasures.Of(["a", "b"], [], [], 0));
        Assert.ThrowsAny<ArgumentException>(() => ClassificationMeasures.Of(["a", "b"], [[1, 0]], [0, 1], 0));
    }

    private static double[] Row(double minus, double zero, double plus) => [minus, zero, plus, 0];
}
