using System.Globalization;
using System.Text.Json;
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
    internal const string FileName = "config.json";

    /// <summary>Of one model: far above any published encoder of this family, and what float32 still fits in memory of.</summary>
    private const double MostValues = 2e10;

    /// <summary>A checkpoint holds all of its model, or all but heads and poolers.</summary>
    private const double MostToOneStored = 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>problem_type: what its classifier was trained for; null where it says nothing.</summary>
    internal string? ProblemType { get; private init; }

    /// <summary>Reads the config.json of a folder, with the reference's defaults for what it leaves out.</summary>
    /// <exception cref="UserError">There is none, it is no JSON, or it describes a model that is not of the BERT family or not known here.</exception>
    public static EncoderConfig Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        var json = new Values(path, Parse(path, folder));
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
            Activation = ActivationOf(json),
            Dropout = dropout,
            AttentionDropout = json.Number("attention_probs_dropout_prob", 0.1),
            ClassifierDropout = json.Number("classifier_dropout", dropout),
            InitialDeviation = json.Number("initializer_range", 0.02),
        };
        int vocabulary = json.Integer("vocab_size", isRoberta ? 50265 : 30522);
        string[] problems = [.. options.Problems(path), .. vocabulary <= options.PaddingId ? [$"{path}: vocab_size {vocabulary} leaves no room for pad_token_id {options.PaddingId}."] : Array.Empty<string>()];
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
        double stored = file?.Tensors.Sum(tensor => (double)tensor.Count) ?? double.PositiveInfinity;
        if (values > Math.Min(MostValues, MostToOneStored * stored))
        {
            string against = values > MostValues ? "more than any encoder that is known here" : string.Create(CultureInfo.InvariantCulture, $"and {file!.Path} holds {stored:G3}");
            throw new UserError(string.Create(CultureInfo.InvariantCulture, $"{Path.Combine(folder, FileName)} describes a model of {values:G3} weights, {against}; correct its vocab_size, hidden_size and num_hidden_layers, or fetch the model again."));
        }
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
            ["hidden_act"] = Options.Activation switch { Activation.Gelu => "gelu", Activation.GeluTanh => "gelu_new", _ => "relu" },
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

        WholeFile.Write(Path.Combine(folder, FileName), json.ToJsonString(Indented) + "\n");
    }

    private static JsonObject Parse(string path, string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: Strict) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException e)
        {
            throw new UserError($"{path} is not the JSON object that describes a model; fetch it again.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(Directory.Exists(folder)
                ? $"{folder} holds no config.json, which says what model its weights are of; give the folder of a published model, or fetch it again."
                : $"There is no folder {folder}; give the folder of a model.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static bool IsRoberta(Values json, string? modelClass)
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

    private static Activation ActivationOf(Values json) => json["hidden_act"]?.ToString() switch
    {
        null or "gelu" => Activation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" => Activation.GeluTanh,
        "relu" => Activation.Relu,
        string other => throw new UserError($"{json.Path}: hidden_act is '{other}', and gelu, gelu_new and relu are known here."),
    };

    private static string[] LabelsOf(Values json)
    {
        if (json["id2label"] is not JsonObject names)
        {
            return [];
        }

        return [.. Enumerable.Range(0, names.Count).Select(i =>
            names[i.ToString(CultureInfo.InvariantCulture)]?.ToString() ?? throw new UserError($"{json.Path}: id2label names no class {i}; number the classes from 0."))];
    }

    private sealed class Values(string path, JsonObject json)
    {
        public string Path => path;

        public JsonNode? this[string key] => json[key];

        public int Integer(string key, int otherwise) => Number(key, otherwise) is var number && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue
            ? (int)number
            : throw new UserError($"{path}: {key} is {json[key]}, not a whole number.");

        public double Number(string key, double otherwise) => json[key] switch
        {
            null => otherwise,
            JsonValue value when value.TryGetValue(out double number) && double.IsFinite(number) => number,
            var other => throw new UserError($"{path}: {key} is {other.ToJsonString()}, not a number."),
        };

        public void Refuse(string key, string known, string why)
        {
            if (json[key] is { } value && value.ToString() != known)
            {
                throw new UserError($"{path}: {key} is '{value}', and {why}.");
            }
        }

        public void RefuseTrue(string key, string what)
        {
            if (json[key] is { } value && value.GetValueKind() == JsonValueKind.True)
            {
                throw new UserError($"{path}: {key} is true, and {what} an encoder that is known here.");
            }
        }
    }
}
