using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Benchmarks;

/// <summary>
/// A BERT encoder as an ONNX graph with the weights of ours, in the shape that exporters gave it and onnxruntime 1.31's optimiser knows: of the nodes written here it makes one Attention, two
/// SkipLayerNormalization and one BiasGelu a layer (with the softmax's axis written -1 in place of 3 it finds no attention). From ids and mask, [B, T] int64, to what the last layer leaves.
/// </summary>
internal sealed class OnnxEncoder
{
    /// <summary>The version of the operators: attention is fused of nodes whose axes are attributes.</summary>
    private const int Operators = 12;

    private readonly OnnxWriter writer = new();
    private readonly EncoderOptions options;

    private OnnxEncoder(EncoderOptions options) => this.options = options;

    public static byte[] Write(EncoderModel model, int length)
    {
        OnnxEncoder encoder = new(model.Options);
        return encoder.Write(model.body, length);
    }

    private byte[] Write(EncoderBody body, int length)
    {
        writer.Input("ids", "B", "T");
        writer.Input("mask", "B", "T");
        int width = options.Hidden / options.Heads;
        writer.Constant("heads", 0, 0, options.Heads, width);
        writer.Constant("joined", 0, 0, options.Hidden);
        writer.Constant("scale", MathF.Sqrt(width));
        writer.Constant("one", 1f);
        writer.Constant("half", 0.5f);
        writer.Constant("root2", MathF.Sqrt(2));
        writer.Constant("never", -10000f);
        string seen = writer.Node("Unsqueeze", [writer.Node("Unsqueeze", ["mask"], ("axes", new long[] { 1 }))], ("axes", new long[] { 2 }));
        string hidden = writer.Node("Mul", [writer.Node("Sub", ["one", writer.Node("Cast", [seen], ("to", 1L))]), "never"]);

        var embeddings = body.embeddings;
        using var noGradient = torch.no_grad();
        var rows = embeddings.positions.weight.narrow(0, 0, length).add(embeddings.types.weight[0]);
        string x = writer.Node("Gather", [writer.Constant("tokens", embeddings.tokens.weight), "ids"]);
        x = Norm(embeddings.norm, "embeddings", Add(x, writer.Constant("positions", rows)));
        for (int i = 0; i < body.layers.Count; i++)
        {
            x = Layer(body.layers[i], $"layer{i}", x, hidden);
        }

        writer.Output(x, "B", "T", $"{options.Hidden}");
        return writer.ToArray(Operators);
    }

    private string Layer(EncoderLayer layer, string name, string x, string hidden)
    {
        int width = options.Hidden;
        string[] parts = [.. Enumerable.Range(0, 3).Select(part => Heads(Product(
            $"{name}.{part}", x, layer.queryKeyValue.weight.narrow(0, part * width, width), layer.queryKeyValue.bias!.narrow(0, part * width, width)), turned: part == 1))];
        string scores = Add(writer.Node("Div", [writer.Node("MatMul", [parts[0], parts[1]]), "scale"]), hidden);
        string mixed = writer.Node("MatMul", [writer.Node("Softmax", [scores], ("axis", 3L)), parts[2]]);
        mixed = writer.Node("Reshape", [writer.Node("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })), "joined"]);
        x = Norm(layer.attentionNorm, $"{name}.attention", Add(Product($"{name}.output", mixed, layer.output.weight, layer.output.bias!), x));
        string inner = Gelu(Product($"{name}.inner", x, layer.inner.weight, layer.inner.bias!));
        return Norm(layer.outputNorm, $"{name}.final", Add(Product($"{name}.outer", inner, layer.outer.weight, layer.outer.bias!), x));
    }

    private string Heads(string x, bool turned) =>
        writer.Node("Transpose", [writer.Node("Reshape", [x, "heads"])], ("perm", turned ? [0, 2, 3, 1] : new long[] { 0, 2, 1, 3 }));

    private string Product(string name, string x, torch.Tensor weight, torch.Tensor bias) =>
        Add(writer.Node("MatMul", [x, writer.Constant(name + ".weight", weight.t())]), writer.Constant(name + ".bias", bias));

    private string Norm(LayerNorm norm, string name, string x) =>
        writer.Node("LayerNormalization", [x, writer.Constant(name + ".norm", norm.weight), writer.Constant(name + ".shift", norm.bias)], ("axis", -1L), ("epsilon", (float)options.NormEpsilon));

    private string Gelu(string x)
    {
        string erf = writer.Node("Erf", [writer.Node("Div", [x, "root2"])]);
        return writer.Node("Mul", [writer.Node("Mul", [x, Add(erf, "one")]), "half"]);
    }

    private string Add(string a, string b) => writer.Node("Add", [a, b]);
}
