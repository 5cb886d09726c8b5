using Sextant.Data;
using Sextant.Pretrained;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Verification;

/// <summary>Holds a downloaded encoder against numbers that its publishers print.</summary>
public static class PublishedVerification
{
    /// <summary>Ids, hidden states, the tokens that fill a gap, or scores of pictures, whichever were published of the model.</summary>
    /// <param name="name">Of the model, such as "tbs17/MathBERT"; or a path that ends in it.</param>
    /// <param name="folder">Where it lies.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <param name="pictures">A folder with the pictures that scores were published of, or some of them; null for none.</param>
    /// <exception cref="UserError">Nothing was published of a model of this name, the folder cannot be used, or pictures are needed and none is there.</exception>
    public static IReadOnlyList<GoldenCheck> Check(string name, string folder, string? fileName = null, string? pictures = null)
    {
        var published = PublishedOutputs.Find(name) ?? PublishedOutputs.Find(folder)
            ?? throw new UserError($"No outputs of a model '{name}' are known here ({string.Join(", ", PublishedOutputs.All.Select(p => p.Name))}); give --golden FILE with reference outputs.");
        int largest = published.Texts.SelectMany(text => text.Ids ?? []).Concat(published.States?.Ids ?? []).Concat(published.Texts.SelectMany(text => text.Top.Select(t => t.Id))).Max();
        int vocabulary = published.Scores.Count > 0 ? ClipConfig.Read(folder).VocabularySize : EncoderConfig.Read(folder).VocabularySize;
        if (vocabulary <= largest)
        {
            throw new UserError($"{folder} is not {published.Name}: its vocabulary has {vocabulary} tokens, and the published outputs hold the token {largest}; give the folder of that model, or --golden FILE.");
        }

        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        return
        [
            .. published.Texts.SelectMany(text => Of(text, folder, fileName)),
            .. published.States is { } states ? [Of(states, folder, fileName)] : Array.Empty<GoldenCheck>(),
            .. published.Scores.Count > 0 ? PublishedScoring.Check(published, folder, fileName, pictures) : [],
        ];
    }

    private static IEnumerable<GoldenCheck> Of(PublishedText text, string folder, string? fileName)
    {
        var tokenizer = EncoderTokenizer.Load(folder, text.Normalize);
        int[] ids = tokenizer.Encode(text.Text).Ids;
        if (text.Ids is { } expected)
        {
            yield return new Tolerance(0.5, 0).Check($"ids of \"{Short(text.Text)}\"", [.. ids.Select(id => (double)id)], [.. expected.Select(id => (double)id)]);
        }

        if (text.Top.Count == 0)
        {
            yield break;
        }

        using var model = PretrainedEncoders.MaskedLanguageModel(folder, fileName);
        model.eval();
        int gap = Array.IndexOf(ids, tokenizer.MaskId);
        using var batch = BatchOf(ids);
        var chances = model.Predict(model.LastHiddenState(batch))[0, gap].to(torch.ScalarType.Float64).softmax(0);
        yield return new Tolerance(PublishedOutputs.ProbabilityTolerance, 0).Check(
            $"what fills the gap of \"{Short(text.Text)}\"", [.. text.Top.Select(t => chances[t.Id].ToDouble())], [.. text.Top.Select(t => t.Probability)]);
    }

    private static GoldenCheck Of(PublishedStates states, string folder, string? fileName)
    {
        using var model = PretrainedEncoders.Pooled(folder, fileName, mayLackPooler: true);
        model.eval();
        using var batch = BatchOf(states.Ids, states.Mask);
        var hidden = model.LastHiddenState(batch)[0];
        double[] found = [.. Enumerable.Range(0, states.Values.Length).SelectMany(row => Enumerable.Range(0, states.Values[row].Length).Select(column => hidden[states.First + row, states.First + column].ToDouble()))];
        return new Tolerance(states.Tolerance, 0).Check("hidden states", found, [.. states.Values.SelectMany(row => row)]);
    }

    private static Batch BatchOf(int[] ids, int[]? mask = null)
    {
        var tensor = torch.tensor([.. ids.Select(id => (long)id)], [1, ids.Length]);
        return new Batch(null, null, tensor, null, torch.empty(0), new BatchShape(1, 0, ids.Length, ids.Length, ids.Length))
        {
            InputMask = mask is null ? null : torch.tensor([.. mask.Select(m => m != 0)], [1, ids.Length]),
        };
    }

    private static string Short(string text) => text.Length > 30 ? text[..30] + "..." : text;
}
