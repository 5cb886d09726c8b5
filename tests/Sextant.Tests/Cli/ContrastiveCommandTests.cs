using Sextant.Tests.Experiments.Clip;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>pretrain and finetune with recipes of CLIP.</summary>
public sealed class ContrastiveCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_CLIP_is_pretrained_and_fine_tuned_on_a_users_own_pictures_and_says_what_it_knew_before_and_after()
    {
        string[] few = ["training.horizon.count=2", "training.horizon.kind=steps", "training.evaluate.kind=steps", "training.evaluate.count=1", "training.batch.size=8", "training.validationBatch=8"];
        string[] small = ["data.count=20", "data.validationCount=10", "measures.galleries=1", "measures.gallerySize=20", "measures.targets=1", "model.clip.picture.size=24", "model.clip.picture.hidden=16", "model.clip.text.hidden=16", "model.clip.picture.feedForward=16", "model.clip.text.feedForward=16"];
        string run = folder.Combine("run"), own = ToyClipRecipes.Pictures(folder);

        var pretrained = InProcess.Run(["pretrain", Repository.File("recipes", "clip", "small.json"), .. Set(few), .. Set(small), "--out", run, "--json"]);
        Assert.True(pretrained.ExitCode == 0, pretrained.Errors);
        var json = pretrained.Json;
        Assert.Equal("done", (string?)json["status"]);
        Assert.NotNull(json["drawn"]!["naming"]!["heldOut"]!["low"]);

        var tuned = InProcess.Run(["finetune", Repository.File("recipes", "clip", "locked.json"), .. Set(few), "--set", $"model.path={run}", "--set", "known.count=20", "--data", own, "--out", folder.Combine("tuned")]);
        Assert.True(tuned.ExitCode == 0, tuned.Errors);
        Assert.Contains("before", tuned.Output, StringComparison.Ordinal);
        Assert.Contains("Kept: alpha", tuned.Output, StringComparison.Ordinal);
        Assert.Contains("and 9 mixtures", tuned.Errors, StringComparison.Ordinal);
        Assert.Contains("1 left out", tuned.Errors, StringComparison.Ordinal);

        Assert.Contains("contrastive", InProcess.Run("runs", folder.Path).Output, StringComparison.Ordinal);
        Assert.Contains("is a CLIP", InProcess.Run("report", run).Errors, StringComparison.Ordinal);
        Assert.Contains("is a CLIP", InProcess.Run("classify", run, "a text").Errors, StringComparison.Ordinal);
        Assert.Contains("is a CLIP", InProcess.Run("generate", run, "a text").Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_for_the_other_command_and_options_of_other_data_are_refused_in_a_sentence()
    {
        var (exit, _, error) = InProcess.Run("pretrain", Repository.File("recipes", "clip", "locked.json"));
        Assert.Equal(1, exit);
        Assert.Contains("use `sextant finetune", error, StringComparison.Ordinal);
        string missing = InProcess.Run("finetune", Repository.File("recipes", "clip", "locked.json"), "--set", "model.path=../no-such-run", "--data", ToyClipRecipes.Pictures(folder), "--out", folder.Combine("run")).Errors;
        Assert.Contains($"model.path: There is no folder {Path.GetFullPath(Repository.File("recipes", "no-such-run"))}", missing, StringComparison.Ordinal);
        Assert.Equal(2, InProcess.Run("finetune", Repository.File("recipes", "clip", "locked.json"), "--split", "split.csv").ExitCode);
        Assert.Contains("there", InProcess.Run("pretrain", Repository.File("recipes", "clip", "own-pictures.json"), "--data", folder.Combine("none.csv"), "--out", folder.Combine("run")).Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_batch_of_more_than_there_are_pictures_is_said_to_be_a_step_an_epoch()
    {
        string[] toy = ["training.horizon.count=1", "model.clip.picture.hidden=16", "model.clip.text.hidden=16", "model.clip.picture.feedForward=16", "model.clip.text.feedForward=16"];
        var (exit, _, error) = InProcess.Run(["pretrain", Repository.File("recipes", "clip", "own-pictures.json"), .. Set(toy), "--data", ToyClipRecipes.Pictures(folder), "--out", folder.Combine("run")]);
        Assert.Equal(0, exit);
        Assert.Contains("training.batch.size 256 is more than the", error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Set(IEnumerable<string> changes) => changes.SelectMany(change => new[] { "--set", change });
}
