using Sextant.Data;
using Sextant.Models;
using Sextant.Models.Encoders;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Models.Encoders;

/// <summary>Without gradients the layers run by code of our own; with a recorder they run by libtorch.</summary>
public sealed class EncoderInferenceTests
{
    private const int Vocabulary = 50;

    private static readonly EncoderOptions Bert = new EncoderOptions.Bert { Hidden = 64, Layers = 3, Heads = 4, FeedForward = 200, Positions = 60 };
    private static readonly EncoderOptions Roberta = new EncoderOptions.Roberta { Hidden = 72, Layers = 2, Heads = 3, FeedForward = 101, Positions = 60 };

    private static readonly string[] Names = ["bert", "roberta", "hyperbolic tangent", "relu", "one layer", "heads of five"];
    private static readonly int[] ThreadCounts = [1, 1, 2, 2];

    public static TheoryData<string, Padding> Models => new(
        from name in Names from padding in Enum.GetValues<Padding>() select (name, padding));

    public enum Padding
    {
        None,
        Left,
        Right,
        Scattered,
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_position_has_the_vector_that_libtorch_gives_it(string name, Padding padding)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create(name);
        var batch = Batch(model.Options, padding);

        AssertClose(model.LastHiddenState(batch, _ => { }), model.LastHiddenState(batch));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Kept_positions_have_the_vectors_of_a_whole_pass(string name, Padding padding)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create(name);
        var batch = Batch(model.Options, padding);
        var whole = model.LastHiddenState(batch, _ => { });
        var positions = torch.tensor([13L, 2, 2, 40, 0]);

        AssertClose(whole.narrow(1, 0, 1), Kept.First);
        AssertClose(whole.flatten(0, 1).index_select(0, positions), Kept.At(positions));
        var all = torch.arange(whole.shape[0] * whole.shape[1]).repeat(2);
        AssertClose(whole.flatten(0, 1).index_select(0, all), Kept.At(all));

        void AssertClose(torch.Tensor expected, Kept kept) =>
            EncoderInferenceTests.AssertClose(expected, model.body.Forward(batch.Input, batch.InputMask, batch.TokenTypes, kept));
    }

    [Fact]
    public void Logits_without_gradients_are_those_with_them()
    {
        using var scope = torch.NewDisposeScope();
        var model = Create("bert");
        var batch = Batch(model.Options, Padding.Right);
        var expected = model.Logits(batch).detach();
        using var noGradient = torch.no_grad();

        AssertClose(expected, model.Logits(batch));
    }

    [Fact]
    public void Two_passes_and_one_or_two_threads_agree_to_the_bit()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create("roberta");
        var batch = Batch(model.Options, Padding.Scattered);
        int threads = torch.get_num_threads();
        try
        {
            float[][] results = [.. ThreadCounts.Select(count =>
            {
                torch.set_num_threads(count);
                return model.LastHiddenState(batch).data<float>().ToArray();
            })];

            Assert.All(results, result => Assert.Equal(results[0], result));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Fact]
    public void A_text_without_a_token_goes_the_way_of_libtorch()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create("bert");
        var batch = Batch(model.Options, Padding.Right);
        batch.InputMask![1].zero_();

        Assert.Equal(model.LastHiddenState(batch, _ => { }).data<float>().ToArray(), model.LastHiddenState(batch).data<float>().ToArray());
    }

    [Fact]
    public void Many_passes_keep_no_tensor()
    {
        using var outer = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var model = Create("bert");
        var batch = Batch(model.Options, Padding.Right);
        var positions = torch.tensor([3L, 4]);
        Pass();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 100; i++)
        {
            Pass();
        }

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Pass()
        {
            using var scope = torch.NewDisposeScope();
            model.LastHiddenState(batch);
            model.FirstToken(batch);
            model.body.Forward(batch.Input, batch.InputMask, null, Kept.At(positions));
        }
    }

    /// <summary>A model whose layers do run by our own code, all but the one whose heads do not fit it.</summary>
    private static EncoderClassifier Create(string name)
    {
        Assert.SkipUnless(PackedProduct.IsSupported, "this processor has no vectors of sixteen floats, so that libtorch would be compared with itself");
        var options = name switch
        {
            "bert" => Bert,
            "roberta" => Roberta,
            "hyperbolic tangent" => Bert with { Activation = Activation.GeluTanh },
            "relu" => Roberta with { Activation = Activation.Relu },
            "one layer" => Bert with { Layers = 1, FeedForward = 48 },
            "heads of five" => Bert with { Hidden = 20 },
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
        using var generator = new torch.Generator(3, torch.CPU);
        EncoderClassifier model = new(options with { InitialDeviation = 0.3 }, Vocabulary, 3);
        model.Initialise(generator);
        using var noGradient = torch.no_grad();
        foreach (var parameter in model.parameters().Where(parameter => parameter.dim() == 1)) // biases and norms that can be told from none
        {
            parameter.add_(torch.randn(parameter.shape, generator: generator) * 0.2);
        }

        model.eval();
        Assert.Equal(name != "heads of five", EncoderInference.Suits(model.body, model.body.Shape, torch.zeros(1, 1, model.Options.Hidden)));
        return model;
    }

    /// <summary>Five texts of eleven positions and of one to eleven tokens.</summary>
    private static Batch Batch(EncoderOptions options, Padding padding)
    {
        const int Texts = 5, Length = 11;
        using var generator = new torch.Generator(4, torch.CPU);
        var ids = torch.randint(2, Vocabulary, [Texts, Length], torch.ScalarType.Int64, generator: generator);
        torch.Tensor? mask = null;
        if (padding != Padding.None)
        {
            var counts = torch.tensor([11L, 1, 4, 8, 9]).unsqueeze(1);
            var places = torch.arange(Length).unsqueeze(0);
            mask = padding switch
            {
                Padding.Left => places.ge(Length - counts),
                Padding.Right => places.lt(counts),
                _ => (places * 7 % Length).lt(counts),
            };
            ids = torch.where(mask, ids, torch.full_like(ids, options.PaddingId));
        }

        return new Batch(null, null, ids, null, torch.zeros(Texts, torch.ScalarType.Int64), new BatchShape(Texts, 0, Length, Texts, Texts * Length))
        {
            InputMask = mask,
            TokenTypes = options.TokenTypes == 1 ? null : torch.randint(0, 2, [Texts, Length], torch.ScalarType.Int64, generator: generator),
        };
    }

    private static void AssertClose(torch.Tensor expected, torch.Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double apart = (expected - actual).abs().max().item<float>(), scale = expected.abs().max().item<float>();
        Assert.True(apart <= 1e-5 * scale, $"{apart:G3} apart at a scale of {scale:G3}");
    }
}
