using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Pretrained;

/// <summary>Published encoders of the BERT family: folders in the layout of Hugging Face, with config.json and weights.</summary>
public static class PretrainedEncoders
{
    /// <summary>A classifier with a new head on the body that the folder holds, and how the two met.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="classes">Two or more.</param>
    /// <param name="seed">Decides the head's weights, and the adapters'.</param>
    /// <param name="adapters">Low-rank adapters in every layer; null for none.</param>
    /// <param name="expected">What else the checkpoint may lack or have; null for nothing.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <exception cref="UserError">The folder cannot be read, or its weights do not meet its config.</exception>
    public static (EncoderClassifier Model, WeightMatch Match) NewClassifier(string folder, int classes, ulong seed, AdapterOptions? adapters = null, ExpectedWeights? expected = null, string? fileName = null)
    {
        using var file = TensorFile.Open(folder, fileName);
        EncoderConfig.Read(folder).CheckSize(folder, file);
        var model = RandomClassifier(folder, classes, seed, adapters);
        return (model, Read(model, file, (expected ?? ExpectedWeights.None) with { New = ["classifier."] }));
    }

    /// <summary>The same network with all its weights drawn by seed.</summary>
    /// <exception cref="UserError">The folder has no config.json of an encoder.</exception>
    public static EncoderClassifier RandomClassifier(string folder, int classes, ulong seed, AdapterOptions? adapters = null)
    {
        var config = EncoderConfig.Read(folder);
        config.CheckSize(folder);
        var model = new EncoderClassifier(config.Options, config.VocabularySize, classes, adapters);
        using var generator = new torch.Generator(seed, torch.CPU);
        model.Initialise(generator);
        return model;
    }

    /// <summary>A classifier with the head that the folder holds.</summary>
    /// <exception cref="UserError">The folder cannot be read, holds no head of one class for a text, or its weights do not meet its config.</exception>
    public static EncoderClassifier Classifier(string folder, string? fileName = null)
    {
        var config = EncoderConfig.Read(folder);
        using var file = TensorFile.Open(folder, fileName);
        string head = config.Options is EncoderOptions.Bert ? "classifier.weight" : "classifier.out_proj.weight";
        var weight = file.Find(head) ?? throw new UserError($"{file.Path} holds no {head}: it is no classifier; fine-tune it first.");
        if (config.ProblemType is not (null or "single_label_classification"))
        {
            throw new UserError($"{Path.Combine(folder, ConfigFile.FileName)}: problem_type is '{config.ProblemType.Shown()}', and only classifiers that give a text one class are known here; use another model, or fine-tune this one for classes of your own.");
        }

        if (weight.Shape is not [>= 2 and <= int.MaxValue, var width] || width != config.Options.Hidden)
        {
            throw new UserError($"{file.Path}: {head} is [{string.Join(", ", weight.Shape)}], not two or more classes by {config.Options.Hidden}: it is no classifier, such as a regression; use another model, or fine-tune this one for classes of your own.");
        }

        return Filled(config, () => new EncoderClassifier(config.Options, config.VocabularySize, (int)weight.Shape[0]), folder, fileName);
    }

    /// <summary>The body with its masked-language head.</summary>
    /// <exception cref="UserError">The folder cannot be read, holds no such head, or its weights do not meet its config.</exception>
    public static MaskedLanguageModel MaskedLanguageModel(string folder, string? fileName = null)
    {
        var config = EncoderConfig.Read(folder);
        return Filled(config, () => new MaskedLanguageModel(config.Options, config.VocabularySize), folder, fileName);
    }

    /// <summary>The body with its pooler.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="fileName">Which file of weights; null for the one that is found.</param>
    /// <param name="mayLackPooler">Whether the pooler is not needed, and is whatever it is where the checkpoint has none.</param>
    /// <exception cref="UserError">The folder cannot be read, or its weights do not meet its config.</exception>
    public static PooledEncoder Pooled(string folder, string? fileName = null, bool mayLackPooler = false)
    {
        var config = EncoderConfig.Read(folder);
        var expected = mayLackPooler ? new ExpectedWeights([PublishedNames.Prefix(config.Options) + "pooler."], []) : ExpectedWeights.None;
        return Filled(config, () => new PooledEncoder(config.Options, config.VocabularySize), folder, fileName, expected);
    }

    /// <summary>An encoder for filling in, with weights drawn by seed.</summary>
    public static MaskedLanguageModel New(EncoderOptions options, int vocabularySize, ulong seed)
    {
        var model = new MaskedLanguageModel(options, vocabularySize);
        using var generator = new torch.Generator(seed, torch.CPU);
        model.Initialise(generator);
        return model;
    }

    /// <summary>Writes config.json and model.safetensors as other tools read them; adapters are merged.</summary>
    /// <param name="model">Any of the three kinds.</param>
    /// <param name="folder">Made if need be.</param>
    /// <param name="labels">Names of a classifier's classes; null for none.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(EncoderModel model, string folder, IReadOnlyList<string>? labels = null)
    {
        Directory.CreateDirectory(folder);
        PublishedWeights.Write(Path.Combine(folder, PublishedWeights.FileName), EncoderWeights.Of(model));
        new EncoderConfig(model.Options, model.VocabularySize, labels ?? [], ClassOf(model)).Write(folder);
    }

    private static string ClassOf(EncoderModel model) => (model.Options is EncoderOptions.Bert ? "Bert" : "Roberta") + model switch
    {
        EncoderClassifier => "ForSequenceClassification",
        Models.Encoders.MaskedLanguageModel => "ForMaskedLM",
        _ => "Model",
    };

    /// <summary>Fills a model, which is disposed of where that fails.</summary>
    private static WeightMatch Read(EncoderModel model, TensorFile file, ExpectedWeights expected)
    {
        try
        {
            return EncoderWeights.Read(model, file, expected);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A model that is made only where the file has about as much as it needs.</summary>
    private static T Filled<T>(EncoderConfig config, Func<T> make, string folder, string? fileName, ExpectedWeights? expected = null)
        where T : EncoderModel
    {
        using var file = TensorFile.Open(folder, fileName);
        config.CheckSize(folder, file);
        var model = make();
        Read(model, file, expected ?? ExpectedWeights.None);
        return model;
    }
}
