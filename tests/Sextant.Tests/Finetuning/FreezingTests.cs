using System.Text.RegularExpressions;
using Sextant.Finetuning;
using Sextant.Models.Encoders;
using Sextant.Tests.Models.Encoders;
using Sextant.Training;
using TorchSharp;
using Xunit;

namespace Sextant.Tests.Finetuning;

public sealed class FreezingTests
{
    private const string Everything = ".*", Head = "(dense|output)\\..*", Layers = "body\\.layers\\..*", Adapters = "body\\.layers\\.\\d+\\.(query|value)Adapter\\.(down|up)\\.weight";

    public static TheoryData<string, string, bool, string> Kinds
    {
        get
        {
            var data = new TheoryData<string, string, bool, string>();
            foreach (string family in ToyEncoders.Options.Keys)
            {
                string body = family == "bert" ? "output\\..*" : Head; // the pooler came with BERT's body
                data.Add(family, "nothing", false, Everything);
                data.Add(family, "nothing", true, $"{Head}|{Adapters}");
                data.Add(family, "embeddings", false, $"{Head}|{Layers}");
                data.Add(family, "embeddings", true, $"{Head}|{Adapters}");
                data.Add(family, "layers 1", false, $"{Head}|body\\.layers\\.[12]\\..*");
                data.Add(family, "layers 2", true, $"{Head}|body\\.layers\\.2\\.(query|value)Adapter\\..*");
                data.Add(family, "layers 3", false, Head);
                data.Add(family, "body", false, body);
                data.Add(family, "body, pooler", false, Head);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Exactly_what_is_not_frozen_is_trained_and_changes_and_all_else_keeps_its_bits(string family, string kind, bool hasAdapters, string trained)
    {
        using var model = ToyEncoders.Classifier(family, hasAdapters ? new AdapterOptions { Rank = 2 } : null);
        var pattern = new Regex($"^({trained})$");

        Freezing.Apply(model, Parts(kind), hasAdapters);

        Assert.Equal(model.named_parameters().Select(p => p.name).Where(name => pattern.IsMatch(name)), model.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name));
        var before = model.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().bytes.ToArray());
        Train(model, steps: 3);
        Assert.Equal(
            model.named_parameters().Where(p => p.parameter.requires_grad).Select(p => p.name),
            model.named_parameters().Where(p => !p.parameter.detach().bytes.SequenceEqual(before[p.name])).Select(p => p.name));
    }

    [Fact]
    public void More_layers_than_there_are_cannot_be_frozen()
    {
        using var model = ToyEncoders.Classifier("bert");
        Assert.Contains("freeze.count: the encoder has 3 layers, not 4", Assert.Throws<UserError>(() => Freezing.Apply(model, Parts("layers 4"), false)).Message, StringComparison.Ordinal);
        Assert.Equal(["x.count: 0 is not at least 1; the embeddings alone are the kind embeddings."], Parts("layers 0").Problems("x"));
        Assert.Empty(Parts("body").Problems("x"));
    }

    [Fact]
    public void Adapters_that_would_be_frozen_are_refused()
    {
        using var model = ToyEncoders.Classifier("bert", new AdapterOptions { Rank = 2 });
        Assert.StartsWith("freeze: all layers, and with them the adapters, would be frozen", Assert.Throws<UserError>(() => Freezing.Apply(model, Parts("layers 3"), true)).Message, StringComparison.Ordinal);
        Assert.Throws<UserError>(() => Freezing.Apply(model, Parts("body"), true));
    }

    private static FrozenParts Parts(string kind) => kind switch
    {
        "nothing" => new FrozenParts.Nothing(),
        "embeddings" => new FrozenParts.Embeddings(),
        "body" => new FrozenParts.Body(),
        "body, pooler" => new FrozenParts.Body { TrainPooler = true },
        _ => new FrozenParts.FirstLayers { Count = kind[^1] - '0' },
    };

    private static void Train(EncoderClassifier model, int steps)
    {
        using var parameters = new FlatParameters(model);
        using var optimizer = Optimizer.Create(new OptimizerOptions.AdamW { LearningRate = 1e-2, Decays = Decaying.Everything }, parameters);
        using var batch = ToyEncoders.Random(model.Options, 8, 9);
        for (int step = 0; step < steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            parameters.ZeroGradient();
            torch.nn.functional.cross_entropy(model.Logits(batch), batch.Expected).backward();
            optimizer.Step(1e-2);
        }
    }
}
