using Sextant.Data;
using Sextant.Models.Encoders;
using TorchSharp;
using Xunit;
using static Sextant.Tests.Models.Examples;

namespace Sextant.Tests.Models.Encoders;

/// <summary>What an encoder's outputs depend on, and what they do not.</summary>
public sealed class EncoderModelTests
{
    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Padding_on_the_right_never_matters_nor_what_stands_beside_a_text(string kind)
    {
        using var model = ToyEncoders.Classifier(kind);
        using var scope = torch.NewDisposeScope();
        var alone = ToyEncoders.Batch(model.Options, ToyEncoders.Short);
        var padded = ToyEncoders.Batch(model.Options, 11, isLeft: false, ToyEncoders.Long, ToyEncoders.Short);
        var other = padded with { Input = padded.Input.clone() };
        other.Input.select(0, 1).narrow(0, ToyEncoders.Short.Length, 4).fill_(22); // under the mask

        Near(model.LastHiddenState(alone)[0], model.LastHiddenState(padded)[1].narrow(0, 0, ToyEncoders.Short.Length), 2e-6);
        Near(model.Logits(alone)[0], model.Logits(padded)[1], 2e-6);
        Near(model.LastHiddenState(padded)[1].narrow(0, 0, ToyEncoders.Short.Length), model.LastHiddenState(other)[1].narrow(0, 0, ToyEncoders.Short.Length), 2e-6);
    }

    [Fact]
    public void Padding_on_the_left_never_matters_to_roberta_whose_positions_count_tokens()
    {
        using var model = ToyEncoders.Classifier("roberta");
        using var scope = torch.NewDisposeScope();
        var alone = ToyEncoders.Batch(model.Options, ToyEncoders.Short);
        var padded = ToyEncoders.Batch(model.Options, 9, isLeft: true, ToyEncoders.Long, ToyEncoders.Short);

        Near(model.LastHiddenState(alone)[0], model.LastHiddenState(padded)[1].narrow(0, 4, 5), 2e-6);
    }

    [Fact]
    public void Padding_on_the_left_moves_a_text_of_bert_to_later_positions_and_does_nothing_else()
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var padded = ToyEncoders.Batch(model.Options, 9, isLeft: true, ToyEncoders.Long, ToyEncoders.Short);
        var found = model.LastHiddenState(padded)[1].narrow(0, 4, 5);
        var other = padded with { Input = torch.where(padded.InputMask!, padded.Input, 22) };
        Near(found, model.LastHiddenState(other)[1].narrow(0, 4, 5), 2e-6);

        var positions = model.body.embeddings.positions.weight;
        positions.copy_(positions.roll(-4, 0));

        Near(model.LastHiddenState(ToyEncoders.Batch(model.Options, ToyEncoders.Short))[0], found, 2e-6);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Every_position_sees_every_other_in_both_directions(string kind)
    {
        using var model = ToyEncoders.Masked(kind);
        using var scope = torch.NewDisposeScope();
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long);
        var before = model.LastHiddenState(batch);
        for (int changed = 0; changed < ToyEncoders.Long.Length; changed++)
        {
            long[] text = [.. ToyEncoders.Long];
            text[changed] = 33;
            var apart = (model.LastHiddenState(ToyEncoders.Batch(model.Options, text)) - before).abs().amax([2]).squeeze(0);
            Assert.All(Numbers(apart), difference => Assert.True(difference > 1e-4, $"position {changed} is not seen everywhere: {difference}"));
        }
    }

    [Fact]
    public void A_token_type_changes_the_output_and_zeros_are_the_same_as_none()
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long);
        var zeros = batch with { TokenTypes = torch.zeros_like(batch.Input) };
        var pair = batch with { TokenTypes = torch.tensor([0L, 0, 0, 0, 0, 1, 1, 1, 1], [1, 9]) };

        Near(model.Logits(batch), model.Logits(zeros), 0);
        Assert.True((model.Logits(batch) - model.Logits(pair)).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void Positions_of_roberta_count_from_behind_the_padding_id_and_padding_stands_at_it()
    {
        using var model = ToyEncoders.Classifier("roberta");
        using var scope = torch.NewDisposeScope();
        var embeddings = model.body.embeddings;
        long[] ids = [5, 1, 6, 1, 1, 7], positions = [2, 1, 3, 1, 1, 4]; // by hand, padding is 1

        var expected = embeddings.norm.Forward(
            embeddings.tokens.weight.index_select(0, torch.tensor(ids)) + embeddings.positions.weight.index_select(0, torch.tensor(positions)) + embeddings.types.weight[0]);

        Near(expected.unsqueeze(0), embeddings.Forward(torch.tensor(ids, [1, 6]), null), 1e-7);
    }

    [Fact]
    public void Positions_of_bert_count_from_zero_whatever_the_tokens()
    {
        using var model = ToyEncoders.Classifier("bert");
        using var scope = torch.NewDisposeScope();
        var embeddings = model.body.embeddings;
        long[] ids = [5, 0, 6, 0, 0, 7];

        var expected = embeddings.norm.Forward(embeddings.tokens.weight.index_select(0, torch.tensor(ids)) + embeddings.positions.weight.narrow(0, 0, 6) + embeddings.types.weight[0]);

        Near(expected.unsqueeze(0), embeddings.Forward(torch.tensor(ids, [1, 6]), null), 1e-7);
    }

    [Theory]
    [InlineData("bert", 12)]
    [InlineData("roberta", 12)]
    public void The_longest_text_fits_and_a_longer_one_is_an_error_of_the_caller(string kind, int most)
    {
        using var model = ToyEncoders.Classifier(kind);
        Assert.Equal(most, model.Options.MaximumLength);
        using var fits = ToyEncoders.Random(model.Options, 1, most);
        using var longer = ToyEncoders.Random(model.Options, 1, most + 1);
        using var logits = model.Logits(fits);
        Assert.Throws<ArgumentException>(() => model.Logits(longer));
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void The_padding_rows_learn_nothing_from_being_looked_up(string kind)
    {
        using var model = ToyEncoders.Classifier(kind);
        using var scope = torch.NewDisposeScope();
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long, ToyEncoders.Short) with { InputMask = null }; // what stands there is seen

        torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();

        var tokens = model.body.embeddings.tokens.weight.grad!.abs().amax([1]);
        Assert.Equal(0, tokens[model.Options.PaddingId].item<float>());
        Assert.All(ToyEncoders.Long, id => Assert.True(tokens[id].item<float>() > 0));
        var positions = model.body.embeddings.positions.weight.grad!.abs().amax([1]);
        Assert.Equal(kind == "bert", positions[model.Options.PaddingId].item<float>() > 0);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void The_padding_row_does_learn_as_a_row_of_the_output_layer_that_is_tied_to_it(string kind)
    {
        using var model = ToyEncoders.Masked(kind);
        using var scope = torch.NewDisposeScope();
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long) with { Positions = torch.tensor([2L]), Expected = torch.tensor([9L]) };

        torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();

        Assert.True(model.body.embeddings.tokens.weight.grad![model.Options.PaddingId].abs().max().item<float>() > 0);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void The_first_position_alone_gives_the_outputs_and_gradients_of_the_full_pass(string kind)
    {
        using var model = ToyEncoders.Classifier(kind, new AdapterOptions { Rank = 2 });
        using var scope = torch.NewDisposeScope();
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long, ToyEncoders.Short);

        SameAsFullPass(model, batch, () => model.Logits(batch), () => model.LogitsOf(model.LastHiddenState(batch).select(1, 0)));
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Chosen_positions_alone_give_the_outputs_and_gradients_of_the_full_pass(string kind)
    {
        using var model = ToyEncoders.Masked(kind);
        using var scope = torch.NewDisposeScope();
        var positions = torch.tensor([1L, 4, 7, 10, 12]);
        var batch = ToyEncoders.Batch(model.Options, ToyEncoders.Long, ToyEncoders.Short) with { Positions = positions, Expected = torch.tensor([3L, 8, 30, 31, 9]) };

        SameAsFullPass(model, batch, () => model.Logits(batch), () => model.Predict(model.LastHiddenState(batch)).flatten(0, 1).index_select(0, positions));
        Near(model.Predict(model.LastHiddenState(batch)), model.Logits(batch with { Positions = null }), 2e-6);
    }

    [Theory]
    [InlineData("bert")]
    [InlineData("roberta")]
    public void Adapters_add_nothing_at_the_start_and_are_merged_as_they_act(string kind)
    {
        var options = ToyEncoders.Options[kind];
        using var plain = new EncoderClassifier(options, ToyEncoders.Vocabulary, 3);
        using var adapted = new EncoderClassifier(options, ToyEncoders.Vocabulary, 3, new AdapterOptions { Rank = 4, Alpha = 8 });
        foreach (var model in new[] { plain, adapted })
        {
            using var generator = new torch.Generator(7, torch.CPU);
            model.Initialise(generator);
        }

        using var scope = torch.NewDisposeScope();
        using (torch.no_grad())
        {
            foreach (var (from, to) in plain.Published().Zip(adapted.Published()))
            {
                to.Of(to.Parameter).copy_(from.Of(from.Parameter));
            }
        }

        var batch = ToyEncoders.Batch(options, ToyEncoders.Long, ToyEncoders.Short);
        Near(plain.Logits(batch), adapted.Logits(batch), 0);
        Assert.Equal(2 * 2 * options.Layers, adapted.named_parameters().Count() - plain.named_parameters().Count());
        Assert.Equal(plain.Published().Select(p => p.Name), adapted.Published().Select(p => p.Name));
    }

    [Theory]
    [InlineData("bert", true)]
    [InlineData("roberta", true)]
    [InlineData("bert", false)]
    [InlineData("roberta", false)]
    public void Dropout_acts_in_training_alone_and_every_share_has_its_place(string kind, bool isTraining)
    {
        var options = ToyEncoders.Options[kind];
        foreach (var share in new[] { options with { Dropout = 0.5 }, options with { AttentionDropout = 0.5 }, options with { ClassifierDropout = 0.5 } })
        {
            using var model = ToyEncoders.Classifier(share);
            model.train(isTraining);
            using var scope = torch.NewDisposeScope();
            var batch = ToyEncoders.Batch(options, ToyEncoders.Long, ToyEncoders.Short);
            Assert.Equal(isTraining, (model.Logits(batch) - model.Logits(batch)).abs().max().item<float>() > 1e-4);
        }
    }

    private static void SameAsFullPass(EncoderModel model, Batch batch, Func<torch.Tensor> kept, Func<torch.Tensor> full)
    {
        var (logits, gradients) = Run(kept);
        var (fullLogits, fullGradients) = Run(full);

        Near(fullLogits, logits, 2e-6);
        foreach (var (name, gradient) in gradients)
        {
            Near(fullGradients[name], gradient, 1e-6 + (1e-5 * fullGradients[name].abs().max().item<float>()));
        }

        (torch.Tensor Logits, Dictionary<string, torch.Tensor> Gradients) Run(Func<torch.Tensor> pass)
        {
            model.zero_grad();
            var found = pass();
            torch.nn.functional.cross_entropy(found, batch.Expected).backward();
            return (found.detach(), model.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.clone()));
        }
    }
}
