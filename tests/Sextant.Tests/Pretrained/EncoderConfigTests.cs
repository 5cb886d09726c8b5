using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tests.Models.Encoders;
using Xunit;

namespace Sextant.Tests.Pretrained;

public sealed class EncoderConfigTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_an_old_short_config_leaves_out_is_as_the_reference_has_it()
    {
        var bert = Read("{}");
        Assert.Equal(new EncoderOptions.Bert { Hidden = 768, Layers = 12, Heads = 12, FeedForward = 3072 }, bert.Options);
        Assert.Equal((30522, null), (bert.VocabularySize, bert.ModelClass));
        Assert.Empty(bert.Labels);
        var roberta = Read("""{ "model_type": "roberta" }""");
        Assert.Equal(new EncoderOptions.Roberta { Hidden = 768, Layers = 12, Heads = 12, FeedForward = 3072, Positions = 512, TokenTypes = 2, NormEpsilon = 1e-12 }, roberta.Options);
        Assert.Equal(50265, roberta.VocabularySize);
    }

    [Fact]
    public void A_classifier_drops_as_much_as_the_body_unless_the_config_says_else()
    {
        Assert.Equal(0.3, Read("""{ "hidden_dropout_prob": 0.3 }""").Options.ClassifierDropout);
        Assert.Equal(0.3, Read("""{ "hidden_dropout_prob": 0.3, "classifier_dropout": null }""").Options.ClassifierDropout);
        Assert.Equal(0.2, Read("""{ "hidden_dropout_prob": 0.3, "classifier_dropout": 0.2 }""").Options.ClassifierDropout);
    }

    [Theory]
    [InlineData("""{ "model_type": "roberta" }""", true)]
    [InlineData("""{ "model_type": "xlm-roberta" }""", true)]
    [InlineData("""{ "model_type": "camembert" }""", true)]
    [InlineData("""{ "model_type": "bert", "architectures": ["RobertaModel"] }""", false)]
    [InlineData("""{ "architectures": ["RobertaForMaskedLM"] }""", true)]
    [InlineData("""{ "architectures": ["BertForMaskedLM"] }""", false)]
    public void The_family_follows_from_the_type_and_without_it_from_the_class(string config, bool isRoberta) =>
        Assert.Equal(isRoberta, Read(config).Options is EncoderOptions.Roberta);

    [Theory]
    [InlineData("gelu", Activation.Gelu)]
    [InlineData("gelu_new", Activation.GeluTanh)]
    [InlineData("gelu_pytorch_tanh", Activation.GeluTanh)]
    [InlineData("relu", Activation.Relu)]
    public void Activations_are_known_by_their_names(string name, Activation expected) =>
        Assert.Equal(expected, Read($$"""{ "hidden_act": "{{name}}" }""").Options.Activation);

    [Theory]
    [InlineData("""{ "hidden_act": "silu" }""", "hidden_act is 'silu'")]
    [InlineData("""{ "model_type": "gpt2" }""", "of type 'gpt2'")]
    [InlineData("""{ "model_type": "clip", "text_config": {} }""", "of type 'clip'")]
    [InlineData("""{ "model_type": "deberta-v2" }""", "of type 'deberta-v2'")]
    [InlineData("""{ "model_type": "albert" }""", "of type 'albert'")]
    [InlineData("""{ "model_type": 5 }""", "of type '5'")]
    [InlineData("""{ "position_embedding_type": "relative_key" }""", "position_embedding_type is 'relative_key'")]
    [InlineData("""{ "is_decoder": true }""", "is_decoder is true")]
    [InlineData("""{ "add_cross_attention": true }""", "add_cross_attention is true")]
    [InlineData("""{ "hidden_size": "768" }""", "hidden_size is \"768\", not a number")]
    [InlineData("""{ "hidden_size": 76.5 }""", "hidden_size is 76.5, not a whole number")]
    [InlineData("""{ "hidden_size": 1e300 }""", "hidden_size is 1e300")]
    [InlineData("""{ "hidden_size": 1e999 }""", "hidden_size is")]
    [InlineData("""{ "hidden_size": [768] }""", "hidden_size is [768]")]
    [InlineData("""{ "hidden_size": 10 }""", "heads: 12 do not divide")]
    [InlineData("""{ "num_hidden_layers": 0 }""", "layers: 0 is not at least 1")]
    [InlineData("""{ "vocab_size": 0 }""", "vocab_size 0")]
    [InlineData("""{ "vocab_size": 10, "pad_token_id": 10 }""", "pad_token_id 10")]
    [InlineData("""{ "pad_token_id": -1 }""", "paddingId: -1")]
    [InlineData("""{ "hidden_dropout_prob": 1.5 }""", "ropout: 1.5")]
    [InlineData("""{ "layer_norm_eps": -1 }""", "normEpsilon: -1")]
    [InlineData("""{ "id2label": { "1": "a", "2": "b" } }""", "id2label names no class 0")]
    [InlineData("""{ "hidden_size": 768, "hidden_size": 512 }""", "not the JSON object")]
    [InlineData("""{ "id2label": { "0": "a", "0": "b" } }""", "not the JSON object")]
    [InlineData("""{ "hidden_size": 768""", "not the JSON object")]
    [InlineData("[]", "not the JSON object")]
    [InlineData("null", "not the JSON object")]
    [InlineData("", "not the JSON object")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "not the JSON object")]
    public void What_is_not_known_or_damaged_is_refused_in_a_sentence_with_the_file(string config, string says)
    {
        string message = Assert.Throws<UserError>(() => Read(config)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(folder.Combine("config.json"), message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_config_or_folder_is_refused()
    {
        Assert.Contains("holds no config.json", Assert.Throws<UserError>(() => EncoderConfig.Read(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no folder", Assert.Throws<UserError>(() => EncoderConfig.Read(folder.Combine("none"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void What_is_written_is_read_back_the_same(string kind)
    {
        var options = ToyEncoders.Options[kind] with { Activation = Activation.Relu, Dropout = 0.25, AttentionDropout = 0.125, ClassifierDropout = 0.5, PaddingId = 3, InitialDeviation = 0.07, NormEpsilon = 1e-6, TokenTypes = 4 };
        EncoderConfig config = new(options, 77, ["no", "quite \"so\" ü", "yes"], "SomeClass");
        config.Write(folder.Path);

        var read = EncoderConfig.Read(folder.Path);

        Assert.Equal((config.Options, config.VocabularySize, config.ModelClass), (read.Options, read.VocabularySize, read.ModelClass));
        Assert.Equal(config.Labels, read.Labels);
    }

    private EncoderConfig Read(string config)
    {
        folder.Write("config.json", config);
        return EncoderConfig.Read(folder.Path);
    }
}
