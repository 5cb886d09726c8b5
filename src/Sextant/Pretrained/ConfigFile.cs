using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Models.Encoders;

namespace Sextant.Pretrained;

/// <summary>The config.json beside a published model, or a part of it, read value by value.</summary>
internal sealed class ConfigFile
{
    public const string FileName = "config.json";

    /// <summary>Of one model: far above any published encoder that is known here, and what float32 still fits in memory of.</summary>
    private const double MostValues = 2e10;

    /// <summary>A checkpoint holds all of its model, or all but heads and poolers.</summary>
    private const double MostToOneStored = 4;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject json;

    /// <summary>Before the name of a value: "text_config." in a part.</summary>
    private readonly string within;

    private ConfigFile(string path, JsonObject json, string within) => (Path, this.json, this.within) = (path, json, within);

    public string Path { get; }

    public JsonNode? this[string key] => json[key];

    /// <exception cref="UserError">There is none, or it is no JSON object.</exception>
    public static ConfigFile Read(string folder)
    {
        string path = System.IO.Path.Combine(folder, FileName);
        try
        {
            return new(path, JsonNode.Parse(File.ReadAllText(path), documentOptions: Strict) as JsonObject ?? throw new JsonException("no object"), "");
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

    public static void Write(string folder, JsonObject json) => WholeFile.Write(System.IO.Path.Combine(folder, FileName), json.ToJsonString(Indented) + "\n");

    /// <summary>What hidden_act calls a function.</summary>
    public static string NameOf(Activation activation) => activation switch
    {
        Models.Encoders.Activation.Gelu => "gelu",
        Models.Encoders.Activation.GeluTanh => "gelu_new",
        Models.Encoders.Activation.QuickGelu => "quick_gelu",
        _ => "relu",
    };

    /// <summary>Holds the size of a model against that of its weights, before memory is asked for.</summary>
    /// <param name="values">Of the model.</param>
    /// <param name="keys">What decides that, in words.</param>
    /// <param name="folder">Of the config.</param>
    /// <param name="file">The weights; null where they are drawn.</param>
    /// <exception cref="UserError">The model would be several times as large as the file, or larger than any.</exception>
    public static void CheckSize(double values, string keys, string folder, TensorFile? file)
    {
        double stored = file?.Tensors.Sum(tensor => (double)tensor.Count) ?? double.PositiveInfinity;
        if (values > Math.Min(MostValues, MostToOneStored * stored))
        {
            string against = values > MostValues ? "more than any encoder that is known here" : string.Create(CultureInfo.InvariantCulture, $"and {file!.Path} holds {stored:G3}");
            throw new UserError(string.Create(CultureInfo.InvariantCulture, $"{System.IO.Path.Combine(folder, FileName)} describes a model of {values:G3} weights, {against}; correct its {keys}, or fetch the model again."));
        }
    }

    /// <summary>The object under a key; null where there is none.</summary>
    public ConfigFile? Part(string key) => json[key] switch
    {
        null => null,
        JsonObject part => new(Path, part, $"{within}{key}."),
        var other => throw new UserError($"{Path}: {within}{key} is {other.ToJsonString()}, not an object."),
    };

    /// <summary>An object without values: all defaults.</summary>
    public ConfigFile Empty(string key) => new(Path, [], $"{within}{key}.");

    public int Integer(string key, int otherwise) => Number(key, otherwise) is var number && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue
        ? (int)number
        : throw new UserError($"{Path}: {within}{key} is {json[key]}, not a whole number.");

    public double Number(string key, double otherwise) => json[key] switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue(out double number) && double.IsFinite(number) => number,
        var other => throw new UserError($"{Path}: {within}{key} is {other.ToJsonString()}, not a number."),
    };

    public Activation Activation(string key, Activation otherwise) => json[key]?.ToString() switch
    {
        null => otherwise,
        "gelu" => Models.Encoders.Activation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" => Models.Encoders.Activation.GeluTanh,
        "relu" => Models.Encoders.Activation.Relu,
        "quick_gelu" => Models.Encoders.Activation.QuickGelu,
        string other => throw new UserError($"{Path}: {within}{key} is '{other}', and gelu, gelu_new, quick_gelu and relu are known here."),
    };

    public void Refuse(string key, string known, string why)
    {
        if (json[key] is { } value && value.ToString() != known)
        {
            throw new UserError($"{Path}: {within}{key} is '{value}', and {why}.");
        }
    }

    public void RefuseTrue(string key, string what)
    {
        if (json[key] is { } value && value.GetValueKind() == JsonValueKind.True)
        {
            throw new UserError($"{Path}: {within}{key} is true, and {what} an encoder that is known here.");
        }
    }
}
