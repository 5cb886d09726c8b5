using Sextant.Experiments;

namespace Sextant.Reports;

/// <summary>What each learning rate came to, for each size or batch that was tuned, with the rates chosen.</summary>
internal static class RatePicture
{
    /// <summary>The losses of each size.</summary>
    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence) => Of(
        evidence.Tuning,
        size => LearningRateWords.ParametersOf(evidence, size) is double parameters ? $"{Numbers.Significant(parameters)} parameters" : size.Name,
        "size");

    /// <summary>The losses at each batch size, or the steps to the lowest target where the search counted those.</summary>
    public static IReadOnlyList<NamedChart> Of(IReadOnlyList<TunedSize> tuning) => Of(tuning, size => size.Name, "batch size");

    private static IReadOnlyList<NamedChart> Of(IReadOnlyList<TunedSize> tuning, Func<TunedSize, string> named, string what)
    {
        bool bySteps = tuning.Any(size => size.Steps is not null);
        var series = new List<Series>();
        foreach (var (look, size) in tuning.Where(size => Trials(size).Any(trial => trial.Y is not null)).Index())
        {
            ChartPoint[] trials = [.. Trials(size).Where(trial => trial.Y is not null).Select(trial => new ChartPoint(trial.Rate, trial.Y!.Value))];
            series.Add(new Series { Name = named(size), Points = trials, Mark = Mark.Line, Look = look });
            series.Add(new Series { Name = "trial", Points = trials, Mark = Mark.PalePoints, Look = look, InLegend = false });
            if (size.Choice.Rate is double rate && (size.Steps?.Steps ?? size.Choice.Loss) is double least)
            {
                series.Add(new Series { Name = "chosen", Points = [new ChartPoint(rate, least)], Mark = Mark.Points, Look = look, InLegend = false });
            }
        }

        int without = tuning.Sum(size => Trials(size).Count(trial => trial.Y is null));
        string failed = bySteps ? "did not reach the target with every seed" : "diverged or failed";
        return series.Count == 0 ? [] :
        [
            new NamedChart("learning-rates", new Chart
            {
                Title = bySteps ? $"The steps of each {what} at each learning rate" : $"The loss of each {what} at each learning rate",
                Subtitle = $"The learning rate of each {what}, chosen before its runs were trained.",
                Caption = "Small marks: trials, joined by lines. Large marks: the rate that was chosen, and what the parabola through the best trial and its neighbours has there."
                    + (without > 0 ? $" {without} {(without == 1 ? "trial" : "trials")} {failed} and {(without == 1 ? "has" : "have")} no mark." : ""),
                X = new Axis("Peak learning rate") { Scale = Scale.Logarithmic },
                Y = bySteps ? new Axis("Steps to the lowest target") { Scale = Scale.Logarithmic } : new Axis("Validation loss", "nats a token") { Scale = Scale.Logarithmic },
                Series = series,
            }),
        ];
    }

    private static IEnumerable<(double Rate, double? Y)> Trials(TunedSize size) => size.Steps is { } steps
        ? steps.Trials.Select(trial => (trial.Rate, trial.Steps))
        : size.Choice.Trials.Select(trial => (trial.Rate, trial.Loss));
}
