using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sextant.Data.Drawn;

/// <summary>A drawn picture in a folder, and the truth about it.</summary>
/// <param name="Picture">The name of its file within the folder.</param>
/// <param name="Scene">What it shows.</param>
public sealed record DrawnPicture(string Picture, DrawnScene Scene);

/// <summary>The truth about a folder of drawn pictures: <c>scenes.json</c>, an array with the name of each picture and every attribute of its scene in words.</summary>
public static class SceneFile
{
    /// <summary>The file's name within the folder.</summary>
    public const string Name = "scenes.json";

    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        WriteIndented = true,
        PropertyNameCaseInsensitive = false,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Whether a folder says what its pictures show.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Name));

    /// <summary>The pictures of a folder and their scenes, in the file's order.</summary>
    /// <exception cref="UserError">There is no such file, or it cannot be read.</exception>
    public static IReadOnlyList<DrawnPicture> Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        Row?[] rows;
        try
        {
            using var file = File.OpenRead(path);
            rows = JsonSerializer.Deserialize<Row[]>(file, _options) ?? throw new JsonException("It holds null.", "$", 0, 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no {path}; `sextant data pictures --out FOLDER` draws pictures and writes it beside them.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
        catch (JsonException e)
        {
            string where = e.Path is { Length: > 1 } at ? $" at {at.TrimStart('$')}" : "";
            string line = e.LineNumber is { } number ? $" (line {number + 1})" : "";
            throw new UserError($"{path} is not a list of scenes{where}{line}; draw the folder again with `sextant data pictures`.", e);
        }

        var pictures = new List<DrawnPicture>(rows.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, row) in rows.Index())
        {
            string? wrong = row switch
            {
                null => "is null",
                { Picture.Length: 0 } => "names no picture",
                { Count: < 1 or > DrawnScene.MostThings } => $"has a count of {row.Count}, which is not within 1 and {DrawnScene.MostThings}",
                _ when !names.Add(row.Picture) => $"names {row.Picture}, as one before does",
                _ => null,
            };
            if (wrong is not null)
            {
                throw new UserError($"{path}: entry {i + 1} {wrong}; draw the folder again with `sextant data pictures`.");
            }

            pictures.Add(new DrawnPicture(row!.Picture, row.Scene()));
        }

        return pictures;
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<DrawnPicture> pictures) =>
        WholeFile.Write(Path.Combine(folder, Name), JsonSerializer.Serialize(pictures.Select(Row.Of), _options) + "\n");

    private sealed record Row
    {
        public required string Picture { get; init; }

        public required ThingKind Kind { get; init; }

        public required NamedColour Colour { get; init; }

        public required int Count { get; init; }

        public required ThingSize Size { get; init; }

        public required Place Place { get; init; }

        public required Background Background { get; init; }

        public required ulong Seed { get; init; }

        public static Row Of(DrawnPicture picture)
        {
            var scene = picture.Scene;
            return new Row { Picture = picture.Picture, Kind = scene.Kind, Colour = scene.Colour, Count = scene.Count, Size = scene.Size, Place = scene.Place, Background = scene.Background, Seed = scene.Seed };
        }

        public DrawnScene Scene() => new() { Kind = Kind, Colour = Colour, Count = Count, Size = Size, Place = Place, Background = Background, Seed = Seed };
    }
}
