using System.CommandLine;
using Sextant.Data.Drawn;
using Sextant.Reports;

namespace Sextant.Cli.Commands;

/// <summary>sextant data pictures: pictures that Sextant draws, with captions and the truth about them.</summary>
internal static class PicturesDataCommand
{
    private const int MostPictures = 1_000_000, MostCaptions = 100;

    private const ulong CaptionStream = 100;

    public static Command Create(Terminal terminal)
    {
        var output = new Option<string>("--out") { Description = "The folder to write: new, empty, or what the same command began.", HelpName = "FOLDER", Required = true };
        var count = new Option<int>("--count") { Description = "How many pictures.", HelpName = "N", DefaultValueFactory = _ => 500 };
        var size = new Option<int>("--size") { Description = "Pixels of a side.", HelpName = "S", DefaultValueFactory = _ => 48 };
        var seed = new Option<ulong>("--seed") { Description = "The same seed draws the same pictures, and holds out the same combinations of colour and kind.", HelpName = "K", DefaultValueFactory = _ => 1 };
        var captions = new Option<int>("--captions") { Description = "Captions of a picture.", HelpName = "M", DefaultValueFactory = _ => 1 };
        var gallery = new Option<bool>("--gallery") { Description = "A gallery to search in place of pictures to train on: all combinations, and for each thing others of its kind or colour; each picture's first caption says everything." };
        var json = Options.Json();
        var command = new Command(
            "pictures",
            "Draws pictures of fish, cats, boats and other things in colours, numbers, sizes, places and backgrounds: PNG files, captions.csv, and scenes.json with what is true of each. "
                + "Pictures to train on leave out some combinations of colour and kind. The same command goes on with what was stopped.\n\nExamples:\n  sextant data pictures --out pictures --count 2000\n  sextant data pictures --out gallery --gallery --size 64 --seed 3")
        {
            output, count, size, seed, captions, gallery, json,
        };
        command.SetAction(parsed =>
        {
            var (n, side, each) = (Within(parsed, count, 1, MostPictures), Within(parsed, size, SceneDrawing.SmallestSize, SceneDrawing.LargestSize), Within(parsed, captions, 1, MostCaptions));
            var (key, isGallery) = (parsed.GetValue(seed), parsed.GetValue(gallery));
            if (isGallery)
            {
                Within(parsed, count, 1, ScenePool.LargestGallery);
            }

            string folder = parsed.GetValue(output)!;
            var pool = new ScenePool(key);
            var scenes = isGallery ? pool.Gallery(n) : [.. Enumerable.Range(0, n).Select(i => pool.Training(i))];
            var bar = new GalleryBar(terminal);
            try
            {
                CompareCommand.Written(
                    () =>
                    {
                        DrawnFolder.Write(folder, scenes, side, (scene, i) => Captions(scene, new SeededRandom(key, CaptionStream, (ulong)i), each, isGallery), done => bar.Report(new(done, n, 0)), terminal.Stop);
                        return folder;
                    },
                    folder);
            }
            catch (OperationCanceledException)
            {
                bar.Finish();
                terminal.Say($"Stopped. The same command goes on with {folder}.");
                return CommandLine.Stopped;
            }
            finally
            {
                bar.Finish();
            }

            terminal.Say($"{Numbers.Whole(n)} pictures of {side} x {side} pixels in {folder}, with {DrawnFolder.CaptionsName} and {SceneFile.Name}.");
            if (parsed.GetValue(json))
            {
                string[] heldOut = isGallery ? [] : [.. pool.HeldOut.Select(c => $"{c.Colour} {c.Kind}".ToLowerInvariant())];
                terminal.WriteJson(new { pictures = n, captions = n * each, size = side, seed = key, gallery = isGallery, heldOut, output = Path.GetFullPath(folder) });
            }

            return 0;
        });
        return command;
    }

    private static IEnumerable<string> Captions(DrawnScene scene, SeededRandom random, int count, bool beginsFull) =>
        Enumerable.Range(0, count).Select(i => i == 0 && beginsFull ? SceneCaptions.Full(scene) : SceneCaptions.Of(scene, random));

    private static int Within(ParseResult parsed, Option<int> option, int least, int most)
    {
        int value = parsed.GetValue(option);
        return value >= least && value <= most ? value : throw new UsageError($"{option.Name} {value}: it is not within {least} and {most}.");
    }
}
