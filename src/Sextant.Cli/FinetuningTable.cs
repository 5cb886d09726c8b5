using System.Globalization;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Reports;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>What came out of a fine-tuning, for a person.</summary>
internal static class FinetuningTable
{
    private const int WidestText = 70;

    /// <param name="terminal">Standard output.</param>
    /// <param name="result">Of the run.</param>
    /// <param name="mistakes">The most that are listed.</param>
    public static void Write(Terminal terminal, FinetuningResult result, int mistakes)
    {
        if (result.Status == RunStatus.Interrupted || result.Validation is null)
        {
            terminal.Out.WriteLine($"Stopped at step {result.Steps}; the same command goes on from there. Run folder: {result.RunFolder}");
            return;
        }

        foreach (var (part, measures) in new[] { ("validation", result.Validation), ("test", result.Test) })
        {
            if (measures is not null)
            {
                Write(terminal, part, measures);
            }
        }

        if (EncoderRecipes.KeepsLowest(new RunFolder(result.RunFolder)))
        {
            terminal.Out.WriteLine($"The kept weights are those of the lowest loss on the validation texts, which flatters them there a little{(result.Test is null ? "" : "; the test texts took no part in the choice")}. Intervals are of these weights over other texts, not of other seeds.");
        }

        string body = result.BodySeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {result.BodySeconds:F1} s for the frozen body, once") : "";
        string step = result.SecondsPerStep is double seconds ? string.Create(CultureInfo.InvariantCulture, $", {Numbers.Significant(seconds * 1000)} ms a step") : "";
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Steps} steps, {result.Epochs:G4} epochs in {result.Seconds:F1} s{step}{body}; {result.TrainableParameters:N0} of {result.Parameters:N0} parameters trained, {TrainingBar.Scaled(result.Flops)}FLOPs. Run folder: {result.RunFolder}"));
        Mistakes(terminal, PredictionFile.Read(PredictionFile.PathIn(new RunFolder(result.RunFolder))), mistakes);
    }

    private static void Write(Terminal terminal, string part, ClassificationMeasures measures)
    {
        string against = measures.IsAboveMajority ? "" : ", no better than that is shown";
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{part}: {measures.Accuracy:P1} of {measures.Count} texts right{FinetuningReport.Between(measures.AccuracyInterval, "%")} (always the most frequent class: {measures.MajorityAccuracy:P1}; difference {FinetuningReport.Points(measures.Accuracy - measures.MajorityAccuracy)} points{FinetuningReport.Between(measures.OverMajorityInterval, "points", ", ", "")}{against}), macro F1 {measures.MacroF1:F3}, loss {measures.Loss:F4} nats a text"));
        var table = IntervalTable.Bare(["right class", "texts", "precision", "recall", "F1", .. measures.Classes.Select(c => "said " + c.Name)]);
        foreach (var (row, of) in measures.Classes.Index())
        {
            table.AddRow([
                .. new[] { of.Name, of.Support.ToString(CultureInfo.InvariantCulture), Share(of.Precision), Share(of.Recall), Share(of.F1) }.Select(Markup.Escape),
                .. measures.Confusion[row].Select(count => count.ToString(CultureInfo.InvariantCulture)),
            ]);
        }

        terminal.WriteTable(table);
    }

    private static void Mistakes(Terminal terminal, IReadOnlyList<Prediction> predictions, int most)
    {
        Prediction[] wrong = [.. predictions.Where(p => !p.IsRight).OrderByDescending(p => p.Probabilities.Max())];
        if (wrong.Length == 0 || most <= 0)
        {
            return;
        }

        terminal.Out.WriteLine($"{wrong.Length} mistakes{(wrong.Length > most ? $", the {most} surest" : "")} (all in predictions.csv):");
        var table = IntervalTable.Bare("text", "part", "right", "said", "probability");
        foreach (var p in wrong.Take(most))
        {
            string text = p.Text + (p.Pair is null ? "" : " / " + p.Pair);
            string unseen = p.Unseen.Length == 0 ? "" : $" ({p.Unseen})";
            table.AddRow([.. new[] { (text.Length > WidestText ? text[..WidestText] + "..." : text) + unseen, p.Part, p.Label, p.Predicted, p.Probabilities.Max().ToString("F3", CultureInfo.InvariantCulture) }.Select(Markup.Escape)]);
        }

        terminal.WriteTable(table);
    }

    private static string Share(double? value) => value is double share ? share.ToString("F3", CultureInfo.InvariantCulture) : "–";
}
