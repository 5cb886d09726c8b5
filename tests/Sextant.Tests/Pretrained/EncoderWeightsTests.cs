using Sextant.Models.Encoders;
using Sextant.Pretrained;
using Sextant.Tests.Models;
using Sextant.Tests.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Pretrained;

/// <summary>What of a checkpoint meets a model, what is put up with, and what is refused.</summary>
public sealed class EncoderWeightsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bert", "bert.encoder.layer.1.attention.self.key.weight")]
    [InlineData("roberta", "roberta.embeddings.LayerNorm.bias")]
    [InlineData("bert", "bert.pooler.dense.bias")]
    public void A_missing_tensor_is_refused_by_its_name(string kind, string missing)
    {
        using var model = ToyEncoders.Classifier(kind);
        string path = MadeEncoder.Write(folder, "model", model, name => name == missing ? null : name);

        string message = Refused(() => PretrainedEncoders.NewClassifier(path, 2, 1));

        Assert.Contains($"1 tensor of the model is not in it ({missing})", message, StringComparison.Ordinal);
        Assert.Contains("random numbers", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_more_than_the_config_says_is_refused()
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        string path = MadeEncoder.Write(folder, "model", model.Options with { Layers = 2 }, MadeEncoder.Tensors(model));

        string message = Refused(() => PretrainedEncoders.NewClassifier(path, 2, 1));

        Assert.Contains("16 tensors of it have no place in the model (bert.encoder.layer.2.", message, StringComparison.Ordinal);
        Assert.Contains("and 12 more", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_shape_is_refused_with_both_shapes()
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        string path = MadeEncoder.Write(folder, "model", model.Options with { Positions = 20, FeedForward = 24 }, MadeEncoder.Tensors(model));

        Assert.Contains("1 tensor has another shape (bert.embeddings.position_embeddings.weight is [12, 16] in the file and [20, 16] in the model)", Refused(() => PretrainedEncoders.NewClassifier(path, 2, 1)), StringComparison.Ordinal);
    }

    /// <summary>What the original BERTweet arm was: RoBERTa's weights read as BERT's, which other tools warn of and train from random numbers.</summary>
    [Fact]
    public void A_checkpoint_of_roberta_whose_config_says_bert_is_refused_with_both_lists()
    {
        using var model = ToyEncoders.Masked("roberta");
        string path = MadeEncoder.Write(folder, "bertweet", model, name => name);
        string config = Path.Combine(path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"roberta\"", "\"bert\"", StringComparison.Ordinal));

        foreach (var load in new Action[] { () => PretrainedEncoders.NewClassifier(path, 3, 1), () => PretrainedEncoders.MaskedLanguageModel(path), () => PretrainedEncoders.Pooled(path, mayLackPooler: true) })
        {
            string message = Refused(load);
            Assert.Contains("of the model are not in it (bert.embeddings.word_embeddings.weight, ", message, StringComparison.Ordinal);
            Assert.Contains("have no place in the model (roberta.embeddings.word_embeddings.weight, ", message, StringComparison.Ordinal);
            Assert.Contains("correct model_type in config.json", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Permission_to_miss_the_whole_body_and_leave_the_other_is_honoured_and_reported()
    {
        using var model = ToyEncoders.Masked("roberta");
        string path = MadeEncoder.Write(folder, "bertweet", model, name => name);
        string config = Path.Combine(path, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"roberta\"", "\"bert\"", StringComparison.Ordinal));

        var (loaded, match) = PretrainedEncoders.NewClassifier(path, 3, 1, expected: new ExpectedWeights(["bert."], ["roberta."]));
        using var owned = loaded;

        Assert.Equal(loaded.Published().Select(t => t.Name), match.Missing);
        Assert.Equal(model.Published().Select(t => t.Name), match.Unused);
        Assert.False(match.IsComplete);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Old_names_of_the_norms_and_a_body_without_prefix_fill_the_model_with_the_same_bits(string kind)
    {
        using var model = ToyEncoders.Classifier(kind);
        string old = MadeEncoder.Write(folder, "old", model, name => name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal));
        string bare = MadeEncoder.Write(folder, "bare", model, name => name.StartsWith($"{kind}.", StringComparison.Ordinal) ? name[(kind.Length + 1)..] : name);

        foreach (string path in new[] { old, bare })
        {
            using var read = PretrainedEncoders.Classifier(path);
            Assert.Empty(MadeEncoder.Differing(model, read));
        }
    }

    [Fact]
    public void Two_names_of_one_tensor_are_refused()
    {
        using var model = ToyEncoders.Classifier("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name, ("bert.embeddings.LayerNorm.gamma", [16]));
        Assert.Contains("holds bert.embeddings.LayerNorm.weight twice", Refused(() => PretrainedEncoders.NewClassifier(path, 2, 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert", "cls.seq_relationship.weight")]
    [InlineData("bert", "qa_outputs.bias")]
    [InlineData("roberta", "lm_head.dense.weight")]
    [InlineData("roberta", "roberta.pooler.dense.weight")]
    [InlineData("roberta", "qa_outputs.weight")]
    public void Heads_of_other_tasks_are_left_and_reported(string kind, string head)
    {
        using var model = ToyEncoders.Classifier(kind);
        string path = MadeEncoder.Write(folder, "model", model, name => name, (head, [3, 16]), (kind + ".embeddings.position_ids", [1, 12]));

        var (read, match) = PretrainedEncoders.NewClassifier(path, 5, 1);
        using var owned = read;

        string[] unused = [.. model.Published().Select(t => t.Name).Where(name => name.StartsWith("classifier.", StringComparison.Ordinal)), head];
        Assert.Equal(unused.Order(), match.Unused.Order());
        Assert.Equal(read.Published().Select(t => t.Name).Where(name => name.StartsWith("classifier.", StringComparison.Ordinal)), match.Missing);
        Assert.DoesNotContain(MadeEncoder.Differing(model, read), name => !name.StartsWith("classifier.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_head_is_new_even_where_the_checkpoint_has_one_of_its_shape_and_follows_the_seed()
    {
        using var model = ToyEncoders.Classifier("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name);
        using var one = PretrainedEncoders.NewClassifier(path, ToyEncoders.Classes, 1).Model;
        using var same = PretrainedEncoders.NewClassifier(path, ToyEncoders.Classes, 1).Model;
        using var two = PretrainedEncoders.NewClassifier(path, ToyEncoders.Classes, 2).Model;

        Assert.Equal(["classifier.weight", "classifier.bias"], MadeEncoder.Differing(model, one));
        Assert.Empty(MadeEncoder.Differing(one, same));
        Assert.Equal(["classifier.weight"], MadeEncoder.Differing(one, two)); // a new bias is zero
    }

    [Fact]
    public void What_may_miss_is_drawn_by_the_seed_and_what_may_be_left_is_left_and_nothing_else_is()
    {
        using var model = ToyEncoders.Classifier("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name.StartsWith("bert.pooler.", StringComparison.Ordinal) ? null : name, ("bert.extra.weight", [2]));
        ExpectedWeights both = new(["bert.pooler."], ["bert.extra."]);

        var (read, match) = PretrainedEncoders.NewClassifier(path, 3, 4, expected: both);
        using var owned = read;
        using var drawn = PretrainedEncoders.RandomClassifier(path, 3, 4);

        Assert.Equal(["bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias"], match.Missing);
        Assert.Equal(["bert.extra.weight", "classifier.bias", "classifier.weight"], match.Unused.Order(StringComparer.Ordinal));
        Assert.Equal(["bert.embeddings.word_embeddings.weight"], MadeEncoder.Differing(drawn, read).Take(1));
        Assert.DoesNotContain(MadeEncoder.Differing(drawn, read), name => match.Missing.Contains(name));
        Assert.Contains("bert.pooler.dense.weight", Refused(() => PretrainedEncoders.NewClassifier(path, 3, 4, expected: both with { Missing = [] })), StringComparison.Ordinal);
        Assert.Contains("bert.extra.weight", Refused(() => PretrainedEncoders.NewClassifier(path, 3, 4, expected: both with { Unused = [] })), StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_be_left_can_be_named_as_the_file_does_where_it_has_no_prefix()
    {
        using var model = ToyEncoders.Classifier("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name.StartsWith("bert.", StringComparison.Ordinal) ? name[5..] : name, ("extra.weight", [2]));
        foreach (string named in new[] { "extra.", "bert.extra." })
        {
            var (read, match) = PretrainedEncoders.NewClassifier(path, 3, 4, expected: new ExpectedWeights([], [named]));
            read.Dispose();
            Assert.Contains("bert.extra.weight", match.Unused);
        }

        Assert.Contains("bert.extra.weight", Refused(() => PretrainedEncoders.NewClassifier(path, 3, 4)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder_missing_tensor", "of the model is not in it (")]
    [InlineData("folder_wrong_shape", "has another shape (")]
    public void The_malformed_folders_are_refused(string name, string says) =>
        Assert.Contains(says, Refused(() => PretrainedEncoders.Classifier(SharedData.Path($"data/pretrained/malformed/{name}"))), StringComparison.Ordinal);

    [Fact]
    public void A_checkpoint_without_the_head_that_is_asked_for_is_refused()
    {
        using var masked = ToyEncoders.Masked("bert");
        using var classifier = ToyEncoders.Classifier("bert");
        string maskedPath = MadeEncoder.Write(folder, "masked", masked, name => name), classifierPath = MadeEncoder.Write(folder, "classifier", classifier, name => name);

        Assert.Contains("holds no classifier.weight", Refused(() => PretrainedEncoders.Classifier(maskedPath)), StringComparison.Ordinal);
        Assert.Contains("cls.predictions.transform.dense.weight", Refused(() => PretrainedEncoders.MaskedLanguageModel(classifierPath)), StringComparison.Ordinal);
        Assert.Contains("bert.pooler.dense.weight", Refused(() => PretrainedEncoders.Pooled(maskedPath)), StringComparison.Ordinal);
        PretrainedEncoders.Pooled(maskedPath, mayLackPooler: true).Dispose();
    }

    [Theory]
    [InlineData("bert", "classifier.weight")]
    [InlineData("roberta", "classifier.out_proj.weight")]
    public void A_head_of_a_regression_or_of_another_shape_is_refused_and_its_body_can_be_fine_tuned(string kind, string head)
    {
        using var model = ToyEncoders.Classifier(kind);
        using var scope = torch.NewDisposeScope();
        foreach (long[] shape in new long[][] { [1, 16], [], [3], [0, 16], [3, 8], [3, 16, 1] })
        {
            string path = MadeEncoder.Write(folder, "model", model.Options, MadeEncoder.Tensors(model).Select(t => KeyValuePair.Create(t.Key, t.Key == head ? torch.zeros(shape) : t.Value)));
            Assert.Contains($"{head} is [{string.Join(", ", shape)}], not two or more classes by 16", Refused(() => PretrainedEncoders.Classifier(path)), StringComparison.Ordinal);
            PretrainedEncoders.NewClassifier(path, 2, 1).Model.Dispose();
        }
    }

    [Theory]
    [InlineData("regression")]
    [InlineData("multi_label_classification")]
    public void A_classifier_of_another_problem_is_refused(string problem)
    {
        using var model = ToyEncoders.Classifier("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name);
        Set(path, "\"model_type\"", $"\"problem_type\": \"{problem}\", \"model_type\"");
        Assert.Contains($"problem_type is '{problem}'", Refused(() => PretrainedEncoders.Classifier(path)), StringComparison.Ordinal);
        PretrainedEncoders.NewClassifier(path, 2, 1).Model.Dispose();

        Set(path, problem, "single_label_classification");
        PretrainedEncoders.Classifier(path).Dispose();
    }

    [Theory]
    [InlineData("\"vocab_size\": 40", "\"vocab_size\": 2000000000")]
    [InlineData("\"max_position_embeddings\": 12", "\"max_position_embeddings\": 2000000000")]
    [InlineData("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 20000000")]
    [InlineData("\"intermediate_size\": 24", "\"intermediate_size\": 2000000000")]
    public void A_config_of_billions_is_refused_before_memory_is_asked_for(string of, string billions)
    {
        using var model = ToyEncoders.Masked("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name);
        Set(path, of, billions);
        foreach (var load in new Action[] { () => PretrainedEncoders.NewClassifier(path, 2, 1), () => PretrainedEncoders.MaskedLanguageModel(path), () => PretrainedEncoders.Pooled(path), () => PretrainedEncoders.RandomClassifier(path, 2, 1) })
        {
            Assert.Contains("describes a model of ", Refused(load), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_config_of_several_times_the_weights_of_its_file_is_refused()
    {
        using var model = ToyEncoders.Masked("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name);
        Set(path, $"\"vocab_size\": {ToyEncoders.Vocabulary}", "\"vocab_size\": 20000");

        Assert.Contains("model.safetensors holds", Refused(() => PretrainedEncoders.MaskedLanguageModel(path)), StringComparison.Ordinal);
        PretrainedEncoders.RandomClassifier(path, 2, 1).Dispose();
    }

    [Theory]
    [InlineData(torch.ScalarType.Float16, 1e-3)]
    [InlineData(torch.ScalarType.BFloat16, 1e-2)]
    [InlineData(torch.ScalarType.Float64, 0)]
    public void Checkpoints_of_other_precision_are_read_into_single_precision(torch.ScalarType type, double tolerance)
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        string path = MadeEncoder.Write(folder, "model", model.Options, MadeEncoder.Tensors(model).Select(t => KeyValuePair.Create(t.Key, t.Value.to(type))));

        using var read = PretrainedEncoders.Classifier(path);

        foreach (var (expected, actual) in EncoderWeights.Of(model).Zip(EncoderWeights.Of(read)))
        {
            Assert.Equal(torch.ScalarType.Float32, actual.Value.dtype);
            Assert.True(actual.Value.equal(expected.Value.to(type).to(torch.ScalarType.Float32)).all().item<bool>(), expected.Key);
            Examples.Near(expected.Value, actual.Value, tolerance * 2);
        }
    }

    [Fact]
    public void Whole_numbers_in_place_of_weights_are_refused()
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        string path = MadeEncoder.Write(folder, "model", model.Options, MadeEncoder.Tensors(model).Select(t => KeyValuePair.Create(t.Key, t.Value.to(torch.ScalarType.Int32))));
        Assert.Contains("holds int32", Refused(() => PretrainedEncoders.Classifier(path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bert", "classifier")]
    [InlineData("roberta", "classifier")]
    [InlineData("bert", "masked")]
    [InlineData("roberta", "masked")]
    public void What_is_written_is_read_back_to_the_same_bits_and_outputs(string kind, string head)
    {
        using EncoderModel model = head == "masked" ? ToyEncoders.Masked(kind) : ToyEncoders.Classifier(kind);
        using var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long, ToyEncoders.Short);
        string path = folder.Combine("written");
        PretrainedEncoders.Write(model, path, head == "masked" ? null : ["minus", "zero", "plus"]);

        using EncoderModel read = head == "masked" ? PretrainedEncoders.MaskedLanguageModel(path) : PretrainedEncoders.Classifier(path);

        Assert.Empty(MadeEncoder.Differing(model, read));
        Assert.Equal(model.Options, read.Options);
        using var expected = model.Logits(batch);
        using var found = read.Logits(batch);
        Assert.True(expected.bytes.SequenceEqual(found.bytes));
        var config = EncoderConfig.Read(path);
        Assert.Equal(head == "masked" ? [] : ["minus", "zero", "plus"], config.Labels);
        Assert.Equal((kind == "bert" ? "Bert" : "Roberta") + (head == "masked" ? "ForMaskedLM" : "ForSequenceClassification"), config.ModelClass);
        PretrainedEncoders.Write(read, folder.Combine("again"), config.Labels.Count == 0 ? null : config.Labels);
        foreach (string file in new[] { "config.json", "model.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(path, file)), File.ReadAllBytes(folder.Combine("again", file)));
        }
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Merged_adapters_give_the_outputs_of_the_adapters(string kind)
    {
        using var model = ToyEncoders.Classifier(kind, new AdapterOptions { Rank = 3, Alpha = 5 });
        using var scope = torch.NewDisposeScope();
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long, ToyEncoders.Short);
        PretrainedEncoders.Write(model, folder.Combine("merged"));

        using var merged = PretrainedEncoders.Classifier(folder.Combine("merged"));

        Assert.True((model.Logits(batch) - merged.Logits(batch)).abs().max().item<float>() < 2e-6);
        using (torch.no_grad())
        {
            model.body.layers[0].valueAdapter!.up.weight.zero_();
        }

        Assert.True((model.Logits(batch) - merged.Logits(batch)).abs().max().item<float>() > 1e-4); // they did act
    }

    [Fact]
    public void A_tied_matrix_and_bias_that_stand_in_the_file_too_are_no_problem_and_a_bias_under_its_tied_name_is_taken()
    {
        using var model = ToyEncoders.Masked("bert");
        using var scope = torch.NewDisposeScope();
        string path = MadeEncoder.Write(folder, "model", model.Options, [
            .. MadeEncoder.Tensors(model).Select(t => KeyValuePair.Create(t.Key == "cls.predictions.bias" ? "cls.predictions.decoder.bias" : t.Key, t.Value)),
            KeyValuePair.Create("cls.predictions.decoder.weight", model.body.embeddings.tokens.weight.detach()),
        ]);
        using var read = PretrainedEncoders.MaskedLanguageModel(path);
        Assert.Empty(MadeEncoder.Differing(model, read));
    }

    [Fact]
    public void Nothing_is_left_in_memory_by_a_checkpoint_that_is_refused()
    {
        using var model = ToyEncoders.Classifier("bert");
        string path = MadeEncoder.Write(folder, "model", model, name => name.StartsWith("bert.pooler.", StringComparison.Ordinal) ? null : name);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Refused(() => PretrainedEncoders.NewClassifier(path, 2, 1));
        Refused(() => PretrainedEncoders.Pooled(path));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void Set(string path, string of, string to)
    {
        string config = Path.Combine(path, "config.json"), text = File.ReadAllText(config);
        Assert.Contains(of, text, StringComparison.Ordinal);
        File.WriteAllText(config, text.Replace(of, to, StringComparison.Ordinal));
    }

    private static string Refused(Action load)
    {
        string message = Assert.Throws<UserError>(load).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
