using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Xunit;

namespace Sextant.Tests.Models.Encoders;

public sealed class PublishedNamesTests
{
    private const string Layer =
        "encoder.layer.0.attention.self.query.weight[16,16] encoder.layer.0.attention.self.query.bias[16] " +
        "encoder.layer.0.attention.self.key.weight[16,16] encoder.layer.0.attention.self.key.bias[16] " +
        "encoder.layer.0.attention.self.value.weight[16,16] encoder.layer.0.attention.self.value.bias[16] " +
        "encoder.layer.0.attention.output.dense.weight[16,16] encoder.layer.0.attention.output.dense.bias[16] " +
        "encoder.layer.0.attention.output.LayerNorm.weight[16] encoder.layer.0.attention.output.LayerNorm.bias[16] " +
        "encoder.layer.0.intermediate.dense.weight[24,16] encoder.layer.0.intermediate.dense.bias[24] " +
        "encoder.layer.0.output.dense.weight[16,24] encoder.layer.0.output.dense.bias[16] " +
        "encoder.layer.0.output.LayerNorm.weight[16] encoder.layer.0.output.LayerNorm.bias[16]";

    private const string Embeddings = "embeddings.word_embeddings.weight[40,16] embeddings.position_embeddings.weight[POSITIONS,16] embeddings.token_type_embeddings.weight[TYPES,16] embeddings.LayerNorm.weight[16] embeddings.LayerNorm.bias[16] " + Layer;

    [Theory]
    [InlineData("bert", "classifier", 12, 2, "bert.pooler.dense.weight[16,16] bert.pooler.dense.bias[16] classifier.weight[3,16] classifier.bias[3]")]
    [InlineData("roberta", "classifier", 14, 1, "classifier.dense.weight[16,16] classifier.dense.bias[16] classifier.out_proj.weight[3,16] classifier.out_proj.bias[3]")]
    [InlineData("bert", "masked", 12, 2, "cls.predictions.transform.dense.weight[16,16] cls.predictions.transform.dense.bias[16] cls.predictions.transform.LayerNorm.weight[16] cls.predictions.transform.LayerNorm.bias[16] cls.predictions.bias[40]")]
    [InlineData("roberta", "masked", 14, 1, "lm_head.dense.weight[16,16] lm_head.dense.bias[16] lm_head.layer_norm.weight[16] lm_head.layer_norm.bias[16] lm_head.bias[40]")]
    [InlineData("bert", "pooled", 12, 2, "bert.pooler.dense.weight[16,16] bert.pooler.dense.bias[16]")]
    [InlineData("roberta", "pooled", 14, 1, "roberta.pooler.dense.weight[16,16] roberta.pooler.dense.bias[16]")]
    public void A_model_has_exactly_these_published_tensors(string family, string kind, int positions, int types, string head)
    {
        var options = ToyEncoders.Options[family] with { Layers = 1 };
        using EncoderModel model = kind switch
        {
            "classifier" => new EncoderClassifier(options, ToyEncoders.Vocabulary, 3, new AdapterOptions()),
            "masked" => new MaskedLanguageModel(options, ToyEncoders.Vocabulary),
            _ => new PooledEncoder(options, ToyEncoders.Vocabulary),
        };
        string[] expected = [.. Embeddings.Replace("POSITIONS", $"{positions}", StringComparison.Ordinal).Replace("TYPES", $"{types}", StringComparison.Ordinal).Split(' ').Select(name => $"{family}.{name}"), .. head.Split(' ')];

        Assert.Equal(expected, model.Published().Select(tensor => $"{tensor.Name}[{string.Join(',', tensor.Shape)}]"));
        Assert.Equal( // every parameter but the adapters is part of it, once
            model.named_parameters().Where(p => !p.name.Contains("Adapter", StringComparison.Ordinal)).Sum(p => p.parameter.numel()),
            model.Published().Sum(tensor => tensor.Shape.Aggregate(1L, (a, b) => a * b)));
    }

    [Theory]
    [InlineData("tiny-bert-cls")]
    [InlineData("tiny-roberta-cls")]
    [InlineData("tiny-bert-mlm")]
    [InlineData("tiny-roberta-mlm")]
    public void The_names_are_those_that_the_reference_writes(string name)
    {
        string folder = SharedData.Path($"data/pretrained/checkpoints/{name}");
        using EncoderModel model = name.EndsWith("cls", StringComparison.Ordinal) ? PretrainedEncoders.Classifier(folder) : PretrainedEncoders.MaskedLanguageModel(folder);
        using var file = TensorFile.Open(folder);
        string[] tied = ["embeddings.position_ids", "predictions.decoder.weight", "predictions.decoder.bias", "lm_head.decoder.weight", "lm_head.decoder.bias"];

        Assert.Equal(
            file.Tensors.Where(t => !tied.Any(end => t.Name.EndsWith(end, StringComparison.Ordinal))).Select(t => $"{t.Name}[{string.Join(',', t.Shape)}]").Order(StringComparer.Ordinal),
            model.Published().Select(t => $"{t.Name}[{string.Join(',', t.Shape)}]").Order(StringComparer.Ordinal));
    }
}
