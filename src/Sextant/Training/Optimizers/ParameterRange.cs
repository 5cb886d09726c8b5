namespace Sextant.Training.Optimizers;

/// <summary>Neighbouring parameters that are updated alike, with the unused cells behind each.</summary>
/// <param name="Start">The first cell.</param>
/// <param name="Length">Cells.</param>
/// <param name="Decays">Whether they decay.</param>
/// <param name="RateFactor">On their learning rate.</param>
internal readonly record struct ParameterRange(long Start, long Length, bool Decays, double RateFactor)
{
    /// <summary>The fewest ranges that hold these parameters and no other.</summary>
    /// <param name="parameters">Where they lie.</param>
    /// <param name="chosen">Some of its slices.</param>
    /// <param name="decay">Whether a parameter decays.</param>
    public static IReadOnlyList<ParameterRange> Of(FlatParameters parameters, IEnumerable<ParameterSlice> chosen, Func<ParameterSlice, bool> decay)
    {
        var wanted = chosen.ToHashSet();
        var ranges = new List<ParameterRange>();
        foreach (var (slice, end) in parameters.Slices.Zip(parameters.Slices.Skip(1).Select(s => s.Start).Append(parameters.Values.shape[0])).Where(s => wanted.Contains(s.First)))
        {
            bool decays = decay(slice);
            if (ranges is [.., var last] && last.Start + last.Length == slice.Start && last.Decays == decays && last.RateFactor == slice.RateFactor)
            {
                ranges[^1] = last with { Length = end - last.Start };
            }
            else
            {
                ranges.Add(new ParameterRange(slice.Start, end - slice.Start, decays, slice.RateFactor));
            }
        }

        return ranges;
    }
}
