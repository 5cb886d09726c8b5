namespace Sextant.Reports;

/// <summary>The loss over learning rates of each size that was tuned, with the rates chosen.</summary>
internal static class RatePicture
{
    public static IReadOnlyList<NamedChart> Of(ScalingEvidence evidence)
    {
        var sizes = evidence.Tuning.Where(size => size.Choice.Trials.Any(trial => trial.Loss is not null)).ToList();
        if (sizes.Count == 0)
        {
            return [];
        }

        var series = new List<Series>();
        foreach (var (look, size) in sizes.Index())
        {
            var trials = size.Choice.Trials.Where(trial => trial.Loss is not null).Select(trial => new ChartPoint(trial.Rate, trial.Loss!.Value)).ToList();
            string name = LearningRateWords.ParametersOf(evidence, size) is double parameters ? $"{Numbers.Significant(parameters)} parameters" : size.Name;
            series.Add(new Series { Name = name, Points = trials, Mark = Mark.Line, Look = look });
            series.Add(new Series { Name = "trial", Points = trials, Mark = Mark.PalePoints, Look = look, InLegend = false });
            if (size.Choice is { Rate: double rate, Loss: double loss })
            {
                series.Add(new Series { Name = "chosen", Points = [new ChartPoint(rate, loss)], Mark = Mark.Points, Look = look, InLegend = false });
            }
        }

        int diverged = evidence.Tuning.Sum(size => size.Choice.Trials.Count(trial => trial.Loss is null));
        return
        [
            new NamedChart("learning-rates", new Chart
            {
                Title = "The loss of each size at each learning rate",
                Subtitle = "The learning rate of each size, chosen before its runs were trained.",
                Caption = "Small marks: trials, joined by lines. Large marks: the rate that was chosen, and the loss that the parabola through the best trial and its neighbours has there."
                    + (diverged > 0 ? $" {diverged} {(diverged == 1 ? "trial" : "trials")} diverged or failed and {(diverged == 1 ? "has" : "have")} no mark." : ""),
                X = new Axis("Peak learning rate") { Scale = Scale.Logarithmic },
                Y = new Axis("Validation loss", "nats a token") { Scale = Scale.Logarithmic },
                Series = series,
            }),
        ];
    }
}
