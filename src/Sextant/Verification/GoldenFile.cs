using System.Text.Json;
using Sextant.Models.Encoders;
using TorchSharp;

namespace Sextant.Verification;

/// <summary>
/// Reference outputs of a model, as JSON: cases (inputs and outputs), gradients, trainings, and the tolerance of each. Every value is read where it
/// is needed, and a file of another layout is named as such.
/// </summary>
internal sealed class GoldenFile : IDisposable
{
    private readonly JsonDocument document;

    private GoldenFile(string path, JsonDocument document)
    {
        Path = path;
        this.document = document;
    }

    public string Path { get; }

    public JsonElement Root => document.RootElement;

    public string ModelClass => Root.GetProperty("model_class").GetString()!;

    public static GoldenFile Open(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var golden = new GoldenFile(path, JsonDocument.Parse(file));
            if (golden.Root.ValueKind != JsonValueKind.Object || !golden.Root.TryGetProperty("model_class", out var name) || name.ValueKind != JsonValueKind.String || !golden.Root.TryGetProperty("cases", out var cases) || cases.ValueKind != JsonValueKind.Array)
            {
                golden.Dispose();
                throw Malformed(path);
            }

            return golden;
        }
        catch (JsonException e)
        {
            throw Malformed(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"The golden file {path} cannot be read: {(File.Exists(path) ? e.Message.TrimEnd('.') : "there is no such file")}.", e);
        }
    }

    public IEnumerable<JsonElement> Cases => Root.GetProperty("cases").EnumerateArray();

    public JsonElement Case(string name) => Cases.First(c => c.GetProperty("name").GetString() == name);

    /// <summary>The tolerance of a kind of numbers: "outputs" or "gradients".</summary>
    public Tolerance ToleranceOf(string kind)
    {
        var found = Root.GetProperty("tolerance").GetProperty(kind);
        return new Tolerance(found.GetProperty("absolute").GetDouble(), found.GetProperty("relative").GetDouble());
    }

    /// <summary>A number or a nest of lists of them, as one list.</summary>
    public static List<double> Numbers(JsonElement nest)
    {
        var numbers = new List<double>();
        Add(nest);
        return numbers;

        void Add(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Array)
            {
                numbers.Add(element.GetDouble());
                return;
            }

            foreach (var item in element.EnumerateArray())
            {
                Add(item);
            }
        }
    }

    /// <summary>The lengths of a nest of lists.</summary>
    public static long[] Shape(JsonElement nest)
    {
        var shape = new List<long>();
        for (var at = nest; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            shape.Add(at.GetArrayLength());
        }

        return [.. shape];
    }

    /// <summary>Whole numbers as a tensor, int64.</summary>
    public static torch.Tensor Integers(JsonElement nest) => torch.tensor([.. Numbers(nest).Select(n => (long)n)], Shape(nest));

    /// <summary>A tensor's numbers, row by row.</summary>
    public static double[] Doubles(torch.Tensor values) => [.. values.detach().to(torch.ScalarType.Float64).flatten().data<double>()];

    /// <summary>The rows of a tensor that an element names; all of it where it names none.</summary>
    public static torch.Tensor Rows(torch.Tensor values, JsonElement given) =>
        given.GetProperty("rows") is { ValueKind: JsonValueKind.Array } rows ? values.index_select(0, Integers(rows)) : values;

    /// <summary>Holds gradients that were computed against those that are given.</summary>
    /// <param name="given">The values and the norms.</param>
    /// <param name="tensors">All of the model, by the names in this file.</param>
    /// <param name="folder">Of the model.</param>
    /// <param name="tolerance">Of gradients.</param>
    /// <exception cref="UserError">A gradient is given of what the model does not have.</exception>
    public IEnumerable<GoldenCheck> Gradients(JsonElement given, IEnumerable<PublishedTensor> tensors, string folder, Tolerance tolerance)
    {
        var parts = tensors.ToDictionary(t => t.Name, t => t.Parameter.grad is { } gradient ? t.Of(gradient) : null);
        var norms = given.GetProperty("norms").EnumerateObject().Where(n => parts.ContainsKey(n.Name) || n.Value.ValueKind != JsonValueKind.Null).ToList(); // null is a parameter that took no part
        var values = given.GetProperty("values").EnumerateObject().Where(v => v.Value.ValueKind == JsonValueKind.Object).ToList();
        if (norms.Concat(values).Select(n => n.Name).FirstOrDefault(n => !parts.ContainsKey(n)) is { } unknown)
        {
            throw new UserError($"{Path} gives a gradient of {unknown}, which the model in {folder} does not have; give the golden file of this model.");
        }

        foreach (var value in values)
        {
            yield return tolerance.Check($"gradient of {value.Name}", Doubles(Rows(parts[value.Name]!, value.Value)), Numbers(value.Value.GetProperty("values")));
        }

        double[] here = [.. norms.Select(n => parts[n.Name]?.norm().ToDouble() ?? 0)];
        double[] there = [.. norms.Select(n => n.Value.ValueKind == JsonValueKind.Null ? 0 : n.Value.GetDouble())];
        yield return tolerance.Check("norms of all gradients", [.. here, Math.Sqrt(here.Sum(n => n * n))], [.. there, given.GetProperty("total_norm").GetDouble()]);
    }

    /// <summary>Means and norms of what the embeddings and each layer leave, as the file gives them.</summary>
    public static GoldenCheck? Summary(string name, JsonElement given, string key, IEnumerable<torch.Tensor> layers, Tolerance tolerance)
    {
        if (!given.TryGetProperty(key, out var summary))
        {
            return null;
        }

        double[] here = [.. layers.SelectMany(layer => new[] { layer.mean().ToDouble(), layer.norm().ToDouble() })];
        double[] there = [.. summary.EnumerateArray().SelectMany(s => new[] { s.GetProperty("mean").GetDouble(), s.GetProperty("l2").GetDouble() })];
        return tolerance.Check($"{name}: mean and norm of each layer", here, there);
    }

    public static double? NoiseOf(JsonElement holder, string name) =>
        holder.TryGetProperty("float32_noise", out var noise) && noise.ValueKind == JsonValueKind.Object && noise.TryGetProperty(name, out var value) ? value.GetDouble() : null;

    public void Dispose() => document.Dispose();

    /// <summary>The sentence for a file of another layout.</summary>
    public static UserError Malformed(string path, Exception? inner = null)
    {
        string message = $"{path} is not a golden file of the layout that is known here (model_class, cases, gradients, training, tolerance); write it again.";
        return inner is null ? new UserError(message) : new UserError(message, inner);
    }
}
