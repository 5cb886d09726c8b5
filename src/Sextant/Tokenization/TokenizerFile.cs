using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sextant.Tokenization;

/// <summary>What tokenizer.json holds: no more than is needed to build the tokeniser again.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Course), "course")]
[JsonDerivedType(typeof(Characters), "characters")]
[JsonDerivedType(typeof(BytePairs), "bytePairs")]
internal abstract record TokenizerFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static byte[] Write(Tokenizer tokenizer)
    {
        TokenizerFile file = tokenizer switch
        {
            CourseTokenizer => new Course(),
            CharacterTokenizer characters => new Characters(characters.Alphabet),
            BytePairTokenizer bytePairs => new BytePairs([.. bytePairs.Merges.Select(m => new[] { m.Left, m.Right })]),
            _ => throw new NotSupportedException($"A {tokenizer.GetType().Name} cannot be saved."),
        };
        return JsonSerializer.SerializeToUtf8Bytes(file, Json);
    }

    public static Tokenizer Read(byte[] json) => JsonSerializer.Deserialize<TokenizerFile>(json, Json) switch
    {
        Course => new CourseTokenizer(),
        Characters characters => new CharacterTokenizer(characters.Alphabet),
        BytePairs bytePairs => new BytePairTokenizer([.. bytePairs.Merges.Select(ToMerge)]),
        _ => throw new JsonException("it holds null"),
    };

    private static (int Left, int Right) ToMerge(int[] merge) =>
        merge is [int left, int right] ? (left, right) : throw new JsonException("a merge is two ids");

    public sealed record Course : TokenizerFile;

    public sealed record Characters([property: JsonRequired] string Alphabet) : TokenizerFile;

    public sealed record BytePairs([property: JsonRequired] int[][] Merges) : TokenizerFile;
}
