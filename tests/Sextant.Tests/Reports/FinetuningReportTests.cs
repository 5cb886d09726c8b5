using System.Xml.Linq;
using Sextant.Data.Labelled;
using Sextant.Experiments;
using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Sextant.Reports;
using Sextant.Training;
using SkiaSharp;
using Xunit;

namespace Sextant.Tests.Reports;

public sealed class FinetuningReportTests
{
    [Fact]
    public void Each_count_stands_in_its_cell_and_none_where_there_is_none()
    {
        var map = ConfusionPicture.Of(Result([[3, 1, 0], [0, 0, 0], [2, 0, 4]]));

        var panel = Assert.Single(map.Panels.SelectMany(row => row));
        Assert.Equal(new[,] { { "3", "1", "" }, { "", "", "" }, { "2", "", "4" } }, panel.Texts);
        Assert.Equal(0.75f, panel.Values[0, 0]);
        Assert.True(float.IsNaN(panel.Values[1, 1]));
        Assert.Equal("Of 10 validation texts 7 are right; the most frequent mistake is “class 0” for “class 2”: 2 of its 6.", map.Subtitle);
        Assert.Contains("A grey row is a class without texts.", map.Caption, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(3, 30)]
    [InlineData(20, 30)]
    public void Names_of_classes_are_whole_and_lie_within_the_picture(int classes, int length)
    {
        string[] names = [.. Enumerable.Range(0, classes).Select(i => $"{i} ".PadRight(length, (char)('a' + i)))];
        var map = ConfusionPicture.Of(Result(Diagonal(classes), Diagonal(classes), names));

        var svg = XDocument.Parse(PictureFile.Svg(map));
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim()).ToList();
        Assert.All(names, name => Assert.Equal(4, texts.Count(text => text == name.Trim()))); // rows and columns of two panels
        using var bitmap = SKBitmap.Decode(PictureFile.Png(map));
        Assert.All(Enumerable.Range(0, bitmap.Height), y => Assert.True(bitmap.GetPixel(0, y) == SKColors.White && bitmap.GetPixel(bitmap.Width - 1, y) == SKColors.White));
        Assert.All(Enumerable.Range(0, bitmap.Width), x => Assert.True(bitmap.GetPixel(x, bitmap.Height - 1) == SKColors.White));
    }

    [Fact]
    public void Counts_are_written_light_on_dark_cells_and_dark_on_bright_ones()
    {
        var svg = XDocument.Parse(PictureFile.Svg(ConfusionPicture.Of(Result([[991, 9], [8, 992]]))));
        string Fill(string text) => (string?)svg.Descendants().First(e => e.Name.LocalName == "text" && e.Value.Trim() == text).Attribute("fill") ?? "black";

        Assert.Equal("white", Fill("9"));
        Assert.NotEqual("white", Fill("991"));
    }

    [Fact]
    public void Of_very_many_classes_the_most_frequent_are_drawn()
    {
        int[][] counts = Diagonal(90);
        counts[77][77] = 500;

        var panel = ConfusionPicture.Of(Result(counts)).Panels[0][0];

        Assert.Equal(30, panel.Rows.Count);
        Assert.Contains("class 77", panel.Rows);
    }

    [Fact]
    public void The_page_begins_with_accuracy_beside_the_majority_and_lists_the_mistakes()
    {
        var report = FinetuningReport.Of(
            Result([[3, 1], [2, 4]]),
            Recipe(KeptWeights.Lowest),
            [Evaluated(1, 0.6), Evaluated(2, 0.4), Evaluated(3, 0.9)],
            [new Prediction("validation", 7, "not bad <at> all", null, "class 1", "class 0", [0.9, 0.1], "no token for 'bad'"), new Prediction("validation", 8, "good", null, "class 1", "class 1", [0.2, 0.8], "")],
            ["sextant report run"]);

        // by hand: t of 9 degrees 2.262157; 0.7 with the variance 0.7 x 0.3 x 10 / 9; the difference is 3 times 1, 2 times -1 (variance 49 / 90)
        Assert.StartsWith("70.0 % of 10 validation texts are classified right (95 % interval 35.4 to 100.0 %); always saying the most frequent class (class 1) gets 60.0 %, and no better than that is shown (difference 10.0 points, 95 % interval -42.8 to 62.8 points).", report.Page.Lead[0], StringComparison.Ordinal);
        Assert.StartsWith("Best is class 1 (F1 0.727; 4 of its 6 texts right), worst class 0", report.Page.Lead[1], StringComparison.Ordinal);
        string html = PageFile.Html(report.Page);
        Assert.Contains("<td class=\"number\">0.900</td><td class=\"number\">0.100</td>", html, StringComparison.Ordinal);
        Assert.Contains("not bad &lt;at&gt; all", html, StringComparison.Ordinal);
        Assert.Contains("no token for", html, StringComparison.Ordinal);
        Assert.Contains("flatters them a little", html, StringComparison.Ordinal);
        Assert.Contains("then it rises to 0.9000", html, StringComparison.Ordinal);
        using TemporaryFolder folder = new();
        report.Write(folder.Path);
        Assert.Equal(["accuracy-by-epoch.png", "accuracy-by-epoch.svg", "confusion.png", "confusion.svg", "loss-by-epoch.png", "loss-by-epoch.svg", "report.html"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_class_that_is_never_said_is_named_at_once() =>
        Assert.Contains("Never said of a validation text: class 1.", FinetuningReport.Of(Result([[3, 0], [2, 0]]), Recipe(KeptWeights.Last), [Evaluated(1, 0.5)], [], []).Page.Lead);

    [Fact]
    public void Weights_that_validation_did_not_choose_are_not_said_to_flatter() =>
        Assert.DoesNotContain("flatters", PageFile.Html(FinetuningReport.Of(Result([[3, 1], [2, 4]]), Recipe(KeptWeights.Last), [Evaluated(1, 0.5)], [], []).Page), StringComparison.Ordinal);

    internal static FinetuningResult Result(int[][] confusion, int[][]? test = null, string[]? names = null)
    {
        names ??= [.. confusion.Select((_, i) => $"class {i}")];
        return new FinetuningResult
        {
            Status = RunStatus.Done,
            RunFolder = "/runs/made",
            ValidationLoss = null,
            Validation = Measures(confusion, names),
            Test = test is null ? null : Measures(test, names),
            Classes = names,
            TrainableParameters = 1000,
            Parameters = 12_000,
            Flops = 1e9,
            Tokens = 1e5,
            Seconds = 12,
            SecondsPerStep = 0.01,
            Steps = 600,
            Epochs = 3,
        };
    }

    private static ClassificationMeasures Measures(int[][] confusion, string[] names)
    {
        var texts = (
            from right in Enumerable.Range(0, names.Length)
            from said in Enumerable.Range(0, names.Length)
            from _ in Enumerable.Range(0, confusion[right][said])
            select (Right: right, Probabilities: Enumerable.Range(0, names.Length).Select(c => c == said ? 0.9 : 0.1 / (names.Length - 1)).ToArray())).ToList();
        return ClassificationMeasures.Of(names, [.. texts.Select(t => t.Probabilities)], [.. texts.Select(t => t.Right)], texts.GroupBy(t => t.Right).MaxBy(g => g.Count())!.Key);
    }

    private static int[][] Diagonal(int classes) => [.. Enumerable.Range(0, classes).Select(row => Enumerable.Range(0, classes).Select(column => row == column ? 40 + row : (row + (2 * column)) % 7 == 0 ? 3 : 0).ToArray())];

    private static FinetuningRecipe Recipe(KeptWeights keep) => new()
    {
        Name = "made",
        Model = new EncoderSource.Pretrained { Path = "models/some" },
        Data = new LabelledOptions.Arithmetic(),
        Keep = keep,
        Training = new TrainingOptions { Optimizer = new OptimizerOptions.AdamW { LearningRate = 1e-3 }, Horizon = new Horizon.Epochs { Count = 3 } },
    };

    private static Evaluation Evaluated(int epoch, double loss) => new() { Step = 200 * epoch, Epoch = epoch, Tokens = 1e4 * epoch, Flops = 1e8 * epoch, TrainLoss = loss, ValidationLoss = loss, ValidationLossPerToken = loss, LearningRate = 1e-3, Seconds = epoch, Accuracy = 1 - (loss / 2) };
}
