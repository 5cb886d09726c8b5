using Sextant.Models;
using Sextant.Training;
using TorchSharp;
using Xunit;
using static Sextant.Tests.Models.Examples;

namespace Sextant.Tests.Models;

public class SequenceModelTests
{
    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void A_later_token_never_changes_an_earlier_logit(string name)
    {
        using var model = Create(name);
        using var batch = Batch(model.Options.HasEncoder) with { Positions = null };
        var changed = batch.Input.clone();
        changed[torch.TensorIndex.Colon, 4] = (changed[torch.TensorIndex.Colon, 4] + 1) % 27;
        var before = model.Logits(batch).view(3, 7, Vocabulary);
        var after = model.Logits(batch with { Input = changed }).view(3, 7, Vocabulary);
        Assert.Equal(Numbers(before.narrow(1, 0, 4)), Numbers(after.narrow(1, 0, 4)));
        Assert.NotEqual(Numbers(before.narrow(1, 4, 3)), Numbers(after.narrow(1, 4, 3)));
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void Logits_at_the_loss_positions_are_those_of_everywhere(string name)
    {
        using var model = Create(name);
        using var batch = Batch(model.Options.HasEncoder);
        var everywhere = model.Logits(batch with { Positions = null });
        Near(everywhere.index_select(0, batch.Positions!), model.Logits(batch), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Examples.WithEncoder), MemberType = typeof(Examples))]
    public void Padding_of_the_source_does_not_matter(string name)
    {
        using var model = Create(name);
        using var batch = Batch(encoder: true);
        var padded = batch with
        {
            Source = torch.cat([batch.Source!, torch.full([3, 2], 9, torch.ScalarType.Int64)], 1),
            SourceMask = torch.cat([torch.ones([3, 5], torch.ScalarType.Bool), torch.zeros([3, 2], torch.ScalarType.Bool)], 1),
        };
        Near(model.Logits(batch), model.Logits(padded), 2e-5);
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void Decoding_with_the_cache_gives_the_logits_without_it(string name)
    {
        using var model = Create(name);
        using var batch = Batch(model.Options.HasEncoder) with { Positions = null };
        var all = model.Logits(batch).view(3, 7, Vocabulary);
        using var state = model.Begin(batch.Source, null);
        Near(all.select(1, 2), model.Next(state, batch.Input.narrow(1, 0, 3)), 2e-5);
        for (int t = 3; t < 7; t++)
        {
            Near(all.select(1, t), model.Next(state, batch.Input.narrow(1, t, 1)), 2e-5);
        }

        Assert.Equal(7, state.Length);
        Assert.Equal(3, state.Examples);
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void Selected_examples_go_on_as_if_they_had_been_decoded_alone(string name)
    {
        using var model = Create(name);
        using var batch = Batch(model.Options.HasEncoder);
        var chosen = torch.tensor([2L, 0L, 2L, 2L]);
        using var state = model.Begin(batch.Source, batch.Source is null ? null : torch.ones([3, 5], torch.ScalarType.Bool));
        model.Next(state, batch.Input.narrow(1, 0, 4));
        state.Select(chosen);
        var logits = model.Next(state, batch.Input.narrow(1, 4, 1).index_select(0, chosen));
        Assert.Equal(4, state.Examples);

        using var alone = model.Begin(batch.Source?.index_select(0, chosen), null);
        Near(model.Next(alone, batch.Input.narrow(1, 0, 5).index_select(0, chosen)), logits, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void Decoding_keeps_no_tensor_beyond_its_state(string name)
    {
        using var model = Create(name);
        using var batch = Batch(model.Options.HasEncoder);
        Decode();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Decode();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Decode()
        {
            using var state = model.Begin(batch.Source, null);
            using var scope = torch.NewDisposeScope();
            model.Next(state, batch.Input);
            state.Select(torch.tensor([0L, 0L]));
            model.Next(state, torch.tensor([1L, 2L], [2, 1]));
        }
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void Attention_weights_are_named_in_order_and_sum_to_one(string name)
    {
        using var model = Create(name);
        using var batch = Batch(model.Options.HasEncoder);
        var weights = model.AttentionWeights(batch);
        var layers = Enumerable.Range(0, model.Options.Layers);
        var names = model.Options.HasEncoder
            ? layers.Select(i => $"encoder.{i}.self").Concat(layers.SelectMany(i => new[] { $"decoder.{i}.self", $"decoder.{i}.cross" }))
            : layers.Select(i => $"decoder.{i}.self");
        Assert.Equal(names, weights.Select(w => w.Layer));
        int heads = model.Options is ModelOptions.Modern modern ? modern.Heads : 1;
        foreach (var (layer, tensor) in weights)
        {
            long queries = layer.StartsWith("encoder", StringComparison.Ordinal) ? 5 : 7;
            long keys = layer.EndsWith("self", StringComparison.Ordinal) ? queries : 5;
            Assert.Equal([3, heads, queries, keys], tensor.shape);
            Assert.True(tensor.sum(-1).sub(1).abs().max().item<float>() < 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others(string name)
    {
        using var first = Create(name, 5);
        using var second = Create(name, 5);
        using var third = Create(name, 6);
        foreach (var ((key, a), (_, b)) in first.named_parameters().Zip(second.named_parameters()))
        {
            Assert.True(Numbers(a).SequenceEqual(Numbers(b)), key);
        }

        Assert.NotEqual(Numbers(first.get_parameter("tokens.weight")!), Numbers(third.get_parameter("tokens.weight")!));
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void One_batch_overfits_and_the_live_tensors_stay_flat(string name)
    {
        using var model = Create(name);
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.Adam { LearningRate = 5e-3 }, parameters);
        using var batch = Batch(model.Options.HasEncoder);
        Step();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 300; i++)
        {
            Step();
        }

        double loss = Step();
        Assert.True(loss < 0.1, $"loss {loss}");
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        double Step()
        {
            using var scope = torch.NewDisposeScope();
            parameters.ZeroGradient();
            var loss = torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected);
            loss.backward();
            optimizer.Step(5e-3);
            return loss.item<float>();
        }
    }

    [Fact]
    public void Shared_layers_compute_what_two_stacks_of_the_same_weights_do()
    {
        var options = (ModelOptions.ModernEncoderDecoder)Options["modern encoder-decoder, shared layers"];
        using var shared = SequenceModels.Create(options, Vocabulary, 1);
        using var apart = SequenceModels.Create(options with { ShareLayers = false }, Vocabulary, 2);
        var from = shared.named_parameters().ToDictionary();
        using (torch.no_grad())
        {
            foreach (var (name, parameter) in apart.named_parameters())
            {
                parameter.copy_(from[name.Replace("encoder.", "decoder.", StringComparison.Ordinal)]);
            }
        }

        using var batch = Batch(encoder: true);
        foreach (var model in new[] { shared, apart })
        {
            torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();
        }

        Near(apart.Logits(batch), shared.Logits(batch), 1e-6);
        foreach (var gradients in apart.named_parameters().GroupBy(p => p.name.Replace("encoder.", "decoder.", StringComparison.Ordinal), p => p.parameter.grad!))
        {
            Near(gradients.Aggregate((a, b) => a + b), from[gradients.Key].grad!, 1e-6);
        }
    }

    [Fact]
    public void Dropout_acts_in_training_only()
    {
        using var model = SequenceModels.Create(
            new ModelOptions.ModernEncoderDecoder { Hidden = 16, Layers = 1, Heads = 2, FeedForward = 40, Dropout = 0.5 }, Vocabulary, 1);
        using var batch = Batch(encoder: true);
        Assert.NotEqual(Numbers(model.Logits(batch)), Numbers(model.Logits(batch)));
        using (var state = model.Begin(batch.Source, null))
        {
            using var again = model.Begin(batch.Source, null);
            Assert.Equal(Numbers(model.Next(state, batch.Input)), Numbers(model.Next(again, batch.Input)));
        }

        Assert.True(model.training);
        model.eval();
        Assert.Equal(Numbers(model.Logits(batch)), Numbers(model.Logits(batch)));
    }

    [Fact]
    public void More_positions_than_were_learned_are_refused_by_name()
    {
        using var model = Create("modern decoder, learned");
        using var batch = Batch(encoder: false, target: 21);
        Assert.Equal(20, model.MaximumLength);
        Assert.Contains("model.maximumLength 20", Assert.Throws<ArgumentException>(() => model.Logits(batch)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Examples.All), MemberType = typeof(Examples))]
    public void Weights_survive_a_state_dict(string name)
    {
        using var model = Create(name, 1);
        using var other = Create(name, 2);
        using var batch = Batch(model.Options.HasEncoder);
        other.load_state_dict(model.state_dict());
        Assert.Equal(Numbers(model.Logits(batch)), Numbers(other.Logits(batch)));
    }
}
