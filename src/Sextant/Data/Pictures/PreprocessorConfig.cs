using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sextant.Data.Pictures;

/// <summary>
/// How pictures are prepared, as it stands beside a model, in the layouts of Hugging Face's CLIP image processors: older ones give sizes as numbers, newer ones as objects, the newest lie in
/// processor_config.json, which then counts, as in the reference. What would change the numbers and is not known here is refused by its name: a model that sees other pixels than it was
/// trained on answers as if nothing were wrong.
/// </summary>
internal static class PreprocessorConfig
{
    public const string FileName = "preprocessor_config.json";

    /// <summary>The newest layout, under <see cref="Nested"/> of it; older processors write the file without that.</summary>
    public const string ProcessorFileName = "processor_config.json";

    private const string Nested = "image_processor";

    private const int MostSize = 4096;
    private const int Bicubic = 3;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Keys that change no number of what comes out here, whatever they hold.</summary>
    private static readonly HashSet<string> WithoutEffect =
        ["processor_class", "default_to_square", "do_convert_rgb", "return_tensors", "input_data_format", "device", "disable_grouping", "_valid_processor_keys", "_processor_class", "auto_map"];

    private static readonly HashSet<string> Known =
        ["image_processor_type", "feature_extractor_type", "do_resize", "size", "resample", "do_center_crop", "crop_size", "do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std", "data_format"];

    private static readonly HashSet<string> Processors = ["CLIPImageProcessor", "CLIPImageProcessorFast", "CLIPImageProcessorPil", "CLIPFeatureExtractor"];

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName)) || InProcessor(folder) is not null;

    public static PicturePreparation Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        var json = InProcessor(folder) ?? new Values(path, Parse(path, folder));
        foreach (var (key, value) in json.Given)
        {
            if (value is not null && !Known.Contains(key) && !WithoutEffect.Contains(key) && !json.IsFalse(key))
            {
                throw json.Refusal(key, "and what that does to a picture is not known here");
            }
        }

        if ((json.Text("image_processor_type") ?? json.Text("feature_extractor_type")) is string processor && !Processors.Contains(processor))
        {
            throw json.Refusal(json.Text("image_processor_type") is null ? "feature_extractor_type" : "image_processor_type", $"and {string.Join(", ", Processors)} are known here");
        }

        if (json.Text("data_format") is not (null or "channels_first"))
        {
            throw json.Refusal("data_format", "and only channels_first is known here");
        }

        if (!json.Flag("do_resize"))
        {
            throw json.Refusal("do_resize", "and pictures are always resized here");
        }

        if (json.Number("resample", Bicubic) != Bicubic)
        {
            throw json.Refusal("resample", "and only 3 (bicubic) is known here");
        }

        if (!json.Flag("do_rescale") || Math.Abs((json.Number("rescale_factor", 1 / 255.0) * 255) - 1) > 1e-6)
        {
            throw json.Refusal(json.Flag("do_rescale") ? "rescale_factor" : "do_rescale", "and values are always divided by 255 here");
        }

        bool normalizes = json.Flag("do_normalize");
        var reference = PicturePreparation.Reference;
        var (size, fit) = Sizes(json);
        return new PicturePreparation
        {
            Size = size,
            Fit = fit,
            Mean = normalizes ? json.Three("image_mean", reference.Mean, mayBeZero: true) : [0, 0, 0],
            Std = normalizes ? json.Three("image_std", reference.Std, mayBeZero: false) : [1, 1, 1],
        };
    }

    public static void Write(PicturePreparation preparation, string folder)
    {
        JsonObject Square(int side) => new() { ["height"] = side, ["width"] = side };
        var edge = preparation.Fit as PictureFit.ShortestEdge;
        var json = new JsonObject
        {
            ["image_processor_type"] = "CLIPImageProcessor",
            ["do_convert_rgb"] = true,
            ["do_resize"] = true,
            ["size"] = edge is null ? Square(preparation.Size) : new JsonObject { ["shortest_edge"] = edge.Edge },
            ["resample"] = Bicubic,
            ["do_center_crop"] = edge is not null,
            ["crop_size"] = Square(preparation.Size),
            ["do_rescale"] = true,
            ["rescale_factor"] = 1 / 255.0,
            ["do_normalize"] = true,
            ["image_mean"] = new JsonArray([.. preparation.Mean.Select(v => JsonValue.Create(v))]),
            ["image_std"] = new JsonArray([.. preparation.Std.Select(v => JsonValue.Create(v))]),
        };
        WholeFile.Write(Path.Combine(folder, FileName), json.ToJsonString(Indented) + "\n");
    }

    private static (int Size, PictureFit Fit) Sizes(Values json)
    {
        int? shortest = json.Side("size", "shortest_edge"), square = shortest is null ? json.Square("size") : null;
        if (shortest is null && square is null)
        {
            shortest = json["size"] is null ? PicturePreparation.Reference.Size : throw json.Refusal("size", "and a number, {shortest_edge} or {height, width} of a square are known here");
        }

        if (!json.Flag("do_center_crop"))
        {
            return square is int whole ? (whole, new PictureFit.Squeezed()) : throw json.Refusal("do_center_crop", "and without it a picture whose shorter side is resized is no square");
        }

        int crop = json.Side("crop_size", "shortest_edge") ?? json.Square("crop_size") ?? (json["crop_size"] is null ? PicturePreparation.Reference.Size : throw json.Refusal("crop_size", "and a number or {height, width} of a square are known here"));
        return square is int squeezed
            ? squeezed == crop ? (crop, new PictureFit.Squeezed()) : throw json.Refusal("crop_size", $"which is not the size {squeezed} to which pictures are squeezed, and that is not known here")
            : crop <= shortest ? (crop, new PictureFit.ShortestEdge(shortest.Value)) : throw json.Refusal("crop_size", $"which is more than the size {shortest}, and margins are not known here");
    }

    /// <summary>What processor_config.json says of pictures; null where there is none, or it is of an older layout.</summary>
    private static Values? InProcessor(string folder)
    {
        string path = Path.Combine(folder, ProcessorFileName);
        return !File.Exists(path) ? null : Parse(path, folder)[Nested] switch
        {
            null => null,
            JsonObject given => new Values(path, given),
            _ => throw new UserError($"{path}: {Nested} is not the JSON object that says how pictures are prepared; fetch it again."),
        };
    }

    private static JsonObject Parse(string path, string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: Strict) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException e)
        {
            throw new UserError($"{path} is not the JSON object that says how pictures are prepared; fetch it again.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError(Directory.Exists(folder)
                ? $"{folder} holds no {FileName}, which says how pictures are prepared for its model; fetch the model again with it."
                : $"There is no folder {folder}; give the folder of a model.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private sealed class Values(string path, JsonObject json)
    {
        public IEnumerable<KeyValuePair<string, JsonNode?>> Given => json;

        public JsonNode? this[string key] => json[key];

        public UserError Refusal(string key, string why) => new($"{path}: {key} is {Shown(json[key])}, {why}; correct the file or use another model.");

        public bool IsFalse(string key) => json[key]?.GetValueKind() == JsonValueKind.False;

        /// <summary>True where nothing is said, as in the reference.</summary>
        public bool Flag(string key) => json[key]?.GetValueKind() switch
        {
            null or JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Refusal(key, "not true or false"),
        };

        public string? Text(string key) => json[key] is { } value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw Refusal(key, "not a text") : null;

        public double Number(string key, double otherwise) => json[key] is { } value ? Number(value) ?? throw Refusal(key, "not a number") : otherwise;

        /// <summary>A size as a number, or as an object with nothing but <paramref name="name"/>; null where it is neither.</summary>
        public int? Side(string key, string name) => json[key] switch
        {
            JsonValue number => Pixels(key, number),
            JsonObject named when Of(named) is [var only] && only.Key == name => Pixels(key, only.Value!),
            _ => null,
        };

        /// <summary>The side of {height, width}; null where it is no such object, or no square.</summary>
        public int? Square(string key) => json[key] is JsonObject named && Of(named).Length == 2 && named["height"] is { } height && named["width"] is { } width && Pixels(key, height) == Pixels(key, width)
            ? Pixels(key, height)
            : null;

        public float[] Three(string key, IReadOnlyList<float> otherwise, bool mayBeZero)
        {
            if (json[key] is not { } value)
            {
                return [.. otherwise];
            }

            float[] numbers = value is JsonArray list ? [.. list.Select(v => (float)(v is null ? double.NaN : Number(v) ?? double.NaN))] : [];
            return numbers.Length == 3 && numbers.All(n => float.IsFinite(n) && (mayBeZero ? n >= 0 : n > 0))
                ? numbers
                : throw Refusal(key, $"not three {(mayBeZero ? "" : "positive ")}numbers");
        }

        private static KeyValuePair<string, JsonNode?>[] Of(JsonObject json) => [.. json.Where(pair => pair.Value is not null)];

        private static double? Number(JsonNode value) => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out double given) && double.IsFinite(given) ? given : null;

        private static string Shown(JsonNode? value)
        {
            string text = value?.ToJsonString() ?? "missing";
            return text.Length > 80 ? text[..80] + "..." : text;
        }

        private int Pixels(string key, JsonNode value) => Number(value) is double number && number == Math.Floor(number) && number is >= 1 and <= MostSize
            ? (int)number
            : throw Refusal(key, string.Create(CultureInfo.InvariantCulture, $"not a whole number of pixels from 1 to {MostSize}"));
    }
}
