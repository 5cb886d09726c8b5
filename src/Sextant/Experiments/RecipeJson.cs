using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sextant.Experiments;

/// <summary>How records are written as JSON everywhere in a run folder: camel case, nulls kept, numbers such as 1e3 accepted for whole numbers.</summary>
public static class RecipeJson
{
    /// <summary>Indented, for files people read.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: true);

    /// <summary>One line, for metrics.jsonl and standard output.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            AllowOutOfOrderMetadataProperties = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new WholeNumberConverter<int>());
        options.Converters.Add(new WholeNumberConverter<long>());
        options.Converters.Add(new WholeNumberConverter<ulong>());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class WholeNumberConverter<T> : JsonConverter<T>
        where T : struct, System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number)
            {
                string text = System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
                if (T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole))
                {
                    return whole;
                }

                if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
                    && value == decimal.Truncate(value) && value >= decimal.CreateSaturating(T.MinValue) && value <= decimal.CreateSaturating(T.MaxValue))
                {
                    return T.CreateChecked(value);
                }
            }

            throw new JsonException("not a whole number");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString(null, CultureInfo.InvariantCulture));
    }
}
