using FsCheck;
using FsCheck.Fluent;
using Sextant.Data.Labelled;
using Xunit;

namespace Sextant.Tests.Data.Labelled;

public sealed class LabelledSplitTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Parts_are_disjoint_cover_everything_and_divide_each_class_within_one_text_of_its_share()
    {
        var share = Gen.Choose(1, 98).Select(percent => percent / 100.0);
        var sizes = Gen.Choose(1, 60).ListOf().Where(list => list.Count > 0);
        Prop.ForAll(sizes.ToArbitrary(), share.ToArbitrary(), Gen.Choose(0, 99).ToArbitrary(), (counts, train, testOfRest) =>
        {
            double test = (1 - train) * testOfRest / 100;
            var texts = Made([.. counts]);
            var split = LabelledSplit.Stratified(texts, 3, train, test);
            (IReadOnlyList<LabelledText> Part, double Share)[] parts = [(split.Train, train), (split.Validation, 1 - train - test), (split.Test, test)];
            bool covers = parts.SelectMany(p => p.Part).Select(t => t.Row).Order().SequenceEqual(texts.Select(t => t.Row));
            bool isOrdered = parts.All(p => p.Part.Select(t => t.Row).SequenceEqual(p.Part.Select(t => t.Row).Order()));
            return covers && isOrdered && texts.GroupBy(t => t.Label).All(ofClass =>
            {
                int count = ofClass.Count();
                int[] held = [.. parts.Select(p => p.Part.Count(t => t.Label == ofClass.Key))];
                bool trains = count < 2 || held[0] >= 1;
                bool isForced = train * count < 1 && held[0] == 1; // taken from the largest part, which may be short by almost two
                return trains && parts.Zip(held).All(p => Math.Abs(p.Second - (p.First.Share * count)) < (isForced ? 2 : 1) + 1e-6);
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_same_seed_is_the_same_split_and_another_seed_another()
    {
        var texts = Made(50, 50);
        Assert.Equal(LabelledSplit.Stratified(texts, 1, 0.7).Train, LabelledSplit.Stratified(texts, 1, 0.7).Train);
        Assert.NotEqual(LabelledSplit.Stratified(texts, 1, 0.7).Train, LabelledSplit.Stratified(texts, 2, 0.7).Train);
    }

    [Fact]
    public void Seventy_percent_of_the_courses_classes_are_its_448_and_192()
    {
        var split = LabelledSplit.Stratified(Made(143, 19, 478), 1, 0.7);
        Assert.Equal([100, 13, 335], Counts(split.Train));
        Assert.Equal([43, 6, 143], Counts(split.Validation));
    }

    [Fact]
    public void Equal_remainders_of_many_classes_go_to_both_parts_in_turn()
    {
        var split = LabelledSplit.Stratified(Made([.. Enumerable.Repeat(3, 40)]), 1, 0.5);
        Assert.Equal((60, 60), (split.Train.Count, split.Validation.Count));
    }

    [Fact]
    public void An_inner_split_divides_what_trains_and_sees_nothing_else()
    {
        var outer = LabelledSplit.Stratified(Made(40, 60), 1, 0.7);
        var inner = outer.Inner(2, 0.75);
        Assert.Equal(outer.Train.ToHashSet(), inner.Train.Concat(inner.Validation).ToHashSet());
        Assert.Empty(inner.Test);
        Assert.Equal([21, 32], Counts(inner.Train)); // of 28 and 42
    }

    [Fact]
    public void A_split_file_names_rows_from_0_and_the_rest_is_left_out()
    {
        string data = folder.Write("a.csv", "text,label\na,1\nb,0\nc\nd,1\ne,0\nf,1\n");
        string parts = folder.Write("split.csv", "part,row\ntrain,0\ntrain,1\nvalidation,2\nval,3\ntest,5\n");
        var loaded = LabelledData.Load(new LabelledOptions.File { Path = data, MaximumBadShare = 0.5, Split = new LabelledSplitOptions.ByFile { Path = parts } });
        Assert.Equal(["a", "b"], Texts(loaded.Split.Train));
        Assert.Equal(["d"], Texts(loaded.Split.Validation));
        Assert.Equal(["f"], Texts(loaded.Split.Test));
        Assert.Equal([(data, new(3, RowProblem.WrongNumberOfCells)), (data, new LeftOutRow(5, RowProblem.NotInSplit))], loaded.LeftOut);
    }

    [Theory]
    [InlineData("row,part\n0,train\n6,val\n", "6 is not among the 2 rows")]
    [InlineData("row,part\n0,train\n0,val\n", "row 2, column 'row': 0 stands there a second time, after row 1")]
    [InlineData("row,part\n0,later\n", "'later' is not train")]
    [InlineData("row,part\n-1,train\n", "'-1' is not a row")]
    [InlineData("row,part\n0\n", "row 1 has another number of cells")]
    [InlineData("index,part\n0,train\n", "needs the columns row and part")]
    [InlineData("row,part\n0,train\n", "1 would train and 0 validate")]
    public void A_wrong_split_file_is_one_clear_sentence(string text, string part)
    {
        string data = folder.Write("a.csv", "text,label\na,1\nb,0\n");
        var options = new LabelledOptions.File { Path = data, Split = new LabelledSplitOptions.ByFile { Path = folder.Write("split.csv", text) } };
        Assert.Contains(part, Assert.Throws<UserError>(() => LabelledData.Load(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_the_data_may_say_the_part()
    {
        string data = folder.Write("a.csv", "text,label,split\na,1,train\nb,0,train\nc,0,val\nd,1,test\ne,1,\n");
        var split = LabelledData.Load(new LabelledOptions.File { Path = data, Split = new LabelledSplitOptions.ByColumn() });
        Assert.Equal(["a", "b"], Texts(split.Split.Train));
        Assert.Equal(["c"], Texts(split.Split.Validation));
        Assert.Equal(["d"], Texts(split.Split.Test));
        Assert.Equal([(data, new LeftOutRow(5, RowProblem.NotInSplit))], split.LeftOut);
        string wrong = folder.Write("b.csv", "text,label,split\na,1,later\n");
        Assert.Contains("row 1, column 'split': 'later'", Assert.Throws<UserError>(() => LabelledFile.Read(wrong, splitColumn: "split")).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'part'", Assert.Throws<UserError>(() => LabelledFile.Read(wrong, splitColumn: "part")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_their_own_may_validate_and_test()
    {
        string train = folder.Write("train.csv", "text,label\na,1\nb,0\n");
        string validation = folder.Write("validation.csv", "text,label\nc,1\n");
        string test = folder.Write("test.csv", "text,label\nd,2\n");
        var loaded = LabelledData.Load(new LabelledOptions.File { Path = train, TestPath = test, Split = new LabelledSplitOptions.SeparateFiles { ValidationPath = validation } });
        Assert.Equal((2, "c", "d"), (loaded.Split.Train.Count, loaded.Split.Validation.Single().Text, loaded.Split.Test.Single().Text));
        Assert.Equal(["0", "1", "2"], loaded.Classes.Labels);
    }

    [Fact]
    public void Data_of_one_class_to_train_on_is_one_clear_sentence()
    {
        string data = folder.Write("a.csv", "text,label\na,1\nb,0\n");
        string parts = folder.Write("split.csv", "part,row\ntrain,0\nval,1\n");
        var options = new LabelledOptions.File { Path = data, Split = new LabelledSplitOptions.ByFile { Path = parts } };
        Assert.Contains("nothing to tell apart", Assert.Throws<UserError>(() => LabelledData.Load(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_courses_files_give_448_192_and_160()
    {
        var loaded = LabelledData.Load(new LabelledOptions.File
        {
            Path = SharedData.Path("data/arithmetic/PA03_data_20_train.csv"),
            TestPath = SharedData.Path("data/arithmetic/PA03_data_20_test.csv"),
            LabelNames = new Dictionary<string, string> { ["0"] = "negative", ["1"] = "zero", ["2"] = "positive" },
            Split = new LabelledSplitOptions.ByFile { Path = SharedData.Path("data/arithmetic/split-448-192.csv") },
        });
        Assert.Equal((448, 192, 160), (loaded.Split.Train.Count, loaded.Split.Validation.Count, loaded.Split.Test.Count));
        Assert.Equal([43, 6, 143], Counts(loaded.Split.Validation));
        Assert.Empty(loaded.LeftOut);
    }

    private static string[] Texts(IEnumerable<LabelledText> texts) => [.. texts.Select(t => t.Text)];

    private static int[] Counts(IEnumerable<LabelledText> texts) => [.. texts.GroupBy(t => t.Label).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Count())];

    /// <summary>Texts of classes "000", "001" and so on, these many of each.</summary>
    private static LabelledText[] Made(params int[] counts)
    {
        int row = 0;
        return [.. counts.SelectMany((count, label) => Enumerable.Range(0, count).Select(_ => new LabelledText("text", null, $"{label:000}", ++row)))];
    }
}
