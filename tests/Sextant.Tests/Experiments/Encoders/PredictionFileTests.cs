using Sextant.Experiments.Encoders;
using Sextant.Finetuning;
using Xunit;

namespace Sextant.Tests.Experiments.Encoders;

public sealed class PredictionFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Any_text_and_label_is_read_back_as_it_was_written()
    {
        Prediction[] predictions =
        [
            new("validation", 1, "plain", null, "yes", "no", [0.25, 0.75], ""),
            new("test", 2, "a, b; \"c\"\tand 'd'", "second, text", "yes, or \"so\"", "yes, or \"so\"", [1 / 3.0, 2 / 3.0], "no token for 'b', 'c'"),
            new("test", 3, "two\nlines", "\"", "ü ☃ 𝒳", "no", [5e-324, 1], "cut off 'x'"),
            new("test", 4, "  spaces  ", null, "yes", "yes", [0, 1], ""),
        ];
        string path = folder.Combine("predictions.csv");
        PredictionFile.Write(path, ["yes, or \"so\"", "no"], predictions);

        var read = PredictionFile.Read(path);

        Assert.Equal(predictions.Select(p => p with { Probabilities = [] }), read.Select(p => p with { Probabilities = [] }));
        Assert.All(predictions.Zip(read), p => Assert.Equal(p.First.Probabilities, p.Second.Probabilities));
        Assert.Equal([false, true, false, true], read.Select(p => p.IsRight));
    }

    [Theory]
    [InlineData("part,row,text,pair,label,predicted,right,unseen,p(a)\ntest,x,t,,a,a,yes,,1\n", "line 2 is damaged")]
    [InlineData("part,row,text,pair,label,predicted,right,unseen,p(a)\ntest,1,t\n", "line 2 is damaged")]
    [InlineData("part,row,text,pair,label,predicted,right,unseen,p(a)\ntest,1,t,,a,a,yes,,1\ntest,2,\"t", "predictions.csv")]
    public void A_damaged_file_is_refused(string text, string says) =>
        Assert.Contains(says, Assert.Throws<UserError>(() => PredictionFile.Read(folder.Write("predictions.csv", text))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_gone_is_refused() =>
        Assert.Contains("is gone", Assert.Throws<UserError>(() => PredictionFile.Read(folder.Combine("predictions.csv"))).Message, StringComparison.Ordinal);
}
