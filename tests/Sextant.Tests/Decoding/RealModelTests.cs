using Sextant.Data;
using Sextant.Decoding;
using Sextant.Models;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Decoding;

public sealed class RealModelTests
{
    private const int V = 9, Start = 6, End = 7, EndOfPrompt = 8;
    private static readonly LetterTokenizer Letters = new(V);
    private static readonly int[][] Sources = [[0, 1, 2], [5], [3, 4], [], [2, 2, 2, 2], [1, 0], [4, 5, 3]];

    public static TheoryData<string> Names => [.. Models.Keys];

    private static Dictionary<string, ModelOptions> Models { get; } = new()
    {
        ["course encoder-decoder"] = new ModelOptions.CourseEncoderDecoder { Hidden = 16, Layers = 2 },
        ["course decoder"] = new ModelOptions.CourseDecoder { Hidden = 16, Layers = 2 },
        ["modern encoder-decoder"] = new ModelOptions.ModernEncoderDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 32, Dropout = 0.5 },
        ["modern decoder"] = new ModelOptions.ModernDecoder { Hidden = 16, Layers = 2, Heads = 2, FeedForward = 32, Dropout = 0.5 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Greedy_decoding_is_the_argmax_of_the_whole_forward_pass_at_every_step(string name)
    {
        using var model = SequenceModels.Create(Models[name], V, seed: 3);
        var decoded = Translate(model, new DecodingOptions.Greedy(), 64);
        model.eval();
        for (int i = 0; i < Sources.Length; i++)
        {
            (int[] ids, double logProbability) = Uncached(model, Sources[i], limit: 7);
            Assert.Equal(ids, decoded[i].Ids);
            Assert.Equal(logProbability, decoded[i].LogProbability, 1e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_batch_does_not_matter(string name)
    {
        using var model = SequenceModels.Create(Models[name], V, seed: 3);
        DecodingOptions[] all = [new DecodingOptions.Greedy(), new DecodingOptions.Beam { Width = 3 }, new DecodingOptions.Sampling()];
        foreach (var options in all)
        {
            Assert.Equal(Translate(model, options, 1).Select(one => one.Ids), Translate(model, options, 64).Select(one => one.Ids));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_tensor_is_left(string name)
    {
        using var model = SequenceModels.Create(Models[name], V, seed: 3);
        DecodingOptions[] all = [new DecodingOptions.Greedy(), new DecodingOptions.Beam { Width = 3 }, new DecodingOptions.Sampling()];
        Translate(model, all[0], 64); // tables of positions are made once and kept
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        foreach (var options in all)
        {
            Translate(model, options, 2);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Streamed_text_is_the_argmax_of_the_whole_forward_pass_and_leaves_no_tensor()
    {
        using var model = SequenceModels.Create(Models["modern decoder"], V, seed: 5);
        var generator = new TextGenerator(model, Letters);
        int[] Written() => [.. generator.Generate([0, 1], 7, cancellation: TestContext.Current.CancellationToken)];
        int[] written = Written();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal(written, Written());
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        model.eval();
        Assert.Equal(Greedy(model, null, [0, 1], 7).Ids, written);
    }

    private static IReadOnlyList<Decoded> Translate(SequenceModel model, DecodingOptions options, int batch) =>
        new Translator(model, Letters).Translate(Sources, options, new LengthLimit(7), batch, TestContext.Current.CancellationToken);

    private static (int[] Ids, double LogProbability) Uncached(SequenceModel model, int[] source, int limit) => model.Options.HasEncoder
        ? Greedy(model, [.. source, End], [Start], limit)
        : Greedy(model, null, [Start, .. source, EndOfPrompt], limit);

    /// <summary>Everything computed anew for each token.</summary>
    private static (int[] Ids, double LogProbability) Greedy(SequenceModel model, int[]? source, int[] prompt, int limit)
    {
        using var gradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        List<int> ids = [];
        double sum = 0;
        for (int step = 0; step <= limit; step++)
        {
            int[] input = [.. prompt, .. ids];
            var batch = new Batch(
                source is null ? null : Row(source), null, Row(input), torch.tensor(new long[] { input.Length - 1 }), torch.zeros(1, torch.ScalarType.Int64),
                new BatchShape(1, source?.Length ?? 0, input.Length, 1, input.Length));
            float[] row = model.Logits(batch).log_softmax(-1).data<float>().ToArray();
            int token = Enumerable.Range(0, V).Where(id => id is not (Start or EndOfPrompt)).MaxBy(id => row[id]);
            sum += token == End || step < limit ? row[token] : 0;
            if (token == End || step == limit)
            {
                break;
            }

            ids.Add(token);
        }

        return ([.. ids], sum);
    }

    private static torch.Tensor Row(int[] ids) => torch.tensor(ids.Select(id => (long)id).ToArray(), 1, ids.Length);
}
