using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Sextant.Experiments;

/// <summary>Holds JSON against the record it is meant to become and says everything that does not fit, each with its path.</summary>
internal static class RecordSchema
{
    /// <summary>Empty if <paramref name="json"/> deserialises into <paramref name="type"/>.</summary>
    /// <param name="json">What the user wrote.</param>
    /// <param name="type">The record it is meant to become.</param>
    /// <param name="noun">What people call the whole of it.</param>
    public static IReadOnlyList<string> Problems(JsonNode? json, Type type, string noun = "recipe")
    {
        var problems = new List<string>();
        Check(json, RecipeJson.Options.GetTypeInfo(type), isNullable: false, new Place("", noun), problems);
        return problems;
    }

    /// <summary>Names of the keys an object of this record may hold, its kind included; null if it is no object.</summary>
    public static IReadOnlyList<string>? Keys(JsonNode? json, Type type)
    {
        var info = RecipeJson.Options.GetTypeInfo(type);
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return null;
        }

        bool isUnion = info.PolymorphismOptions is not null;
        var chosen = isUnion ? Chosen(info, json as JsonObject) : info;
        return [.. isUnion ? ["kind"] : Array.Empty<string>(), .. Settable(chosen).Select(p => p.Name)];
    }

    /// <summary>Whether the kind that an object of a union names is one of its kinds.</summary>
    public static bool IsKind(JsonObject json, Type union) => Chosen(RecipeJson.Options.GetTypeInfo(union), json) is not null;

    /// <summary>The record that stands at a key, or null where there is none.</summary>
    public static Type? TypeOf(JsonObject json, Type type, string key)
    {
        var info = RecipeJson.Options.GetTypeInfo(type);
        var chosen = info.PolymorphismOptions is null ? info : Chosen(info, json);
        return Settable(chosen).FirstOrDefault(p => p.Name == key)?.PropertyType;
    }

    private static void Check(JsonNode? json, JsonTypeInfo info, bool isNullable, Place place, List<string> problems)
    {
        if (json is null)
        {
            if (!isNullable)
            {
                problems.Add($"{place} is missing its value.");
            }

            return;
        }

        if (info.Kind == JsonTypeInfoKind.Object)
        {
            if (json is JsonObject properties)
            {
                CheckObject(properties, info, place, problems);
            }
            else
            {
                problems.Add($"{place}: {json.ToJsonString()} is not {(RecipeSwitch.Is(info.Type) ? "true, false or an object" : "an object")}.");
            }

            return;
        }

        if (info.Kind == JsonTypeInfoKind.Enumerable && json is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                Check(list[i], RecipeJson.Options.GetTypeInfo(info.ElementType!), IsNullable(info.ElementType!), place.At(i), problems);
            }

            return;
        }

        if (info.Kind == JsonTypeInfoKind.Dictionary && json is JsonObject entries)
        {
            foreach ((string key, var value) in entries)
            {
                Check(value, RecipeJson.Options.GetTypeInfo(info.ElementType!), IsNullable(info.ElementType!), place.At(key), problems);
            }

            return;
        }

        try
        {
            json.Deserialize(info);
        }
        catch (JsonException)
        {
            problems.Add($"{place}: {json.ToJsonString()} is not {Description(info)}.");
        }
    }

    private static void CheckObject(JsonObject json, JsonTypeInfo info, Place place, List<string> problems)
    {
        bool isUnion = info.PolymorphismOptions is not null;
        var chosen = isUnion ? Chosen(info, json) : info;
        if (chosen is null)
        {
            string kinds = string.Join(", ", info.PolymorphismOptions!.DerivedTypes.Select(d => d.TypeDiscriminator));
            problems.Add(json["kind"] is JsonNode kind
                ? $"{place.At("kind")}: {kind.ToJsonString()} is not one of {kinds}."
                : $"{place.At("kind")} is missing; it is one of {kinds}.");
            return;
        }

        var known = Settable(chosen).ToDictionary(p => p.Name);
        foreach ((string key, var value) in json)
        {
            if (isUnion && key == "kind")
            {
                continue;
            }

            if (known.TryGetValue(key, out var property))
            {
                var child = RecipeJson.Options.GetTypeInfo(property.PropertyType);
                Check(value, child, property.IsSetNullable, place.At(key), problems);
            }
            else
            {
                problems.Add($"{place.At(key)} is no key of {(isUnion ? json["kind"] + " " : "")}{(place.Path.Length == 0 ? $"a {place.Noun}" : place.Path)}; {(known.Count == 0 ? "it has no other" : $"known are {string.Join(", ", known.Keys)}")}.");
            }
        }

        problems.AddRange(chosen.Properties.Where(p => p.IsRequired && !json.ContainsKey(p.Name)).Select(p => $"{place.At(p.Name)} is missing."));
    }

    /// <summary>A computed property is no key.</summary>
    private static IEnumerable<JsonPropertyInfo> Settable(JsonTypeInfo? info) => info?.Properties.Where(p => p.Set is not null) ?? [];

    private static JsonTypeInfo? Chosen(JsonTypeInfo union, JsonObject? json)
    {
        if (json?["kind"] is not JsonValue value || !value.TryGetValue(out string? kind))
        {
            return null;
        }

        var type = union.PolymorphismOptions!.DerivedTypes.FirstOrDefault(d => (d.TypeDiscriminator as string) == kind).DerivedType;
        return type is null ? null : RecipeJson.Options.GetTypeInfo(type);
    }

    /// <summary>A JsonElement stands for any value, and null is one.</summary>
    private static bool IsNullable(Type type) => type == typeof(JsonElement);

    private static string Description(JsonTypeInfo info)
    {
        var type = Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        return type switch
        {
            _ when info.Kind == JsonTypeInfoKind.Enumerable => "a list",
            _ when info.Kind == JsonTypeInfoKind.Dictionary => "an object",
            _ when type.IsEnum => "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(ulong) => "a whole number of at least 0",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(string) => "a text",
            _ => "a " + type.Name,
        };
    }

    /// <summary>A path in what the user wrote, and what the whole is called.</summary>
    private readonly record struct Place(string Path, string Noun)
    {
        public Place At(string key) => this with { Path = Path.Length == 0 ? key : $"{Path}.{key}" };

        public Place At(int index) => this with { Path = $"{Path}[{index}]" };

        public override string ToString() => Path.Length == 0 ? $"the {Noun}" : Path;
    }
}
