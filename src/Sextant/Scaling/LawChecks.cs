namespace Sextant.Scaling;

/// <summary>Intervals of a law's constants, and what they and the bounds of the search say about whether the points determine them.</summary>
internal static class LawChecks
{
    /// <summary>Of each constant and of what is derived from them, by name.</summary>
    public static Dictionary<string, Interval> Intervals(ResampledValues? resampled, double level, params (string Name, Func<double[], double> Of)[] derived)
    {
        var intervals = new Dictionary<string, Interval>();
        foreach (var (name, of) in Quantities(resampled, derived))
        {
            if (resampled!.Interval(of, level) is { } interval)
            {
                intervals[name] = interval;
            }
        }

        return intervals;
    }

    /// <summary>Standard deviations over the resamples that could be fitted.</summary>
    public static Dictionary<string, double> StandardErrors(ResampledValues? resampled, params (string Name, Func<double[], double> Of)[] derived)
    {
        var errors = new Dictionary<string, double>();
        foreach (var (name, of) in Quantities(resampled, derived))
        {
            if (Bootstrap.StandardError([.. Enumerable.Range(0, resampled!.Count).Select(resample => of(resampled[resample]))]) is double error)
            {
                errors[name] = error;
            }
        }

        return errors;
    }

    /// <summary>A sentence for each value at the end of the range it was searched in.</summary>
    public static IEnumerable<string> AtBounds(PowerSum problem, Minimum best, string[] variables, string[] exponents)
    {
        if (best.At[0] <= 0)
        {
            yield return "E is at its bound 0: the points show no floor of the loss.";
        }

        for (int k = 0; k < problem.Terms; k++)
        {
            int a = 1 + (2 * k);
            if (best.At[a] <= problem.Low[a])
            {
                yield return $"The loss does not fall with the {variables[k]} in these points: their term vanished.";
            }
            else if (best.At[a] >= problem.High[a])
            {
                yield return $"The coefficient of the {variables[k]} is at the end of its range: the points do not show this law.";
            }

            if (best.At[a + 1] <= problem.Low[a + 1] || best.At[a + 1] >= problem.High[a + 1])
            {
                yield return $"{exponents[k]} is at its bound {ScreenedPoints.Short(best.At[a + 1])}.";
            }
        }
    }

    /// <summary>
    /// A sentence for each reason why the points do not determine the law, going by the intervals at <see cref="Identifiability.Level"/> of E and of
    /// <paramref name="exponent"/>, which answers <paramref name="question"/>. Where intervals were <paramref name="wanted"/> and could not be had, that is a reason too.
    /// </summary>
    public static IEnumerable<string> Open(IReadOnlyDictionary<string, Interval> intervals, string exponent, string question, bool wanted)
    {
        if (intervals.Count == 0 && wanted)
        {
            yield return "There are no intervals: there are no more independent runs than constants.";
        }

        if (intervals.GetValueOrDefault("E") is { Low: not > 0 } floor)
        {
            yield return $"The {Identifiability.Percent} interval of E reaches its bound 0: the points do not show where the loss levels off, and the other constants depend on it.";
        }

        if (intervals.GetValueOrDefault(exponent) is { } range && range.Width > Identifiability.WidestExponent)
        {
            yield return double.IsFinite(range.Width)
                ? $"The {Identifiability.Percent} interval of {exponent} is {ScreenedPoints.Short(range.Width)} wide: the points do not tell {question}."
                : $"The {Identifiability.Percent} interval of {exponent} has no end: the points do not tell {question}.";
        }
    }

    /// <summary>What went otherwise than asked in resampling.</summary>
    public static IEnumerable<string> ResamplingWarnings(ResampledValues? resampled, int wanted, int points)
    {
        if (resampled is null)
        {
            yield break;
        }

        int lost = Enumerable.Range(0, resampled.Count).Count(resample => double.IsNaN(resampled[resample][0]));
        if (lost > 0)
        {
            yield return $"{lost} of {resampled.Count} resamples could not be fitted; they count as unbounded on both sides.";
        }

        if (resampled.Count < wanted)
        {
            yield return $"{resampled.Count} resamples were made, not {wanted}: there are {points} points.";
        }
    }

    private static IEnumerable<(string Name, Func<double[], double> Of)> Quantities(ResampledValues? resampled, (string Name, Func<double[], double> Of)[] derived) =>
        resampled is null ? [] : resampled.Names.Select((name, i) => (name, (Func<double[], double>)(constants => constants[i]))).Concat(derived);
}
