using Sextant.Experiments;

namespace Sextant.Reports;

/// <summary>What else was tuned beside the learning rate, as a table.</summary>
internal static class TunedValuesTable
{
    /// <summary>Nothing where the rate alone was tuned.</summary>
    public static IEnumerable<Block> Of(IReadOnlyList<TunedSize> tuning)
    {
        if (tuning.All(size => size.Values.Count == 0))
        {
            yield break;
        }

        yield return new Block.Table
        {
            Columns = [new Column("Size"), new Column("Value of"), new Column("Tried", null, true), new Column("In place of", null, true), new Column("Learning rate", "peak", true), new Column("Effect", "by the mean over seeds", true), new Column("Kept")],
            Rows = [.. tuning.SelectMany(size => size.Values.Select(value => (IReadOnlyList<string>)[size.Name, value.Path, value.Value, value.InPlaceOf, Numbers.Significant(value.Rate), LearningRateWords.Effect(value, size), value.IsKept ? "yes" : "no"]))],
            Caption = "Each value was tried at the best rate in place of what stood there, with the same seeds; one that did better stayed, and the rate was looked for again about it. That two values are better together and neither alone such a search does not see.",
        };
    }
}
