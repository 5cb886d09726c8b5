using System.Globalization;
using System.Text.Json.Nodes;
using Sextant.Models.Encoders;

namespace Sextant.Pretrained;

/// <summary>What config.json beside a published encoder says of it.</summary>
/// <param name="Options">The encoder.</param>
/// <param name="VocabularySize">V.</param>
/// <param name="Labels">Names of the classes of its classifier, in the order of their numbers; empty where it names none.</param>
/// <param name="ModelClass">The class that it was saved from, such as "BertForMaskedLM"; null where it says nothing.</param>
public sealed record EncoderConfig(EncoderOptions Options, int VocabularySize, IReadOnlyList<string> Labels, string? ModelClass)
{
    /// <summary>problem_type: what its classifier was trained for; null where it says nothing.</summary>
    internal string? ProblemType { get; private init; }

    /// <summary>Reads the config.json of a folder, with the reference's defaults for what it leaves out.</summary>
    /// <exception cref="UserError">There is none, it is no JSON, or it describes a model that is not of the BERT family or not known here.</exception>
    public static EncoderConfig Read(string folder)
    {
        var json = ConfigFile.Read(folder);
        string? modelClass = (json["architectures"] as JsonArray)?.FirstOrDefault()?.ToString();
        bool isRoberta = IsRoberta(json, modelClass);
        json.Refuse("position_embedding_type", "absolute", "only absolute positions are known here");
        json.RefuseTrue("is_decoder", "a decoder is not");
        json.RefuseTrue("add_cross_attention", "cross-attention is not");
        double dropout = json.Number("hidden_dropout_prob", 0.1);
        EncoderOptions options = isRoberta ? new EncoderOptions.Roberta { Hidden = 0, Layers = 0, Heads = 0, FeedForward = 0 } : new EncoderOptions.Bert { Hidden = 0, Layers = 0, Heads = 0, FeedForward = 0 };
        options = options with
        {
            Hidden = json.Integer("hidden_size", 768),
            Layers = json.Integer("num_hidden_layers", 12),
            Heads = json.Integer("num_attention_heads", 12),
            FeedForward = json.Integer("intermediate_size", 3072),
            Positions = json.Integer("max_position_embeddings", 512),
            TokenTypes = json.Integer("type_vocab_size", 2),
            PaddingId = json.Integer("pad_token_id", isRoberta ? 1 : 0),
            NormEpsilon = json.Number("layer_norm_eps", 1e-12),
            Activation = json.Activation("hidden_act", Activation.Gelu),
            Dropout = dropout,
            AttentionDropout = json.Number("attention_probs_dropout_prob", 0.1),
            ClassifierDropout = json.Number("classifier_dropout", dropout),
            InitialDeviation = json.Number("initializer_range", 0.02),
        };
        int vocabulary = json.Integer("vocab_size", isRoberta ? 50265 : 30522);
        string[] problems = [.. options.Problems(json.Path), .. vocabulary <= options.PaddingId ? [$"{json.Path}: vocab_size {vocabulary} leaves no room for pad_token_id {options.PaddingId}."] : Array.Empty<string>()];
        return problems.Length == 0
            ? new EncoderConfig(options, vocabulary, LabelsOf(json), modelClass) { ProblemType = json["problem_type"]?.ToString() }
            : throw new UserError($"{string.Join(' ', problems)} Fetch the model again or correct the file.");
    }

    /// <summary>Holds the size of the model against that of its weights, before memory is asked for.</summary>
    /// <param name="folder">Of the config.</param>
    /// <param name="file">The weights; null where they are drawn.</param>
    /// <exception cref="UserError">The model would be several times as large as the file, or larger than any.</exception>
    internal void CheckSize(string folder, TensorFile? file = null)
    {
        double hidden = Options.Hidden, inner = Options.FeedForward;
        double values = (((double)VocabularySize + Options.Positions + Options.TokenTypes) * hidden) + (Options.Layers * ((4 * hidden * hidden) + (2 * hidden * inner)));
        ConfigFile.CheckSize(values, "vocab_size, hidden_size and num_hidden_layers", folder, file);
    }

    /// <summary>Writes it as other tools read it.</summary>
    public void Write(string folder)
    {
        bool isBert = Options is EncoderOptions.Bert;
        var json = new JsonObject
        {
            ["architectures"] = ModelClass is null ? null : new JsonArray(ModelClass),
            ["model_type"] = isBert ? "bert" : "roberta",
            ["vocab_size"] = VocabularySize,
            ["hidden_size"] = Options.Hidden,
            ["num_hidden_layers"] = Options.Layers,
            ["num_attention_heads"] = Options.Heads,
            ["intermediate_size"] = Options.FeedForward,
            ["max_position_embeddings"] = Options.Positions,
            ["type_vocab_size"] = Options.TokenTypes,
            ["pad_token_id"] = Options.PaddingId,
            ["layer_norm_eps"] = Options.NormEpsilon,
            ["hidden_act"] = ConfigFile.NameOf(Options.Activation),
            ["hidden_dropout_prob"] = Options.Dropout,
            ["attention_probs_dropout_prob"] = Options.AttentionDropout,
            ["classifier_dropout"] = Options.ClassifierDropout,
            ["initializer_range"] = Options.InitialDeviation,
            ["position_embedding_type"] = "absolute",
        };
        if (Labels.Count > 0)
        {
            json["id2label"] = new JsonObject(Labels.Select((label, i) => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), (JsonNode?)label)));
            json["label2id"] = new JsonObject(Labels.Select((label, i) => KeyValuePair.Create(label, (JsonNode?)i)));
        }

        ConfigFile.Write(folder, json);
    }

    private static bool IsRoberta(ConfigFile json, string? modelClass)
    {
        string? type = json["model_type"]?.ToString();
        return (type, modelClass) switch
        {
            ("bert", _) => false,
            ("roberta" or "xlm-roberta" or "camembert", _) => true,
            (null, string name) when name.StartsWith("Roberta", StringComparison.Ordinal) => true,
            (null, _) => false, // the oldest files name neither: they are BERT's
            _ => throw new UserError($"{json.Path} describes a model of type '{type}', not of the BERT family; give one of type bert or roberta."),
        };
    }

    private static string[] LabelsOf(ConfigFile json)
    {
        if (json["id2label"] is not JsonObject names)
        {
            return [];
        }

        return [.. Enumerable.Range(0, names.Count).Select(i =>
            names[i.ToString(CultureInfo.InvariantCulture)]?.ToString() ?? throw new UserError($"{json.Path}: id2label names no class {i}; number the classes from 0."))];
    }
}
