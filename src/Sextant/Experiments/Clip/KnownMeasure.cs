using Sextant.Data.Drawn;
using Sextant.Data.Pictures;
using Sextant.Matching;
using Sextant.Matching.Contrastive;
using TorchSharp;

namespace Sextant.Experiments.Clip;

/// <summary>A known task with its pictures, made ready once and measured as often as weights change.</summary>
internal sealed class KnownMeasure : IDisposable
{
    private readonly Func<FeatureTable, Func<IReadOnlyList<string>, FeatureTable>, Proportion> measure;
    private PictureRows rows;
    private torch.Tensor? frozen;

    private KnownMeasure(PicturePixels pixels, Func<FeatureTable, Func<IReadOnlyList<string>, FeatureTable>, Proportion> measure) => (rows, Count, this.measure) = (pixels, pixels.Numbers.Count, measure);

    /// <summary>Pictures.</summary>
    public int Count { get; }

    /// <param name="task">The task.</param>
    /// <param name="preparation">Of the model.</param>
    /// <param name="notice">Told of pictures that cannot be used.</param>
    /// <param name="stop">Asked for by the user.</param>
    /// <exception cref="UserError">None of its pictures can be used, or they are of one label.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static KnownMeasure Of(KnownTask task, PicturePreparation preparation, Action<string> notice, CancellationToken stop)
    {
        switch (task)
        {
            case KnownTask.Drawn drawn:
                ScenePool pool = new(drawn.Seed, heldOutShare: 0);
                DrawnScene[] scenes = [.. Enumerable.Range(0, drawn.Count).Select(i => pool.Measuring(i, isHeldOut: false))];
                return new KnownMeasure(CaptionedData.Drawn(scenes, preparation, stop), (pictures, texts) => DrawnMeasures.NamingOf(scenes, pictures, texts));
            case KnownTask.Labels labels:
                return OfLabels(labels, preparation, notice, stop);
            default:
                throw new NotSupportedException(task.GetType().Name);
        }
    }

    /// <summary>Computes once what a frozen picture tower makes of the pictures, whatever the other weights become.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public void Freeze(ModelFeatures features)
    {
        frozen = features.Frozen(rows, Count);
        rows = new FeatureRows(frozen);
    }

    /// <summary>The share that is right of the weights as they stand.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Proportion Measure(ModelFeatures features) => measure(features.Pictures(rows, Count), features.Texts);

    public void Dispose() => frozen?.Dispose();

    private static KnownMeasure OfLabels(KnownTask.Labels task, PicturePreparation preparation, Action<string> notice, CancellationToken stop)
    {
        var all = PictureFolder.Captioned(task.Path);
        string[] labels = [.. all.Select(picture => picture.Captions[0]).Distinct().Order(StringComparer.Ordinal)];
        if (labels.Length < 2)
        {
            throw new UserError($"known.path: {task.Path} has {(labels.Length == 0 ? "no labelled picture" : $"the one label {labels[0]}")}, and telling labels apart takes two.");
        }

        var leftOut = new List<string>();
        var pixels = PicturePixels.Of([.. Enumerable.Range(0, all.Count)], i => PictureDecoder.Read(all[i].Path), preparation, null, 0, leftOut.Add, stop);
        if (pixels.Numbers.Count == 0)
        {
            throw new UserError($"known.path: none of the {all.Count} pictures of {task.Path} can be used: {leftOut[0]}");
        }

        if (leftOut.Count > 0)
        {
            notice($"{task.Path}: {leftOut.Count} of {all.Count} pictures of the known task left out: {leftOut[0].TrimEnd('.')}{(leftOut.Count > 1 ? "; ..." : "")}.");
        }

        return new KnownMeasure(pixels, (pictures, texts) =>
        {
            float[] cosines = pictures.Products(ZeroShot.Classes(labels, task.Templates, texts));
            return Proportion.Of(pixels.Numbers.Select((number, row) =>
            {
                var own = cosines.AsSpan(row * labels.Length, labels.Length);
                int best = 0;
                for (int i = 1; i < own.Length; i++)
                {
                    best = own[i] > own[best] ? i : best;
                }

                return labels[best] == all[number].Captions[0];
            }));
        });
    }
}
