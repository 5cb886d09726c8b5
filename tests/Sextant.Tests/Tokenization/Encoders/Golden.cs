using System.Text.Json;
using System.Text.Json.Serialization;
using Sextant.Tokenization;
using Xunit;

namespace Sextant.Tests.Tokenization.Encoders;

/// <summary>Reference ids of texts; where they come from is in the SOURCES.md beside them.</summary>
internal sealed record Golden
{
    private const string Folder = "data/pretrained/";

    public required string Text { get; init; }

    public string? Pair { get; init; }

    public required int[] Ids { get; init; }

    public required string[] Tokens { get; init; }

    [JsonPropertyName("type_ids")]
    public int[]? TypeIds { get; init; }

    [JsonPropertyName("ids_16")]
    public int[]? Ids16 { get; init; }

    [JsonPropertyName("ids_77")]
    public int[]? Ids77 { get; init; }

    [JsonPropertyName("ids_128")]
    public int[]? Ids128 { get; init; }

    [JsonPropertyName("type_ids_16")]
    public int[]? TypeIds16 { get; init; }

    [JsonPropertyName("type_ids_77")]
    public int[]? TypeIds77 { get; init; }

    private static JsonSerializerOptions Json { get; } = new() { PropertyNameCaseInsensitive = true };

    public static EncoderTokenizer Tokenizer(string name, bool? normalize = null) =>
        EncoderTokenizer.Load(SharedData.Path(Folder + "vocab/" + name), normalize);

    public static Golden[] Read(string file) => Parse<Golden[]>(File.ReadAllText(SharedData.Path($"{Folder}tokenizers/{file}.json")));

    public static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Json)!;

    /// <summary>Every number of the case, and that each token's place lies in its text.</summary>
    public void Check(EncoderTokenizer tokenizer)
    {
        var encoded = tokenizer.Encode(Text, Pair);
        Assert.Equal(Tokens, encoded.Spans.Where(s => s.Part >= 0).Select(s => s.Token));
        Assert.Equal(Ids, encoded.Ids);
        Assert.Equal(TypeIds ?? (Pair is null ? new int[Ids.Length] : encoded.TypeIds), encoded.TypeIds);
        Assert.Equal(encoded.Ids, encoded.Spans.Select(s => s.Id));
        Spans.Check(encoded, Text, Pair);
        Cut(tokenizer, 16, Ids16, TypeIds16);
        Cut(tokenizer, 77, Ids77, TypeIds77);
        Cut(tokenizer, 128, Ids128, null);
    }

    private void Cut(EncoderTokenizer tokenizer, int maximum, int[]? ids, int[]? typeIds)
    {
        if (ids is not null)
        {
            var cut = tokenizer.Encode(Text, Pair, maximum);
            Assert.Equal(ids, cut.Ids);
            Assert.Equal(typeIds ?? cut.TypeIds, cut.TypeIds);
        }
    }
}
