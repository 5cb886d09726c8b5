using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sextant.Benchmarks;

/// <summary>The course's decoder as one would first write it: a module for each matrix, textbook attention with an added mask.</summary>
internal sealed class PlainCourseDecoder : nn.Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly ModuleList<Linear> queries = [];
    private readonly ModuleList<Linear> keys = [];
    private readonly ModuleList<Linear> values = [];
    private readonly ModuleList<Linear> feedForwards = [];
    private readonly Linear output;
    private readonly Tensor positions;
    private readonly Tensor mask;
    private readonly int hidden;

    public PlainCourseDecoder(int hidden, int vocabulary, int layers, int longest)
        : base(nameof(PlainCourseDecoder))
    {
        this.hidden = hidden;
        embedding = nn.Embedding(vocabulary, hidden);
        for (int i = 0; i < layers; i++)
        {
            queries.Add(nn.Linear(hidden, hidden));
            keys.Add(nn.Linear(hidden, hidden));
            values.Add(nn.Linear(hidden, hidden));
            feedForwards.Add(nn.Linear(hidden, hidden));
        }

        output = nn.Linear(hidden, vocabulary);
        positions = randn(longest, hidden);
        mask = full([longest, longest], -1e7).triu(1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        long t = input.shape[1];
        var x = embedding.call(input) + positions.narrow(0, 0, t);
        for (int i = 0; i < queries.Count; i++)
        {
            var scores = queries[i].call(x).matmul(keys[i].call(x).transpose(1, 2)) / Math.Sqrt(hidden);
            scores = scores + mask.narrow(0, 0, t).narrow(1, 0, t);
            x = x + scores.softmax(-1).matmul(values[i].call(x));
            x = x + feedForwards[i].call(x).relu();
        }

        return output.call(x);
    }
}
