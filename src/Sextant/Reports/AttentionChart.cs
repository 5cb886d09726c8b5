namespace Sextant.Reports;

/// <summary>Where each character of an output looked, as a picture.</summary>
public static class AttentionChart
{
    /// <summary>A row of panels for each layer, a panel for each head.</summary>
    /// <exception cref="ArgumentException">Weights do not have a row for each query and a column for each key.</exception>
    public static HeatMap Of(string title, IReadOnlyList<AttentionLayer> layers)
    {
        foreach (var layer in layers)
        {
            if (layer.Weights.GetLength(1) != layer.Queries.Count || layer.Weights.GetLength(2) != layer.Keys.Count)
            {
                throw new ArgumentException(
                    $"{layer.Name}: weights are {layer.Weights.GetLength(1)} x {layer.Weights.GetLength(2)}, but there are {layer.Queries.Count} queries and {layer.Keys.Count} keys.",
                    nameof(layers));
            }
        }

        return new HeatMap
        {
            Title = title,
            Caption = "Each row adds up to 1: how much the query at its left looks at each key below.",
            RowsLabel = "query",
            ColumnsLabel = "key",
            ValueLabel = "attention",
            Panels = [.. layers.Select(Heads)],
        };
    }

    private static IReadOnlyList<HeatPanel> Heads(AttentionLayer layer)
    {
        int heads = layer.Weights.GetLength(0);
        return [.. Enumerable.Range(0, heads).Select(head => new HeatPanel(
            heads == 1 ? layer.Name : $"{layer.Name}, head {head + 1}", layer.Queries, layer.Keys, Head(layer.Weights, head)))];
    }

    private static float[,] Head(float[,,] weights, int head)
    {
        float[,] matrix = new float[weights.GetLength(1), weights.GetLength(2)];
        for (int query = 0; query < matrix.GetLength(0); query++)
        {
            for (int key = 0; key < matrix.GetLength(1); key++)
            {
                matrix[query, key] = weights[head, query, key];
            }
        }

        return matrix;
    }
}

/// <summary>The attention of one layer.</summary>
/// <param name="Name">Such as "layer 1" or "layer 2, over the source".</param>
/// <param name="Weights">[heads, queries, keys], 0..1.</param>
/// <param name="Queries">The character at each query.</param>
/// <param name="Keys">The character at each key.</param>
public sealed record AttentionLayer(string Name, float[,,] Weights, IReadOnlyList<string> Queries, IReadOnlyList<string> Keys);
