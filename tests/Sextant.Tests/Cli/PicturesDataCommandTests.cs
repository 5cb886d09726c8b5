using Sextant.Cli;
using Sextant.Data.Drawn;
using SkiaSharp;
using Xunit;

namespace Sextant.Tests.Cli;

public sealed class PicturesDataCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pictures_captions_and_truth_belong_together()
    {
        string output = folder.Combine("pictures");
        var done = InProcess.Run("data", "pictures", "--out", output, "--count", "30", "--size", "32", "--seed", "5", "--captions", "2", "--json");
        Assert.Equal(0, done.ExitCode);
        Assert.Equal(30, done.Json["pictures"]!.GetValue<int>());
        Assert.Equal(20, done.Json["heldOut"]!.AsArray().Count);

        var pictures = SceneFile.Read(output);
        Assert.Equal(30, pictures.Count);
        foreach (var picture in pictures)
        {
            using var bitmap = SKBitmap.Decode(Path.Combine(output, picture.Picture));
            byte[] drawn = SceneDrawing.Draw(picture.Scene, 32).Rgb;
            Assert.Equal(drawn, bitmap.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue }));
        }

        string[] rows = File.ReadAllLines(Path.Combine(output, DrawnFolder.CaptionsName));
        Assert.Equal("picture,caption", rows[0]);
        Assert.Equal(60, rows.Length - 1);
        foreach (var (row, i) in rows.Skip(1).Select((row, i) => (row, i)))
        {
            string[] cells = row.Split(',', 2);
            Assert.Equal(pictures[i / 2].Picture, cells[0]);
            Assert.True(SceneTruth.Says(cells[1].Trim('"'), pictures[i / 2].Scene), row);
        }
    }

    [Fact]
    public void The_same_seed_writes_the_same_files()
    {
        foreach (string name in new[] { "a", "b" })
        {
            Assert.Equal(0, InProcess.Run("data", "pictures", "--out", folder.Combine(name), "--count", "12", "--gallery").ExitCode);
        }

        Assert.Equal(14, Directory.GetFiles(folder.Combine("a")).Length);
        Same(folder.Combine("a"), folder.Combine("b"));
    }

    [Fact]
    public void A_gallerys_captions_say_everything()
    {
        string output = folder.Combine("gallery");
        Assert.Equal(0, InProcess.Run("data", "pictures", "--out", output, "--count", "9", "--gallery").ExitCode);
        Assert.Equal(
            SceneFile.Read(output).Select(picture => $"{picture.Picture},{SceneCaptions.Full(picture.Scene)}").Prepend("picture,caption"),
            File.ReadAllLines(Path.Combine(output, DrawnFolder.CaptionsName)));
    }

    /// <summary>Stopped between two pictures, then killed at different moments: in a picture, and while scenes.json was written.</summary>
    [Fact]
    public void What_was_stopped_is_gone_on_with_to_the_same_files()
    {
        string[] arguments = ["data", "pictures", "--count", "40", "--gallery", "--captions", "2", "--out"];
        string whole = folder.Combine("whole"), stopped = folder.Combine("stopped");
        Assert.Equal(0, InProcess.Run([.. arguments, whole]).ExitCode);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => DrawnFolder.Write(stopped, new ScenePool(1).Gallery(40), 48, (_, _) => [], done => CancelAt(7, done), stop.Token));
        Assert.Equal(7, Directory.GetFiles(stopped).Length);

        string last = Directory.GetFiles(stopped).Max()!;
        File.WriteAllBytes(last, File.ReadAllBytes(last)[..50]);
        Assert.Equal(0, InProcess.Run([.. arguments, stopped]).ExitCode);
        Same(whole, stopped);

        File.Delete(Path.Combine(stopped, SceneFile.Name));
        File.WriteAllText(Path.Combine(stopped, $"{SceneFile.Name}.{Guid.NewGuid():N}.new"), "[");
        Assert.Equal(0, InProcess.Run([.. arguments, stopped]).ExitCode);
        Same(whole, stopped);

        void CancelAt(int picture, int done)
        {
            if (done == picture)
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void A_person_sees_how_far_it_is_and_how_to_go_on()
    {
        string[] arguments = ["data", "pictures", "--count", "3", "--out", folder.Combine("watched")];
        using StringWriter stopped = new(), done = new();

        int code = CommandLine.Run(arguments, new Terminal(TextWriter.Null, stopped, TextReader.Null, IsErrorInteractive: true, IsInputRedirected: false, new CancellationToken(canceled: true)));
        Assert.Equal(0, CommandLine.Run(arguments, new Terminal(TextWriter.Null, done, TextReader.Null, IsErrorInteractive: true, IsInputRedirected: false, CancellationToken.None)));

        Assert.Equal((130, $"Stopped. The same command goes on with {folder.Combine("watched")}."), (code, stopped.ToString().Trim()));
        Assert.Contains("pictures [########################]", done.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed", "2")]
    [InlineData("--size", "32")]
    [InlineData("--count", "30")]
    [InlineData("--captions", "3")]
    public void What_another_command_began_is_left_as_it_is(string option, string value)
    {
        string output = folder.Combine("begun");
        Assert.Equal(0, InProcess.Run("data", "pictures", "--out", output, "--count", "40").ExitCode);
        Assert.Contains("is not empty", InProcess.Run("data", "pictures", "--out", output, "--count", "40").Errors, StringComparison.Ordinal);
        File.Delete(Path.Combine(output, SceneFile.Name));
        string[] before = [.. Directory.GetFiles(output).Order().Select(path => Convert.ToHexString(File.ReadAllBytes(path)))];

        var done = InProcess.Run([.. new[] { "data", "pictures", "--out", output, option, value }, .. option == "--count" ? Array.Empty<string>() : ["--count", "40"]]);

        Assert.Equal(1, done.ExitCode);
        Assert.Contains("the command that began", done.Errors, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(output).Order().Select(path => Convert.ToHexString(File.ReadAllBytes(path))));
    }

    [Fact]
    public void A_folder_that_holds_something_is_refused()
    {
        File.WriteAllText(folder.Combine("mine.txt"), "mine");
        var done = InProcess.Run("data", "pictures", "--out", folder.Path, "--count", "3");
        Assert.Equal(1, done.ExitCode);
        Assert.Contains("is not empty", done.Errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("--count 0", "--count 0: it is not within 1")]
    [InlineData("--size 4", "--size 4: it is not within 16")]
    [InlineData("--captions 0", "--captions 0: it is not within 1")]
    [InlineData("--gallery --count 30000", "--count 30000: it is not within 1 and 20000")]
    public void Wrong_arguments_are_usage_errors(string arguments, string part)
    {
        var done = InProcess.Run(["data", "pictures", "--out", folder.Combine("x"), .. arguments.Split(' ')]);
        Assert.Equal(2, done.ExitCode);
        Assert.Contains(part, done.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Combine("x")));
    }

    private static void Same(string one, string other)
    {
        Assert.Equal(Directory.GetFiles(one).Select(Path.GetFileName).Order(), Directory.GetFiles(other).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(one), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(other, Path.GetFileName(file)))));
    }
}
