namespace Sextant.Scaling;

/// <summary>
/// The spread of a line through vertices whose points share trainings. What one training adds to the loss is in all computes read off it, so the
/// vertices are not independent and the line's own residuals say too little. The covariance of that noise across computes is
/// estimated from the residuals of the quadratics, training by training, and carried to the line to first order; Student's distribution has the
/// degrees of freedom of one quadratic, for that is how many trainings there are to learn it from. Of 500 planted studies of six trainings, 95 % intervals
/// held the exponent in 96 to 97 % (more where the sizes' miss of a parabola outweighs the noise). Those of the line's own residuals held it in 86 to 94 %; a
/// bootstrap of pairs was unbounded in all, one of residuals (400 similar studies) in 57 to 74 %.
/// </summary>
internal static class ClusteredLine
{
    /// <param name="line">The line.</param>
    /// <param name="profiles">With a quadratic each.</param>
    /// <param name="weights">Of the profiles in the line.</param>
    /// <param name="change">Of the line's log10 y for log10 of the vertex, a profile each.</param>
    public static LineSpread Spread(LogLine line, IReadOnlyList<Profile> profiles, double[] weights, double[] change)
    {
        int freedom = profiles.Select(profile => profile.Quadratic!.DegreesOfFreedom).DefaultIfEmpty(0).Max();
        if (freedom < 1)
        {
            return new LineSpread(line, 0, null, null, 0);
        }

        double total = weights.Sum(), centre = profiles.Zip(weights, (profile, weight) => Math.Log10(profile.Flops) * weight).Sum() / total;
        double[] offsets = [.. profiles.Select(profile => Math.Log10(profile.Flops) - centre)];
        double width = offsets.Zip(weights, (offset, weight) => weight * offset * offset).Sum();
        double[] height = [.. weights.Select((weight, p) => weight / total * change[p])], slope = [.. weights.Select((weight, p) => weight * offsets[p] / width * change[p])];

        double[,] covariance = Covariance(profiles);
        double heights = 0, slopes = 0, both = 0;
        foreach (double[] influence in Influences(profiles))
        {
            for (int p = 0; p < influence.Length; p++)
            {
                for (int q = 0; q < influence.Length && influence[p] != 0; q++)
                {
                    double shared = influence[p] * covariance[p, q] * influence[q];
                    heights += height[p] * shared * height[q];
                    slopes += slope[p] * shared * slope[q];
                    both += slope[p] * shared * height[q];
                }
            }
        }

        double pivot = slopes > 0 ? -both / slopes : 0;
        double left = Math.Max(0, heights + (pivot * both));
        return new LineSpread(line, centre + pivot, Math.Sqrt(left), Math.Sqrt(slopes), freedom);
    }

    /// <summary>How far each training's unit of noise moves each vertex.</summary>
    private static Dictionary<int, double[]>.ValueCollection Influences(IReadOnlyList<Profile> profiles)
    {
        var influences = new Dictionary<int, double[]>();
        foreach (var (p, profile) in profiles.Index())
        {
            foreach (var point in profile.Window)
            {
                if (!influences.TryGetValue(point.Unit, out double[]? influence))
                {
                    influences.Add(point.Unit, influence = new double[profiles.Count]);
                }

                influence[p] += profile.Quadratic!.Influence(point.X, point.Weight) / Math.Sqrt(point.Weight);
            }
        }

        return influences.Values;
    }

    /// <summary>Of the noise at two computes in one training, for observations of weight 1: a sum of outer products, so never negative.</summary>
    private static double[,] Covariance(IReadOnlyList<Profile> profiles)
    {
        int count = profiles.Count;
        var residuals = profiles.Select(profile => profile.Window
            .GroupBy(point => point.Unit)
            .ToDictionary(unit => unit.Key, unit => unit.Sum(point => (point.Loss - profile.Quadratic!.At(point.X).Value) * Math.Sqrt(point.Weight)))).ToList();
        int[] freedom = [.. profiles.Select(profile => profile.Quadratic!.DegreesOfFreedom)];
        double pooled = profiles.Sum(profile => profile.Quadratic!.ResidualSumOfSquares) / freedom.Sum();
        double[,] covariance = new double[count, count];
        for (int p = 0; p < count; p++)
        {
            covariance[p, p] = freedom[p] > 0 ? profiles[p].Quadratic!.ResidualSumOfSquares / freedom[p] : pooled;
            for (int q = 0; q < p && freedom[p] > 0; q++)
            {
                double shared = residuals[p].Sum(unit => unit.Value * residuals[q].GetValueOrDefault(unit.Key));
                covariance[p, q] = covariance[q, p] = freedom[q] > 0 ? shared / Math.Sqrt((double)freedom[p] * freedom[q]) : 0;
            }
        }

        return covariance;
    }
}
