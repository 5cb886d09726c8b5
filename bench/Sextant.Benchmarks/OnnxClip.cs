using Sextant.Models.Clip;
using TorchSharp;
using LayerNorm = Sextant.Models.Encoders.LayerNorm;

namespace Sextant.Benchmarks;

/// <summary>
/// The towers of a CLIP as ONNX graphs with the weights of ours, from pixels or ids to features. Either as exporters write it, of standard operators that onnxruntime's optimiser then joins as far as
/// it can (it does not know attention with a norm before it), or of onnxruntime's own Attention, SkipLayerNormalization and QuickGelu, as its conversion tools for transformers make it.
/// </summary>
internal sealed class OnnxClip
{
    private const int Operators = 12;

    private readonly OnnxWriter writer = new();
    private readonly TowerOptions options;
    private readonly bool isJoined;

    private OnnxClip(TowerOptions options, bool isJoined) => (this.options, this.isJoined) = (options, isJoined);

    /// <summary>From "pixels", [B, C, S, S] float32, for so many pictures.</summary>
    public static byte[] Pictures(ClipModel model, int pictures, bool isJoined) => new OnnxClip(model.Options.Picture, isJoined).WritePictures(model, pictures);

    /// <summary>From "ids", [B, T] int64, for so many texts of one length.</summary>
    public static byte[] Texts(ClipModel model, int texts, int length, bool isJoined) => new OnnxClip(model.Options.Text, isJoined).WriteTexts(model, texts, length);

    private byte[] WritePictures(ClipModel model, int pictures)
    {
        using var noGradient = torch.no_grad();
        var (tower, given) = (model.picture, model.Options.Picture);
        writer.FloatInput("pixels", $"{pictures}", $"{given.Channels}", $"{given.Size}", $"{given.Size}");
        Constants();
        writer.Constant("flat", 0, options.Hidden, -1);
        string x = writer.Node("Conv", ["pixels", writer.Constant("patches", tower.patches!)], ("strides", new long[] { given.Patch, given.Patch }), ("kernel_shape", new long[] { given.Patch, given.Patch }));
        x = writer.Node("Transpose", [writer.Node("Reshape", [x, "flat"])], ("perm", new long[] { 0, 2, 1 }));
        x = writer.Node("Concat", [writer.Constant("class", tower.first.expand(pictures, 1, options.Hidden)), x], ("axis", 1L));
        x = Norm(tower.startNorm, "start", Add(x, writer.Constant("positions", tower.positions.weight)));
        x = Layers(tower.body, x, isCausal: false, null);
        x = writer.Node("Gather", [x, writer.Constant("first", 0L)], ("axis", 1L)); // [B, 1, H]
        return Finish(tower.endNorm, model.pictureProjection.weight, writer.Node("Squeeze", [x], ("axes", new long[] { 1 })), pictures);
    }

    private byte[] WriteTexts(ClipModel model, int texts, int length)
    {
        using var noGradient = torch.no_grad();
        var tower = model.text;
        writer.Input("ids", $"{texts}", $"{length}");
        Constants();
        string x = writer.Node("Gather", [writer.Constant("tokens", tower.tokens.weight), "ids"]);
        x = Add(x, writer.Constant("positions", tower.positions.weight.narrow(0, 0, length)));
        x = Layers(tower.body, x, isCausal: true, isJoined ? null : writer.Constant("later", torch.full(new long[] { 1, 1, length, length }, -10000f).triu(1)));
        string ends = writer.Node("ArgMax", [writer.Node("Cast", ["ids"], ("to", 1L))], ("axis", 1L), ("keepdims", 0L));
        string rows = Add(ends, writer.Constant("starts", [.. Enumerable.Range(0, texts).Select(text => (long)text * length)]));
        writer.Constant("rows", -1, options.Hidden);
        return Finish(tower.endNorm, model.textProjection.weight, writer.Node("Gather", [writer.Node("Reshape", [x, "rows"]), rows], ("axis", 0L)), texts);
    }

    private void Constants()
    {
        if (isJoined)
        {
            return;
        }

        int width = options.Hidden / options.Heads;
        writer.Constant("heads", 0, 0, options.Heads, width);
        writer.Constant("joined", 0, 0, options.Hidden);
        writer.Constant("scale", MathF.Sqrt(width));
        writer.Constant("steepness", 1.702f);
    }

    private byte[] Finish(LayerNorm norm, torch.Tensor projection, string x, int rows)
    {
        writer.Output(writer.Node("MatMul", [Norm(norm, "end", x), writer.Constant("projection", projection.t())]), $"{rows}", $"{projection.shape[0]}");
        return writer.ToArray(Operators);
    }

    private string Layers(TowerLayers body, string x, bool isCausal, string? hidden)
    {
        string? before = null; // what the layer before adds to x, where a norm takes the sum
        for (int i = 0; i < body.layers.Count; i++)
        {
            var (layer, name) = (body.layers[i], $"layer{i}");
            if (isJoined)
            {
                string normal;
                (normal, x) = before is null ? (Norm(layer.attentionNorm, name + ".attention", x), x) : SkipNorm(layer.attentionNorm, name + ".attention", x, before);
                string mixed = writer.Own(
                    "Attention", 1, [normal, writer.Constant(name + ".qkv", layer.queryKeyValue.weight.t()), writer.Constant(name + ".qkv.bias", layer.queryKeyValue.bias!)],
                    ("num_heads", (long)options.Heads), ("unidirectional", isCausal ? 1L : 0L))[0];
                (normal, x) = SkipNorm(layer.innerNorm, name + ".inner", x, Product(name + ".output", mixed, layer.output.weight, layer.output.bias!));
                string inner = writer.Own("QuickGelu", 1, [Product(name + ".inner", normal, layer.inner.weight, layer.inner.bias!)], ("alpha", 1.702f))[0];
                before = Product(name + ".outer", inner, layer.outer.weight, layer.outer.bias!);
            }
            else
            {
                x = Add(x, Product(name + ".output", Mixed(layer, name, Norm(layer.attentionNorm, name + ".attention", x), hidden), layer.output.weight, layer.output.bias!));
                string inner = Product(name + ".inner", Norm(layer.innerNorm, name + ".inner", x), layer.inner.weight, layer.inner.bias!);
                inner = writer.Node("Mul", [inner, writer.Node("Sigmoid", [writer.Node("Mul", [inner, "steepness"])])]);
                x = Add(x, Product(name + ".outer", inner, layer.outer.weight, layer.outer.bias!));
            }
        }

        return before is null ? x : Add(x, before);
    }

    private string Mixed(TowerLayer layer, string name, string x, string? hidden)
    {
        int width = options.Hidden;
        string[] parts = [.. Enumerable.Range(0, 3).Select(part => Heads(Product(
            $"{name}.{part}", x, layer.queryKeyValue.weight.narrow(0, part * width, width), layer.queryKeyValue.bias!.narrow(0, part * width, width)), turned: part == 1))];
        string scores = writer.Node("Div", [writer.Node("MatMul", [parts[0], parts[1]]), "scale"]);
        string weights = writer.Node("Softmax", [hidden is null ? scores : Add(scores, hidden)], ("axis", 3L));
        return writer.Node("Reshape", [writer.Node("Transpose", [writer.Node("MatMul", [weights, parts[2]])], ("perm", new long[] { 0, 2, 1, 3 })), "joined"]);
    }

    private string Heads(string x, bool turned) =>
        writer.Node("Transpose", [writer.Node("Reshape", [x, "heads"])], ("perm", turned ? [0, 2, 3, 1] : new long[] { 0, 2, 1, 3 }));

    private string Product(string name, string x, torch.Tensor weight, torch.Tensor bias) =>
        Add(writer.Node("MatMul", [x, writer.Constant(name + ".weight", weight.t())]), writer.Constant(name + ".bias", bias));

    private string Norm(LayerNorm norm, string name, string x) =>
        writer.Node("LayerNormalization", [x, writer.Constant(name + ".norm", norm.weight), writer.Constant(name + ".shift", norm.bias)], ("axis", -1L), ("epsilon", (float)options.NormEpsilon));

    /// <summary>The norm of a sum, and the sum.</summary>
    private (string Normal, string Sum) SkipNorm(LayerNorm norm, string name, string x, string added)
    {
        string[] outputs = writer.Own("SkipLayerNormalization", 4, [x, added, writer.Constant(name + ".norm", norm.weight), writer.Constant(name + ".shift", norm.bias)], ("epsilon", (float)options.NormEpsilon));
        return (outputs[0], outputs[3]);
    }

    private string Add(string a, string b) => writer.Node("Add", [a, b]);
}
