using Sextant.Data.Pictures;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Matching.Contrastive;
using Sextant.Pretrained;
using Sextant.Tokenization;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Experiments.Clip;

public sealed class KnownMeasureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_wrong_with_the_known_task_is_said_before_anything_is_trained()
    {
        string start = ToyClipRecipes.Trained(ToyClipRecipes.Drawn(), folder, "model").Root, own = ToyClipRecipes.Pictures(folder);
        string one = folder.Write("own/one.csv", "picture,caption\n1.png,boat\n2.png,boat\n"), broken = folder.Write("own/none.csv", "picture,caption\nbroken.png,boat\nbroken2.png,cat\n");
        File.WriteAllText(folder.Combine("own/broken2.png"), "no picture");

        Assert.Contains("the one label boat", Refused(one), StringComparison.Ordinal);
        Assert.Contains("none of the 2 pictures", Refused(broken), StringComparison.Ordinal);

        string Refused(string path)
        {
            RunFolder run = new(folder.Combine("run"));
            string message = Assert.Throws<UserError>(() => ContrastiveRun.Train(ToyClipRecipes.Finetuning(start, own) with { Known = new KnownTask.Labels { Path = path } }, run, new RunSurroundings())).Message;
            Assert.False(run.Exists);
            return message;
        }
    }

    [Fact]
    public void Pictures_of_the_known_task_that_cannot_be_used_are_named()
    {
        string table = ToyClipRecipes.Pictures(folder);
        var said = new List<string>();
        using var known = KnownMeasure.Of(new KnownTask.Labels { Path = table }, PicturePreparation.Clip(24), said.Add, CancellationToken.None);
        Assert.Equal(40, known.Count);
        Assert.Contains("1 of 41", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("broken.png", said[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FrozenTowers.PictureTower)]
    [InlineData(FrozenTowers.BothButProjections)]
    public void A_frozen_picture_tower_computes_the_known_pictures_once(FrozenTowers frozen)
    {
        string start = ToyClipRecipes.Trained(ToyClipRecipes.Drawn(), folder, "model").BestFolder;
        using var model = PretrainedClip.Read(start);
        var features = new ModelFeatures(model, frozen, EncoderTokenizer.Load(start), CancellationToken.None);
        using var known = KnownMeasure.Of(new KnownTask.Drawn { Count = 60 }, PicturePreparation.Read(start), _ => { }, CancellationToken.None);
        var expected = known.Measure(features);

        known.Freeze(features);
        using (torch.no_grad())
        {
            foreach (var parameter in model.picture.parameters())
            {
                parameter.normal_();
            }
        }

        Assert.Equal(expected, known.Measure(features));
    }

    [Fact]
    public void New_weights_knew_nothing()
    {
        var recipe = ToyClipRecipes.Drawn() with { Known = new KnownTask.Drawn() };
        Assert.StartsWith("known:", Assert.Single(recipe.Problems()), StringComparison.Ordinal);
    }
}
