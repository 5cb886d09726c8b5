using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Reports;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class ArmsReportTests
{
    /// <summary>Ten arms against a first, of which one differs by much and one by so little that it is shown by itself alone.</summary>
    private static ArmResults Made(int comparisons, bool isChosenHere)
    {
        bool[] first = [.. Enumerable.Range(0, 100).Select(i => i < 50)];
        bool[] Better(int by) => [.. Enumerable.Range(0, 100).Select(i => i < 50 + by)];
        int[] gains = [40, 6, 0, 0, 0, 0, 0, 0, 0, 0];
        (string Name, bool[] Right)[] arms = [("first", first), .. gains.Take(comparisons).Select((gain, i) => ($"arm {i}", Better(gain)))];
        return new ArmResults("made", ArmPart.Validation, 100, 0.5, ["a", "b"], [.. arms.Select(arm => Arm(arm.Name, arm.Right))], ArmComparison.AfterHolm(arms.Skip(1).Select(arm => ArmComparison.WithP((arm.Name, [arm.Right]), ("first", [first])))))
        {
            ChosenOnTheseTexts = isChosenHere ? [.. arms.Select(arm => arm.Name)] : [],
        };
    }

    [Fact]
    public void Of_several_comparisons_what_holds_for_all_together_is_told_from_what_is_shown_alone()
    {
        var results = Made(10, isChosenHere: false);
        Assert.Equal([true, true, false], results.Comparisons.Take(3).Select(c => c.IsShown));
        Assert.Equal([true, false, false], results.Comparisons.Take(3).Select(c => c.ShownAfterHolm));

        string[] sentences = [.. ArmsReport.Sentences(results)];
        Assert.Contains(sentences, s => s.StartsWith("arm 0 is better than first by 40.0 points", StringComparison.Ordinal) && s.EndsWith("; shown, also after Holm's correction over 10 comparisons).", StringComparison.Ordinal));
        Assert.Contains(sentences, s => s.StartsWith("arm 1 is better than first by 6.0 points", StringComparison.Ordinal) && s.EndsWith("; shown alone, not after Holm's correction over 10 comparisons).", StringComparison.Ordinal));
        Assert.Equal(["yes", "alone", "no"], ArmsReport.Tables(results)[1].Rows.Take(3).Select(row => row[^1].Split(' ')[0]));
        Assert.Contains(ArmsReport.Caveats(results), s => s.StartsWith("There are 10 comparisons, and each interval is of 95 % for its comparison alone", StringComparison.Ordinal));
        Assert.DoesNotContain("Holm", string.Concat(ArmsReport.Sentences(Made(1, false)).Concat(ArmsReport.Caveats(Made(1, false)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_were_kept_by_the_texts_that_are_compared_are_said_to_be()
    {
        Assert.Contains("on the very texts that are compared (all arms)", PageFile.Html(ArmsReport.Of(Made(2, isChosenHere: true), []).Page), StringComparison.Ordinal);
        Assert.DoesNotContain("very texts that are compared", PageFile.Html(ArmsReport.Of(Made(2, isChosenHere: false), []).Page), StringComparison.Ordinal);
    }

    private static ArmResult Arm(string name, bool[] right)
    {
        double[] worth = [.. right.Select(r => r ? 1.0 : 0)];
        return new ArmResult
        {
            Name = name,
            Accuracy = SeedMean.Of([worth]),
            OverMajority = SeedMean.OfDifferences([[.. worth.Select((w, i) => w - (i % 2))]]).Mean,
            MacroF1 = 0.5,
            Recall = [0.5, null],
            SecondsPerStep = null,
            Seconds = 1,
            TrainableParameters = 10,
            Parameters = 20,
            Runs = ["run"],
        };
    }
}
