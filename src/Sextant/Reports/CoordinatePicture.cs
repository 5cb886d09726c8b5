using Sextant.Experiments;

namespace Sextant.Reports;

/// <summary>What a few updates changed, over the width of the model.</summary>
internal static class CoordinatePicture
{
    public static IReadOnlyList<NamedChart> Of(CoordinateCheck? check)
    {
        if (check is null)
        {
            return [];
        }

        var changes = check.Sizes.Where(size => size.Step == check.Steps && size.Change is > 0 && double.IsFinite(size.Change.Value)).ToList();
        return changes.Count == 0 ? [] :
        [
            new NamedChart("coordinate-check", new Chart
            {
                Title = $"What {check.Steps} updates change, by width",
                Subtitle = "Where a learning rate carries over from width to width, the changes of the residual stream and of the logits are level.",
                Caption = $"Root mean square change since the initial weights, on one batch of the validation data. Marks: geometric mean of {check.Seeds.Count} seeds; bars: from the least to the largest. Attention scores may shrink as the root of the width.",
                X = new Axis("Width, H") { Scale = Scale.Logarithmic, Ticks = [.. check.Widths.Order().Select(width => new Tick(width, Numbers.Whole(width)))] },
                Y = new Axis("Change", "root mean square") { Scale = Scale.Logarithmic },
                Series =
                [
                    .. changes.GroupBy(size => size.Quantity).OrderBy(quantity => quantity.Key).Select(quantity => new Series
                    {
                        Name = quantity.Key switch { Coordinate.Logits => "logits", Coordinate.AttentionScores => "attention scores", _ => "residual stream" },
                        Points =
                        [
                            .. quantity.GroupBy(size => size.Width, size => size.Change!.Value).OrderBy(width => width.Key)
                                .Select(width => new ChartPoint(width.Key, Math.Exp(width.Average(Math.Log)), width.Min(), width.Max())),
                        ],
                    }),
                ],
            }),
        ];
    }
}
