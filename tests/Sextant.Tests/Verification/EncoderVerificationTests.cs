using System.Text.Json.Nodes;
using Sextant.Pretrained;
using Sextant.Tests.Experiments.Encoders;
using Sextant.Verification;
using Xunit;

namespace Sextant.Tests.Verification;

/// <summary>Published layouts against the reference's outputs, gradients and trainings (data/pretrained/SOURCES.md).</summary>
public sealed class EncoderVerificationTests
{
    private static readonly string[] Models = ["tiny-bert-cls", "tiny-bert-mlm", "tiny-bert-base-no-head", "tiny-bert-gamma-beta", "tiny-roberta-cls", "tiny-roberta-mlm"];
    private static readonly string[] Files = ["model.safetensors", "pytorch_model.bin", "pytorch_model.legacy.bin"];

    public static TheoryData<string, string> Checkpoints => new(from model in Models from file in Files select (model, file));

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Every_number_of_a_golden_file_is_met_within_its_tolerance(string model, string file)
    {
        string folder = SharedData.Path($"data/pretrained/checkpoints/{model}");

        var checks = EncoderVerification.Check(folder, Path.Combine(folder, "golden.json"), file);

        Assert.True(checks.Count >= 12, $"only {checks.Count} groups of numbers were compared");
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Name}: {check.LargestDifference:G3} apart, {check.ShareOfTolerance:G3} of the tolerance"));
    }

    [Theory]
    [InlineData("norms")]
    [InlineData("values")]
    public void A_gradient_that_the_model_lacks_is_refused(string where)
    {
        string model = SharedData.Path("data/pretrained/checkpoints/tiny-bert-cls");
        using TemporaryFolder folder = new();
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "golden.json")))!;
        var given = golden["gradients"]![where]!.AsObject();
        given["nobody.weight"] = given.First(g => g.Value is not null).Value!.DeepClone();

        string message = Assert.Throws<UserError>(() => EncoderVerification.Check(model, folder.Write("golden.json", golden.ToJsonString()))).Message;

        Assert.Contains("gives a gradient of nobody.weight, which the model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_golden_file_without_numbers_is_refused()
    {
        using TemporaryFolder folder = new();
        string golden = folder.Write("golden.json", "{ \"model_class\": \"BertForSequenceClassification\", \"cases\": [], \"tolerance\": { \"outputs\": { \"absolute\": 1, \"relative\": 1 }, \"gradients\": { \"absolute\": 1, \"relative\": 1 } } }");
        Assert.Contains("gives no number to compare", Assert.Throws<UserError>(() => EncoderVerification.Check(Toy(folder), golden)).Message, StringComparison.Ordinal);
    }

    private static string Toy(TemporaryFolder folder)
    {
        string body = ToyEncoderRecipes.Body(folder);
        using var model = PretrainedEncoders.NewClassifier(body, 3, 1, expected: new ExpectedWeights(["bert.pooler."], [])).Model;
        PretrainedEncoders.Write(model, folder.Combine("classifier"), ["a", "b", "c"]);
        return folder.Combine("classifier");
    }
}
