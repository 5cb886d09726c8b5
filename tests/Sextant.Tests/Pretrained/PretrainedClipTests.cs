using System.Text.Json;
using System.Text.Json.Nodes;
using Sextant.Models.Clip;
using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tests.Models.Clip;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Pretrained;

/// <summary>Folders of CLIP: what is read of them, what is written, what is refused.</summary>
public sealed class PretrainedClipTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_config_leaves_out_is_as_the_reference_has_it()
    {
        foreach (string config in new[] { """{ "model_type": "clip" }""", """{ "text_config": {}, "vision_config": {} }""", """{ "model_type": "clip", "text_config": null, "text_config_dict": null, "vision_config_dict": {} }""" })
        {
            var read = Config(config);
            Assert.Equal(ClipOptions.BasePatch32, read.Options);
            Assert.Equal(49408, read.VocabularySize);
        }
    }

    [Fact]
    public void What_a_config_says_is_read()
    {
        var read = Config("""
            {
              "model_type": "clip", "projection_dim": 20, "logit_scale_init_value": 2, "initializer_factor": 0.5,
              "text_config": { "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 40, "max_position_embeddings": 12, "vocab_size": 40, "hidden_act": "gelu", "layer_norm_eps": 1e-6, "attention_dropout": 0.1, "eos_token_id": 2 },
              "vision_config": { "hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 56, "image_size": 24, "patch_size": 8, "num_channels": 1, "hidden_act": "gelu_new", "initializer_range": 0.1 }
            }
            """);

        Assert.Equal(
            new ClipOptions
            {
                Picture = ToyClip.Options.Picture with { Channels = 1, Activation = Activation.GeluTanh, InitialDeviation = 0.1 },
                Text = ToyClip.Options.Text with { Activation = Activation.Gelu, NormEpsilon = 1e-6, AttentionDropout = 0.1 },
                Projection = 20,
                InitialLogitScale = 2,
                InitialFactor = 0.5,
            },
            read.Options);
        Assert.Equal(40, read.VocabularySize);
    }

    [Fact]
    public void A_stem_of_convolutions_is_written_and_read_and_no_other_tool_takes_it_for_its_own()
    {
        using var scope = torch.NewDisposeScope();
        var options = ToyClip.Options with { Picture = ToyClip.Options.Picture with { Stem = new PictureStem.Convolutions { Widths = [8, 16] } } };
        using var model = ToyClip.Create(options);
        PretrainedClip.Write(model, folder.Path);
        using var read = PretrainedClip.Read(folder.Path);
        var pixels = ToyClip.Pixels(3);

        Assert.Equal(options, read.Options);
        Assert.Equal(model.PictureFeatures(pixels).data<float>().ToArray(), read.PictureFeatures(pixels).data<float>().ToArray());
        Assert.DoesNotContain("\"CLIPModel\"", File.ReadAllText(folder.Combine("config.json")), StringComparison.Ordinal);

        File.WriteAllText(folder.Combine("config.json"), File.ReadAllText(folder.Combine("config.json")).Replace("\"patch_size\": 8", "\"patch_size\": 4", StringComparison.Ordinal));
        Assert.Contains("each of which halves the sides", Assert.Throws<UserError>(() => PretrainedClip.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tower_under_its_old_name_counts_as_in_the_reference()
    {
        var read = Config("""{ "model_type": "clip", "text_config": { "hidden_size": 512 }, "text_config_dict": { "hidden_size": 768, "num_attention_heads": 12 }, "vision_config_dict": { "patch_size": 16 } }""");

        Assert.Equal((768, 12, 12), (read.Options.Text.Hidden, read.Options.Text.Heads, read.Options.Text.Layers));
        Assert.Equal(16, read.Options.Picture.Patch);
    }

    /// <summary>The reference takes a text's output at the highest id where the end id is 2, as in the published files, and at the end id else.</summary>
    [Theory]
    [InlineData("""{ "eos_token_id": 2 }""", null)]
    [InlineData("""{ "eos_token_id": 49407 }""", null)]
    [InlineData("""{ "vocab_size": 600 }""", null)]
    [InlineData("""{ "vocab_size": 49410 }""", 49407)]
    [InlineData("""{ "vocab_size": 49410, "eos_token_id": 2 }""", null)]
    [InlineData("""{ "vocab_size": 600, "eos_token_id": 550 }""", 550)]
    public void The_end_of_a_text_is_where_the_reference_finds_it(string text, int? end)
    {
        var read = Config($$"""{ "model_type": "clip", "text_config": {{text}} }""");
        read.Write(folder.Path);

        Assert.Equal(end, read.Options.Text.End);
        Assert.Equal(end, ClipConfig.Read(folder.Path).Options.Text.End);
    }

    [Theory]
    [InlineData("""{ "model_type": "clip", "text_config": { "eos_token_id": -1 } }""", "end: -1 is no id of a token")]
    [InlineData("""{ "model_type": "bert" }""", "of type 'bert', not a CLIP")]
    [InlineData("{}", "not a CLIP")]
    [InlineData("""{ "model_type": "clip", "text_config": [] }""", "text_config is [], not an object")]
    [InlineData("""{ "model_type": "clip", "text_config": { "hidden_size": "512" } }""", "text_config.hidden_size is \"512\", not a number")]
    [InlineData("""{ "model_type": "clip", "vision_config": { "hidden_act": "silu" } }""", "vision_config.hidden_act is 'silu'")]
    [InlineData("""{ "model_type": "clip", "vision_config": { "image_size": 225 } }""", "patch: 32 does not divide")]
    [InlineData("""{ "model_type": "clip", "vision_config": { "patch_size": 0 } }""", "patch: 0 is not at least 1")]
    [InlineData("""{ "model_type": "clip", "vision_config": { "image_size": 200000000, "patch_size": 1 } }""", "more than a million positions")]
    [InlineData("""{ "model_type": "clip", "text_config": { "vocab_size": 1 } }""", "vocab_size 1")]
    [InlineData("""{ "model_type": "clip", "projection_dim": 0 }""", "projection: 0")]
    [InlineData("[]", "not the JSON object")]
    public void A_config_that_makes_no_sense_is_refused_by_what_is_wrong(string config, string why) =>
        Assert.Contains(why, Assert.Throws<UserError>(() => Config(config)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_written_is_read_again_bit_by_bit()
    {
        using var scope = torch.NewDisposeScope();
        var options = ToyClip.Options with { InitialLogitScale = 1.5, Text = ToyClip.Options.Text with { Activation = Activation.Relu, AttentionDropout = 0.25 } };
        using var model = ToyClip.Create(options);
        PretrainedClip.Write(model, folder.Combine("clip"));
        using var read = PretrainedClip.Read(folder.Combine("clip"));

        Assert.Equal(options, read.Options);
        Assert.Equal(model.VocabularySize, read.VocabularySize);
        var others = PretrainedClip.Weights(read).ToDictionary();
        Assert.All(PretrainedClip.Weights(model), t => Assert.True(t.Value.bytes.SequenceEqual(others[t.Key].bytes), t.Key));
    }

    [Fact]
    public void What_is_written_has_the_names_and_shapes_that_the_reference_writes()
    {
        string source = SharedData.Path("data/pretrained/checkpoints/tiny-clip");
        using (var model = PretrainedClip.Read(source))
        {
            PretrainedClip.Write(model, folder.Path);
        }

        using var there = TensorFile.Open(source);
        using var here = TensorFile.Open(folder.Path);
        Assert.Equal(
            there.Tensors.Where(t => !t.Name.EndsWith("position_ids", StringComparison.Ordinal)).Select(t => $"{t.Name}[{string.Join(',', t.Shape)}]").Order(StringComparer.Ordinal),
            here.Tensors.Select(t => $"{t.Name}[{string.Join(',', t.Shape)}]").Order(StringComparer.Ordinal));
        var (expected, written) = (JsonNode.Parse(File.ReadAllText(Path.Combine(source, "config.json")))!, JsonNode.Parse(File.ReadAllText(folder.Combine("config.json")))!);
        foreach (var (key, value) in written.AsObject().Where(p => p.Key is not ("text_config" or "vision_config")))
        {
            Same(key, expected[key], value);
        }

        foreach (string part in new[] { "text_config", "vision_config" })
        {
            Assert.All(written[part]!.AsObject(), p => Same($"{part}.{p.Key}", expected[part]![p.Key], p.Value));
        }

        static void Same(string key, JsonNode? expected, JsonNode? written) => Assert.True(
            expected is not null && (expected.GetValueKind() == JsonValueKind.Number ? expected.GetValue<double>() == double.Parse(written!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : JsonNode.DeepEquals(expected, written)),
            $"{key}: {written?.ToJsonString()} for {expected?.ToJsonString()}");
    }

    [Theory]
    [InlineData("vision_model.post_layernorm.bias", "1 tensor of the model is not in it (vision_model.post_layernorm.bias). Features of random weights")]
    [InlineData("logit_scale", "(logit_scale)")]
    public void A_missing_tensor_is_refused_by_its_name(string missing, string why)
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();

        Assert.Contains(why, Refused(model, tensors => tensors.Where(t => t.Key != missing)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_more_than_the_config_says_is_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();

        string message = Refused(model, tensors => tensors.Append(KeyValuePair.Create("text_model.encoder.layers.2.mlp.fc1.bias", torch.zeros(4))));

        Assert.Contains("1 tensor of it has no place in the model (text_model.encoder.layers.2.mlp.fc1.bias). Fetch the model again.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_shape_is_refused_with_both_shapes()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();

        string message = Refused(model, tensors => tensors.Select(t => t.Key == "visual_projection.weight" ? KeyValuePair.Create(t.Key, torch.zeros(48, 20)) : t));

        Assert.Contains("visual_projection.weight is [48, 20] in the file and [20, 48] in the model", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_positions_in_a_checkpoint_are_no_weights()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        string path = Written(model, tensors => tensors.Append(KeyValuePair.Create("vision_model.embeddings.position_ids", torch.arange(10).unsqueeze(0))));
        using var read = PretrainedClip.Read(path);
        Assert.Equal(model.logitScale.ToSingle(), read.logitScale.ToSingle());
    }

    [Fact]
    public void A_config_of_a_model_far_larger_than_its_weights_is_refused_before_memory_is_asked_for()
    {
        using var scope = torch.NewDisposeScope();
        using var model = ToyClip.Create();
        string path = Written(model, tensors => tensors);
        string config = Path.Combine(path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"vocab_size\": 40", "\"vocab_size\": 400000000", StringComparison.Ordinal));

        Assert.Contains("correct its vocab_size", Assert.Throws<UserError>(() => PretrainedClip.Read(path)).Message, StringComparison.Ordinal);
    }

    private ClipConfig Config(string json)
    {
        folder.Write("config.json", json);
        return ClipConfig.Read(folder.Path);
    }

    private string Refused(ClipModel model, Func<IEnumerable<KeyValuePair<string, torch.Tensor>>, IEnumerable<KeyValuePair<string, torch.Tensor>>> change)
    {
        string path = Written(model, change);
        return Assert.Throws<UserError>(() => PretrainedClip.Read(path)).Message;
    }

    private string Written(ClipModel model, Func<IEnumerable<KeyValuePair<string, torch.Tensor>>, IEnumerable<KeyValuePair<string, torch.Tensor>>> change)
    {
        string path = folder.Combine("made");
        Directory.CreateDirectory(path);
        SafeTensors.Write(Path.Combine(path, "model.safetensors"), change(PretrainedClip.Weights(model)));
        new ClipConfig(model.Options, model.VocabularySize).Write(path);
        return path;
    }
}
