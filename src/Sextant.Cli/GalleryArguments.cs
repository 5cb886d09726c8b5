using System.CommandLine;
using Sextant.Cli.Commands;
using Sextant.Experiments;
using Sextant.Matching;
using Sextant.Reports;

namespace Sextant.Cli;

/// <summary>The arguments that say which pictures and which model, which all commands of `match` share.</summary>
internal sealed class GalleryArguments
{
    private const int MostNamed = 5;

    private readonly Argument<string> gallery = new("GALLERY") { Description = "A folder of pictures (PNG, JPEG, WebP, GIF, BMP), searched with its folders. What cannot be read is named and left out." };
    private readonly Option<string?> model = new("--model") { Description = "The folder of a CLIP or of a run that trained one, or the name of one that was pulled; may be left out where there is only one, under runs/ or among those pulled.", HelpName = "M" };
    private readonly Option<string?> file = new("--file") { Description = "Which file of weights, where the model's folder holds several.", HelpName = "F" };
    private readonly Option<string?> cache = new("--cache") { Description = "Where features are kept, so that pictures are encoded once; .sextant in the gallery if left out.", HelpName = "DIR" };
    private readonly Option<double?> temperature = new("--temperature") { Description = "What cosines are divided by before the softmax; the model's own if left out (0.01 of the released CLIP). Higher is less sure.", HelpName = "T" };
    private readonly Option<string> device = Options.Device();

    public void AddTo(Command command)
    {
        command.Add(gallery);
        command.Add(model);
        command.Add(file);
        command.Add(cache);
        command.Add(temperature);
        command.Add(device);
    }

    /// <summary>The gallery as it was given.</summary>
    public string Folder(ParseResult parsed) => parsed.GetRequiredValue(gallery);

    /// <summary>Where features are kept; null for the gallery's own folder.</summary>
    public string? Cache(ParseResult parsed) => parsed.GetValue(cache);

    /// <summary>The command as it was given, for a shell, with the model where that was left out.</summary>
    public string Repeated(ParseResult parsed, MatchSource source) =>
        "sextant " + string.Join(' ', parsed.Tokens.Select(token => MatchRankCommand.Shell(token.Value))) + (parsed.GetValue(model) is null ? $" --model {MatchRankCommand.Shell(source.Model)}" : "");

    /// <summary>Reads model and gallery, with a bar, and says what was left out.</summary>
    /// <exception cref="UserError">The model or the gallery cannot be used.</exception>
    public OpenedGallery Open(ParseResult parsed, Terminal terminal)
    {
        string folder = Folder(parsed);
        if (parsed.GetValue(temperature) is double asked && !(asked > 0 && double.IsFinite(asked)))
        {
            throw new UsageError("--temperature is a number above 0.");
        }

        if (!Directory.Exists(folder)) // before a model is read for seconds
        {
            throw new UserError(File.Exists(folder) ? $"{folder} is a file; give the folder of pictures that it lies in." : $"There is no folder {folder}; give a folder with pictures in it.");
        }

        string name = parsed.GetValue(model) ?? ClipFolders.Only("runs", terminal.Hub());
        var encoder = ClipEncoder.Load(ModelFolder.Of(terminal, name), parsed.GetValue(file), Devices.Parse(parsed.GetValue(device)!));
        try
        {
            if (parsed.GetValue(model) is null)
            {
                terminal.Say($"Model: {name}.");
            }

            if (encoder.IsPreparationAssumed)
            {
                terminal.Say($"{encoder.Folder} does not say how pictures are prepared (preprocessor_config.json): they are prepared as for the released CLIP, at {encoder.Preparation.Size} pixels.");
            }

            var read = Read(folder, encoder, parsed, terminal);
            double own = 1 / encoder.Scale;
            return new OpenedGallery(encoder, read, new MatchSource(name, parsed.GetValue(temperature) ?? own, own));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>Reads another gallery for the same model, with a bar, and says what was left out.</summary>
    /// <exception cref="UserError">The folder cannot be used.</exception>
    public Gallery Read(string folder, ClipEncoder encoder, ParseResult parsed, Terminal terminal)
    {
        var bar = new GalleryBar(terminal);
        Gallery read;
        try
        {
            read = Gallery.Read(folder, encoder, new GalleryOptions { Cache = parsed.GetValue(cache), Notice = terminal.Say }, bar, terminal.Stop);
        }
        finally
        {
            bar.Finish();
        }

        Say(terminal, read);
        return read;
    }

    private static void Say(Terminal terminal, Gallery gallery)
    {
        foreach (var skipped in gallery.Skipped.Take(MostNamed))
        {
            terminal.Say($"Left out: {skipped.Reason}");
        }

        if (gallery.Skipped.Count > MostNamed)
        {
            terminal.Say($"{Numbers.Whole(gallery.Skipped.Count - MostNamed)} more were left out; --json and the page of --out name all.");
        }

        if (MatchWords.Doubles(gallery) is string doubles)
        {
            terminal.Say(doubles);
        }
    }
}

/// <summary>A model and the gallery that it encoded.</summary>
internal sealed record OpenedGallery(ClipEncoder Encoder, Gallery Gallery, MatchSource Source) : IDisposable
{
    /// <summary>For --json: which model and which pictures.</summary>
    public object ModelJson => new { name = Source.Model, folder = Encoder.Folder, identity = Encoder.Identity, temperature = Source.Temperature, ownTemperature = Source.OwnTemperature };

    /// <summary>For --json.</summary>
    public object GalleryJson => new
    {
        folder = Gallery.Folder,
        pictures = Gallery.Pictures.Count,
        computed = Gallery.Computed,
        doubles = Gallery.Pictures.Where(picture => picture.Doubles.Count > 0).Select(picture => new { picture = picture.Name, same = picture.Doubles }),
        skipped = Gallery.Skipped,
    };

    public void Dispose() => Encoder.Dispose();
}
