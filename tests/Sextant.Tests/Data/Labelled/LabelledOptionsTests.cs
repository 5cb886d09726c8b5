using System.Text.Json;
using Sextant.Data.Arithmetic;
using Sextant.Data.Labelled;
using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Data.Labelled;

public sealed class LabelledOptionsTests
{
    [Fact]
    public void Options_come_from_json_and_go_back_to_it()
    {
        const string Json = """
            {"kind":"file","path":"a.csv","columns":{"text":"body","pair":null,"label":null},"labelNames":{"1":"good","0":"bad"},"maximumBadShare":0.02,"testPath":"b.csv","split":{"kind":"stratified","seed":3,"trainShare":0.7,"testShare":0},"inner":null}
            """;
        var options = Assert.IsType<LabelledOptions.File>(JsonSerializer.Deserialize<LabelledOptions>(Json, RecipeJson.Line));
        Assert.Equal(["1", "0"], options.LabelNames!.Keys);
        Assert.Equal(Json, JsonSerializer.Serialize<LabelledOptions>(options, RecipeJson.Line));
        Assert.Empty(options.Problems());
    }

    [Fact]
    public void Arithmetic_from_json_has_the_courses_defaults()
    {
        var options = Assert.IsType<LabelledOptions.Arithmetic>(JsonSerializer.Deserialize<LabelledOptions>("""{"kind":"arithmetic","operations":["minus"]}""", RecipeJson.Line));
        Assert.Equal((0, 19, 2), (options.From, options.To, options.Operands));
        Assert.Equal([ArithmeticOperation.Minus], options.Operations);
        Assert.DoesNotContain("expressions", JsonSerializer.Serialize<LabelledOptions>(options, RecipeJson.Line), StringComparison.Ordinal);
    }

    [Fact]
    public void Built_in_expressions_divide_by_class_with_names()
    {
        var loaded = LabelledData.Load(new LabelledOptions.Arithmetic { Split = new LabelledSplitOptions.Stratified { TrainShare = 0.56, TestShare = 0.2 } });
        Assert.Equal((448, 192, 160), (loaded.Split.Train.Count, loaded.Split.Validation.Count, loaded.Split.Test.Count));
        Assert.Equal(["negative", "zero", "positive"], loaded.Classes.Names);
    }

    [Fact]
    public void Options_name_every_problem_by_its_path()
    {
        var file = new LabelledOptions.File
        {
            Path = "",
            TestPath = "",
            MaximumBadShare = double.NaN,
            Columns = new LabelledColumns { Text = "a", Label = "a", Pair = " " },
            LabelNames = new Dictionary<string, string> { ["0"] = "x", ["1"] = "x" },
            Split = new LabelledSplitOptions.Stratified { TrainShare = 0.8, TestShare = 0.2 },
        };
        Assert.Equal(
            [
                "data.path: is missing; name the file with the labelled text.",
                "data.testPath: is empty; name the file that tests, or leave it out.",
                "data.split.testShare: is 0 where a file of its own tests (testPath).",
                "data.maximumBadShare: NaN is not between 0 and 1.",
                "data.columns.pair: is empty; name a column, or leave it out.",
                "data.columns: text, pair and label are different columns; 'a' is named twice.",
                "data.labelNames: 'x' names two labels.",
                "data.split.testShare: 0.2 is not at least 0, or leaves nothing to validate beside the 0.8 that train.",
            ],
            file.Problems());
        Assert.Equal(["data.split.trainShare: 1 is not between 0 and 1."], new LabelledOptions.Arithmetic { Split = new LabelledSplitOptions.Stratified { TrainShare = 1 } }.Problems());
        Assert.Equal(
            ["data.to: 5 is less than the 10 of from.", "data.operands: 1 is not within 2 and 8.", "data.split.kind: expressions are divided by 'stratified' or 'file'."],
            new LabelledOptions.Arithmetic { From = 10, To = 5, Operands = 1, Split = new LabelledSplitOptions.ByColumn() }.Problems());
        Assert.Equal(["data.split.path: is missing; name the file with the columns row and part."], new LabelledSplitOptions.ByFile { Path = "" }.Problems());
    }
}
