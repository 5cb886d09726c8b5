using Sextant.Data;
using Sextant.Data.Drawn;
using Sextant.Experiments;
using Sextant.Experiments.Clip;
using Sextant.Matching;
using Sextant.Matching.Contrastive;
using Sextant.Models.Clip;
using Sextant.Training;
using SkiaSharp;

namespace Sextant.Tests.Experiments.Clip;

/// <summary>Contrastive trainings of a second.</summary>
internal static class ToyClipRecipes
{
    /// <summary>A recipe with everything that draws or keeps state: shuffled batches, two captions anew, neighbours from some epoch on, a stem of convolutions, dropout, averaged weights, clipping, a schedule, chunks.</summary>
    public static ContrastiveRecipe Drawn() => new()
    {
        Name = "toy-clip",
        Data = new ContrastiveData.Drawn { Count = 80, ValidationCount = 24, SecondCaptions = new CaptionMix(), Neighbours = new NeighbourOptions { Group = 4, FromEpoch = 3 } },
        Model = new ClipSource.Drawn { Clip = Towers(), VocabularySize = 560 },
        Contrastive = new ContrastiveOptions { Chunk = 7 },
        Measures = new DrawnMeasuring { Galleries = 1, GallerySize = 40, Targets = 2 },
        Training = new TrainingOptions
        {
            Optimizer = new OptimizerOptions.AdamW { LearningRate = 2e-3 },
            Schedule = new ScheduleOptions.WarmupStableDecay { Warmup = 0.1, Decay = 0.5 },
            Batch = new BatchOptions.Examples { Size = 16 },
            Horizon = new Horizon.Steps { Count = 24 },
            Evaluate = new EvaluationInterval.Steps { Count = 6 },
            ClipNorm = 1,
            AveragingDecay = 0.9,
            ValidationBatch = 12,
        },
        Seed = 3,
    };

    /// <summary>The fine-tuning of a model on a user's own pictures.</summary>
    public static ContrastiveRecipe Finetuning(string model, string pictures) => Drawn() with
    {
        Name = "toy-finetuned",
        Model = new ClipSource.Pretrained { Path = model },
        Data = new ContrastiveData.Pictures { Path = pictures, ValidationShare = 0.25 },
    };

    public static ClipOptions Towers() => new()
    {
        Picture = new PictureTowerOptions { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 32, Size = 24, Patch = 8, Stem = new PictureStem.Convolutions { Widths = [8, 16] }, AttentionDropout = 0.1 },
        Text = new TextTowerOptions { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 32, Positions = 16 },
        Projection = 12,
    };

    /// <summary>Drawn pictures as files of a user's own, two captions to some, one of no use; the path of their table.</summary>
    public static string Pictures(TemporaryFolder folder, int count = 40, string name = "own")
    {
        Directory.CreateDirectory(folder.Combine(name));
        var pool = new ScenePool(9, 0);
        var lines = new List<string> { "picture,caption" };
        for (int i = 0; i < count; i++)
        {
            var scene = pool.Training(i);
            var picture = SceneDrawing.Draw(scene, 40);
            using var bitmap = new SKBitmap(40, 30);
            for (int at = 0; at < 40 * 30; at++)
            {
                bitmap.SetPixel(at % 40, at / 40, new SKColor(picture.Rgb[3 * at], picture.Rgb[(3 * at) + 1], picture.Rgb[(3 * at) + 2]));
            }

            using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(folder.Combine($"{name}/{i}.png"), data.ToArray());
            lines.Add($"{i}.png,{SceneCaptions.Short(scene)}");
            if (i % 3 == 0)
            {
                lines.Add($"{i}.png,{SceneCaptions.Full(scene)}");
            }
        }

        File.WriteAllText(folder.Combine($"{name}/broken.png"), "no picture");
        lines.Add("broken.png,nothing");
        return folder.Write($"{name}/captions.csv", string.Join('\n', lines) + "\n");
    }

    public static RunFolder Trained(ContrastiveRecipe recipe, TemporaryFolder folder, string name, RunSurroundings? surroundings = null)
    {
        RunFolder run = new(folder.Combine(name));
        ContrastiveRun.Train(recipe, run, surroundings ?? new RunSurroundings());
        return run;
    }
}
