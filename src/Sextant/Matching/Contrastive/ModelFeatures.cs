using Sextant.Models.Clip;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Matching.Contrastive;

/// <summary>Features of a model that is in training, as it stands, without dropout.</summary>
/// <param name="model">On its device.</param>
/// <param name="frozen">Decides what rows of a frozen tower mean.</param>
/// <param name="tokenizer">Of the model.</param>
/// <param name="stop">Asked for by the user.</param>
internal sealed class ModelFeatures(ClipModel model, FrozenTowers frozen, EncoderTokenizer tokenizer, CancellationToken stop)
{
    private const int Batch = 256;

    /// <summary>A row for each text.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public FeatureTable Texts(IReadOnlyList<string> texts) => Table(texts.Count, (at, count, device) =>
    {
        int[][] ids = [.. Enumerable.Range(at, count).Select(i => tokenizer.Encode(texts[i], maximum: model.Options.Text.Positions).Ids)];
        using var input = ContrastiveCollation.Ids(ids, tokenizer.PaddingId, device);
        return model.TextFeatures(input);
    });

    /// <summary>A row for each picture.</summary>
    /// <param name="rows">The pictures.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public FeatureTable Pictures(PictureRows rows, int count) => Table(count, (at, some, device) =>
    {
        using var pixels = rows.Get(0, [.. Enumerable.Range(at, some)], device);
        return pixels.dim() == 4 ? model.PictureFeatures(pixels) : frozen == FrozenTowers.PictureTower ? pixels.alias() : model.pictureProjection.Forward(pixels);
    });

    /// <summary>What a frozen picture tower makes of each picture, [N, W] float32 that no dispose scope owns.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public torch.Tensor Frozen(PictureRows rows, int count)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        model.eval();
        var device = model.logitScale.device;
        var parts = new List<torch.Tensor>();
        for (int at = 0; at < count; at += Batch)
        {
            stop.ThrowIfCancellationRequested();
            using var step = torch.NewDisposeScope();
            using var pixels = rows.Get(0, [.. Enumerable.Range(at, Math.Min(Batch, count - at))], device);
            parts.Add((frozen == FrozenTowers.PictureTower ? model.PictureFeatures(pixels) : model.picture.Forward(pixels)).MoveToOuterDisposeScope());
        }

        return torch.cat(parts).DetachFromDisposeScope();
    }

    private FeatureTable Table(int count, Func<int, int, torch.Device, torch.Tensor> make)
    {
        using var noGradient = torch.no_grad();
        bool wasTraining = model.training;
        model.eval();
        float[] values = new float[count * model.Options.Projection];
        for (int at = 0; at < count; at += Batch)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            make(at, Math.Min(Batch, count - at), model.logitScale.device).cpu().contiguous().data<float>().CopyTo(values, at * model.Options.Projection);
        }

        model.train(wasTraining);
        return FeatureTable.Of(count, model.Options.Projection, values);
    }
}
