using System.Text.Json.Nodes;
using Sextant.Models.Clip;
using Sextant.Models.Encoders;

namespace Sextant.Pretrained;

/// <summary>What config.json beside a published CLIP says of it.</summary>
/// <param name="Options">The towers.</param>
/// <param name="VocabularySize">V.</param>
public sealed record ClipConfig(ClipOptions Options, int VocabularySize)
{
    private const string ModelType = "clip", ModelClass = "CLIPModel";

    /// <summary>Of a model that no other tool reads, and the key that says so: widths of its stem of convolutions.</summary>
    private const string StemClass = "CLIPModelWithConvolutionStem", StemKey = "convolution_stem_widths";

    /// <summary>The end id of the published files, which is wrong for their vocabulary: with it other tools take a text's output at the highest id.</summary>
    private const int HighestIsEnd = 2;

    /// <summary>Reads the config.json of a folder, with the reference's defaults for what it leaves out. Its begin and padding ids decide nothing; of its end id see <see cref="End"/>.</summary>
    /// <exception cref="UserError">There is none, it is no JSON, or it describes a model that is no CLIP or not known here.</exception>
    public static ClipConfig Read(string folder)
    {
        var json = ConfigFile.Read(folder);
        string? type = json["model_type"]?.ToString();
        if (!IsClip(json))
        {
            throw new UserError($"{json.Path} describes a model of type '{(type ?? "").Shown()}', not a CLIP; give the folder of a model of type {ModelType}.");
        }

        ConfigFile text = Tower(json, "text_config"), picture = Tower(json, "vision_config");
        int vocabulary = text.Integer("vocab_size", 49408);
        var options = new ClipOptions
        {
            Picture = new PictureTowerOptions
            {
                Hidden = picture.Integer("hidden_size", 768),
                Layers = picture.Integer("num_hidden_layers", 12),
                Heads = picture.Integer("num_attention_heads", 12),
                FeedForward = picture.Integer("intermediate_size", 3072),
                Size = picture.Integer("image_size", 224),
                Patch = picture.Integer("patch_size", 32),
                Channels = picture.Integer("num_channels", 3),
                Stem = Stem(picture),
                Activation = picture.Activation("hidden_act", Activation.QuickGelu),
                NormEpsilon = picture.Number("layer_norm_eps", 1e-5),
                AttentionDropout = picture.Number("attention_dropout", 0),
                InitialDeviation = picture.Number("initializer_range", 0.02),
            },
            Text = new TextTowerOptions
            {
                Hidden = text.Integer("hidden_size", 512),
                Layers = text.Integer("num_hidden_layers", 12),
                Heads = text.Integer("num_attention_heads", 8),
                FeedForward = text.Integer("intermediate_size", 2048),
                Positions = text.Integer("max_position_embeddings", 77),
                End = End(text, vocabulary),
                Activation = text.Activation("hidden_act", Activation.QuickGelu),
                NormEpsilon = text.Number("layer_norm_eps", 1e-5),
                AttentionDropout = text.Number("attention_dropout", 0),
                InitialDeviation = text.Number("initializer_range", 0.02),
            },
            Projection = json.Integer("projection_dim", 512),
            InitialLogitScale = json.Number("logit_scale_init_value", 2.6592),
            InitialFactor = json.Number("initializer_factor", 1),
        };
        string[] problems = [.. options.Problems(json.Path), .. vocabulary < 2 ? [$"{json.Path}: text_config.vocab_size {vocabulary} is not at least 2."] : Array.Empty<string>()];
        return problems.Length == 0 ? new ClipConfig(options, vocabulary) : throw new UserError($"{string.Join(' ', problems)} Fetch the model again or correct the file.");
    }

    /// <summary>Whether a config.json is of a CLIP.</summary>
    internal static bool IsClip(ConfigFile json) => json["model_type"]?.ToString() switch
    {
        ModelType => true,
        null => json["text_config"] is JsonObject && json["vision_config"] is JsonObject,
        _ => false,
    };

    /// <summary>Holds the size of the model against that of its weights, before memory is asked for.</summary>
    /// <param name="folder">Of the config.</param>
    /// <param name="file">The weights.</param>
    /// <exception cref="UserError">The model would be several times as large as the file, or larger than any.</exception>
    internal void CheckSize(string folder, TensorFile file)
    {
        var (picture, text) = (Options.Picture, Options.Text);
        double patches = picture.Stem is PictureStem.Convolutions stem ? 9.0 * stem.Widths.Append(picture.Channels).Max() : (double)picture.Channels * picture.Patch * picture.Patch;
        double values = Layers(picture) + Layers(text) + ((patches + picture.Positions + Options.Projection) * picture.Hidden) + (((double)VocabularySize + text.Positions + Options.Projection) * text.Hidden);
        ConfigFile.CheckSize(values, "vocab_size, hidden_size and num_hidden_layers", folder, file);

        static double Layers(TowerOptions tower) => tower.Layers * ((4.0 * tower.Hidden * tower.Hidden) + (2.0 * tower.Hidden * tower.FeedForward));
    }

    /// <summary>Writes it as other tools read it.</summary>
    public void Write(string folder)
    {
        var (picture, text) = (Part(Options.Picture, "clip_vision_model"), Part(Options.Text, "clip_text_model"));
        picture["image_size"] = Options.Picture.Size;
        picture["patch_size"] = Options.Picture.Patch;
        picture["num_channels"] = Options.Picture.Channels;
        if (Options.Picture.Stem is PictureStem.Convolutions stem)
        {
            picture[StemKey] = new JsonArray([.. stem.Widths.Select(width => (JsonNode)width)]);
        }

        text["vocab_size"] = VocabularySize;
        text["max_position_embeddings"] = Options.Text.Positions;

        (text["bos_token_id"], text["eos_token_id"], text["pad_token_id"]) = (0, Options.Text.End ?? HighestIsEnd, 1);
        ConfigFile.Write(folder, new JsonObject
        {
            ["architectures"] = new JsonArray(Options.Picture.Stem is PictureStem.Convolutions ? StemClass : ModelClass),
            ["model_type"] = ModelType,
            ["projection_dim"] = Options.Projection,
            ["logit_scale_init_value"] = Options.InitialLogitScale,
            ["initializer_factor"] = Options.InitialFactor,
            ["text_config"] = text,
            ["vision_config"] = picture,
        });
    }

    /// <summary>Files made before 2023 may have a tower under a second name as well, which is then the one that counts, as in the reference.</summary>
    private static ConfigFile Tower(ConfigFile json, string key) => json.Part(key + "_dict") ?? json.Part(key) ?? json.Empty(key);

    /// <summary>The id at which a text's output is taken, as the reference does; null where that is the highest, be it by the published files' own sign for that or because no token comes after it.</summary>
    private static int? End(ConfigFile text, int vocabulary) => text.Integer("eos_token_id", 49407) is var end && end != HighestIsEnd && end < vocabulary - 1 ? end : null;

    private static PictureStem Stem(ConfigFile picture) => picture[StemKey] switch
    {
        null => new PictureStem.Patches(),
        JsonArray widths when widths.All(width => width is JsonValue value && value.TryGetValue(out int _)) => new PictureStem.Convolutions { Widths = [.. widths.Select(width => (int)width!)] },
        _ => throw new UserError($"{picture.Path}: vision_config.{StemKey} is not a list of whole numbers; fetch the model again or correct the file."),
    };

    private JsonObject Part(TowerOptions tower, string type) => new()
    {
        ["model_type"] = type,
        ["hidden_size"] = tower.Hidden,
        ["num_hidden_layers"] = tower.Layers,
        ["num_attention_heads"] = tower.Heads,
        ["intermediate_size"] = tower.FeedForward,
        ["hidden_act"] = ConfigFile.NameOf(tower.Activation),
        ["layer_norm_eps"] = tower.NormEpsilon,
        ["attention_dropout"] = tower.AttentionDropout,
        ["initializer_range"] = tower.InitialDeviation,
        ["initializer_factor"] = Options.InitialFactor,
        ["projection_dim"] = Options.Projection,
    };
}
