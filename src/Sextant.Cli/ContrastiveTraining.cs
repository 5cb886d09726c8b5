using System.Globalization;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Matching;
using Spectre.Console;

namespace Sextant.Cli;

/// <summary>What `pretrain` and `finetune` do with a recipe of contrastive training.</summary>
internal static class ContrastiveTraining
{
    /// <param name="terminal">Where it is told.</param>
    /// <param name="command">What the user called.</param>
    /// <param name="path">Of the recipe.</param>
    /// <param name="set">Changes of it.</param>
    /// <param name="data">The user's own pictures; null for the recipe's.</param>
    /// <param name="place">Where and how.</param>
    /// <param name="isJson">Whether one JSON object is printed.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserError">The recipe is for the other command, or the run failed.</exception>
    public static int Carry(Terminal terminal, string command, string path, string[]? set, string? data, RunPlace place, bool isJson)
    {
        var recipe = ClipRecipes.Load(path, set, data);
        string other = recipe.Model is ClipSource.Pretrained ? "finetune" : "pretrain";
        if (other != command)
        {
            throw new UserError($"{path} {(other == "finetune" ? "goes on from a model" : "makes new weights")}; use `sextant {other} {path}`.");
        }

        ContrastiveResult result;
        try
        {
            result = RunCarrying.Carry(terminal, recipe.Name, () => ClipIdentity.Of(recipe), place, (folder, surroundings) => ContrastiveRun.Train(recipe, folder, surroundings), "pairs");
        }
        catch (OperationCanceledException) when (terminal.Stop.IsCancellationRequested)
        {
            terminal.Say("Stopped before a step; the same command goes on from where the run stands.");
            return CommandLine.Ended(true);
        }

        if (isJson)
        {
            terminal.WriteJson(result);
        }
        else
        {
            Write(terminal, result, recipe);
        }

        return CommandLine.Ended(result.Status == RunStatus.Interrupted);
    }

    private static void Write(Terminal terminal, ContrastiveResult result, ContrastiveRecipe recipe)
    {
        if (result.Status == RunStatus.Interrupted || result.Validation is null || result.ValidationLoss is null)
        {
            terminal.Out.WriteLine($"Stopped at step {result.Steps}; the same command goes on from there. Run folder: {result.RunFolder}");
            return;
        }

        if (result.Drawn is { } drawn)
        {
            WriteDrawn(terminal, drawn);
        }

        Write(terminal, "captions find their picture", result.Validation.PicturesByCaption);
        Write(terminal, "pictures find their caption", result.Validation.CaptionsByPicture);
        WriteStandings(terminal, result, recipe);
        string step = result.SecondsPerStep is double seconds ? string.Create(CultureInfo.InvariantCulture, $", {seconds * 1000:F0} ms a step") : "";
        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Lowest validation loss {result.ValidationLoss.LowestPerToken:F4} nats a pair (epoch {result.ValidationLoss.LowestPerTokenEpoch:G4}; guessing within a batch of {Math.Min(recipe.Training.ValidationBatch, result.ValidationPictures)}: {Math.Log(Math.Min(recipe.Training.ValidationBatch, result.ValidationPictures)):F4}); cosines times {result.Scale:F1}; {result.TrainPictures:N0} pictures trained, {result.ValidationPictures:N0} validated{(result.LeftOutPictures > 0 ? $", {result.LeftOutPictures:N0} left out" : "")}; {result.TrainableParameters:N0} of {result.Parameters:N0} parameters, {result.VocabularySize} tokens; {result.Steps} steps, {TrainingBar.Scaled(result.Pairs)}pairs, {TrainingBar.Scaled(result.Flops)}FLOPs, {result.Seconds:F0} s{step}. Run folder: {result.RunFolder}"));
    }

    private static void WriteDrawn(Terminal terminal, DrawnMeasures drawn)
    {
        terminal.Out.WriteLine("Drawn pictures that never trained, of pairs of colour and thing that training showed and of those it never did (95 % intervals):");
        var table = IntervalTable.Bare("measure", "seen", "held out");
        foreach (var (name, shares) in new[]
        {
            ("full caption, first among it and 100 others", drawn.FullCaptions),
            ("\"COLOUR OBJECT\" named among all pairs", drawn.Naming),
            ("top hit of a gallery for \"COLOUR OBJECT\" is one", drawn.TopHit),
            ("place named among 5", drawn.Position),
            ("number named among 4", drawn.Count),
        })
        {
            table.AddRow([.. new[] { name, Said(shares.Seen), Said(shares.HeldOut) }.Select(Markup.Escape)]);
        }

        terminal.WriteTable(table);
    }

    private static void Write(Terminal terminal, string what, RetrievalDirection direction)
    {
        string recalls = string.Join(", ", direction.Recalls.Select(recall => string.Create(CultureInfo.InvariantCulture, $"{recall.Value:P1} among the first {recall.At}{(recall.Interval is { } interval ? $" [{interval.Low:P1}, {interval.High:P1}]" : "")} (by chance {recall.ByChance:P1})")));
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"validation, {what}: {recalls}; median rank {direction.MedianRank:G4} of {direction.Candidates:N0}"));
    }

    private static void WriteStandings(Terminal terminal, ContrastiveResult result, ContrastiveRecipe recipe)
    {
        if (result.Before is null || result.Trained is null)
        {
            return;
        }

        string known = recipe.Known is KnownTask.Drawn ? "known: colours and things named" : "known: zero-shot accuracy";
        var table = IntervalTable.Bare("weights", known, "new: captions, first", "new: pictures, first");
        void Row(string name, Standing standing) =>
            table.AddRow([.. new[] { name, standing.Known is { } share ? Said(share) : "not named", Share(standing.PicturesByCaption), Share(standing.CaptionsByPicture) }.Select(Markup.Escape)]);
        Row("before", result.Before);
        foreach (var mixture in result.Mixtures?.Where(mixture => mixture.Alpha is > 0 and < 1) ?? [])
        {
            Row(string.Create(CultureInfo.InvariantCulture, $"mixed, alpha {mixture.Alpha:G3}"), mixture);
        }

        Row("trained", result.Trained);
        terminal.WriteTable(table);
        if (result.Alpha is double alpha)
        {
            string rule = recipe.Ensemble!.Rule == EnsembleRule.New ? "the highest recall at 1 of the new" : "the highest mean of the known and of the recall at 1 of the new";
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kept: alpha {alpha:G3}, of {result.Mixtures!.Count} in the recipe the one with {rule}, the smallest of equals. It was chosen on these pictures, which flatters it there a little."));
        }
    }

    private static string Share(Recall recall) => string.Create(CultureInfo.InvariantCulture, $"{recall.Value:P1}{(recall.Interval is { } interval ? $" [{interval.Low:P1}, {interval.High:P1}]" : "")}");

    private static string Said(Proportion share) => share.Share is double value
        ? string.Create(CultureInfo.InvariantCulture, $"{value:P1} ({share.Hits} of {share.Count}) [{share.Low:P1}, {share.High:P1}]")
        : "-";
}
