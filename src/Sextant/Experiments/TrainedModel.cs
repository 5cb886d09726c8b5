using Sextant.Data;
using Sextant.Decoding;
using Sextant.Models;
using Sextant.Pretrained;
using Sextant.Tokenization;
using TorchSharp;

namespace Sextant.Experiments;

/// <summary>A run's model with its best weights, its tokeniser and the recipe it came from.</summary>
public sealed class TrainedModel : IDisposable
{
    private TrainedModel(Recipe recipe, Tokenizer tokenizer, SequenceModel model, torch.Device device)
    {
        Device = device;
        Recipe = recipe;
        Tokenizer = tokenizer;
        Model = model;
        Translator = new Translator(model, tokenizer);
    }

    public Recipe Recipe { get; }

    public Tokenizer Tokenizer { get; }

    public SequenceModel Model { get; }

    public torch.Device Device { get; }

    public Translator Translator { get; }

    /// <summary>Whether the model translates; a language model of plain text does not.</summary>
    public bool Translates => Recipe.Data is not DataOptions.Text;

    /// <summary>What is translated at a time.</summary>
    public Unit Unit => Recipe.Data is DataOptions.Pairs pairs ? pairs.Unit : Unit.Word;

    /// <summary>Whether the tokeniser has a token for every character of a text.</summary>
    public bool CanRead(string text) => Tokenizer.Unknown is not null || Tokenizer.Encode(text).Unknowns.Count == 0;

    /// <summary>Whether a pair's inputs are no longer than the model can take.</summary>
    public bool Fits(Pair pair) =>
        PairCorpus.InputLength(new EncodedPair(pair, Tokenizer.Encode(pair.Source).Ids, Tokenizer.Encode(pair.Target).Ids), Recipe.Model.Layout) <= Model.MaximumLength;

    /// <summary>Whether the model knows small letters only.</summary>
    public bool LowerCases => Recipe.Data is DataOptions.PigLatin or DataOptions.Pairs { LowerCase: true };

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="UserError">No run is there, or it has no weights yet.</exception>
    public static TrainedModel Load(RunFolder folder, torch.Device device)
    {
        var recipe = folder.ReadRecipe();
        if (folder.ReadResult() is not null)
        {
            folder.CheckBest();
        }

        if (File.Exists(folder.BestWeightsPath) && !File.Exists(folder.TokenizerPath))
        {
            throw new UserError($"{folder.Root} lacks its tokenizer.json; restore it, or delete the folder and train again.");
        }

        if (!File.Exists(folder.BestWeightsPath))
        {
            throw new UserError($"{folder.Root} holds no trained weights yet; train it to its first evaluation with `sextant train {folder.RecipePath} --out {folder.Root}`.");
        }

        torch.set_num_threads(recipe.Training.Threads); // on models of this size a second thread waits more than it works
        var tokenizer = Tokenizer.Load(folder.TokenizerPath);
        var model = SequenceModels.Create(recipe.Model, tokenizer.VocabularySize, recipe.Seed);
        CopyWeights(SafeTensors.Read(folder.BestWeightsPath), model, folder.BestWeightsPath);
        model.to(device);
        model.eval();
        return new TrainedModel(recipe, tokenizer, model, device);
    }

    /// <summary>The most tokens of a translation: the course's 20 for the course's models, else room for twice the source.</summary>
    public LengthLimit Limit => Recipe.Model is ModelOptions.Modern ? LengthLimit.Roomy : LengthLimit.Course;

    public void Dispose() => Model.Dispose();

    /// <summary>Copies weights into a model of the same shape and disposes them.</summary>
    /// <exception cref="UserError">A tensor is missing, left over or of another shape.</exception>
    internal static void CopyWeights(IReadOnlyDictionary<string, torch.Tensor> weights, torch.nn.Module model, string origin)
    {
        using var noGradient = torch.no_grad();
        HashSet<string> left = [.. weights.Keys];
        foreach ((string name, var parameter) in model.named_parameters())
        {
            if (!weights.TryGetValue(name, out var values) || !values.shape.SequenceEqual(parameter.shape))
            {
                throw new UserError($"{origin} does not fit the recipe beside it: {name} is {(values is null ? "missing" : $"[{string.Join(", ", values.shape)}] and not [{string.Join(", ", parameter.shape)}]")}; train again into another folder.");
            }

            parameter.copy_(values);
            left.Remove(name);
        }

        foreach (var tensor in weights.Values)
        {
            tensor.Dispose();
        }

        if (left.Count > 0)
        {
            throw new UserError($"{origin} does not fit the recipe beside it: it also holds {string.Join(", ", left)}; train again into another folder.");
        }
    }
}
