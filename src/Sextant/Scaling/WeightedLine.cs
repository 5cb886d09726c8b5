namespace Sextant.Scaling;

/// <summary>A least-squares line of log10 y on log10 x whose weights are relative inverse variances; the size of the variance comes from the residuals.</summary>
internal sealed record WeightedLine(LogLine Line, LineSpread Spread, double[] Weights, double? ResidualDeviation)
{
    /// <summary>Null where there are not two distinct x.</summary>
    public static WeightedLine? Of(double[] logX, double[] logY, double[] weights)
    {
        if (PolynomialFit.Of(logX, logY, weights, 1) is not PolynomialFit fit)
        {
            return null;
        }

        var (slope, intercept, slopeVariance) = fit.Line();
        double total = weights.Sum();
        double pivot = logX.Zip(weights, (x, weight) => x * weight).Sum() / total;
        var line = new LogLine(slope, intercept);
        double? deviation = fit.Variance is double variance ? Math.Sqrt(variance) : null;
        return new WeightedLine(
            line, new LineSpread(line, pivot, deviation / Math.Sqrt(total), deviation * Math.Sqrt(slopeVariance), fit.DegreesOfFreedom), weights, deviation * Math.Sqrt(logX.Length / total));
    }

    /// <summary>
    /// The line through values whose own variances are known up to what they scatter about the line beyond them (Paule and Mandel 1982): that
    /// common part is chosen so that the weighted residuals are as large as they should be, and weights are 1 / (own + common). Values that are sure by their
    /// noise alone, but miss a straight line, so cannot drown the others.
    /// </summary>
    public static WeightedLine? OfNoisy(double[] logX, double[] logY, double[] variances)
    {
        double smallest = variances.Where(variance => variance > 0).DefaultIfEmpty(1).Min();
        double[] Weights(double common) => [.. variances.Select(variance => 1 / (Math.Max(variance, smallest) + common))];
        double Excess(double common) => (PolynomialFit.Of(logX, logY, Weights(common), 1)?.ResidualSumOfSquares ?? 0) - (logX.Length - 2);
        if (Excess(0) <= 0)
        {
            return Of(logX, logY, Weights(0));
        }

        double low = 0, high = smallest;
        while (Excess(high) > 0 && high < 1e6)
        {
            high *= 4;
        }

        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Excess(middle) > 0 ? (middle, high) : (low, middle);
        }

        return Of(logX, logY, Weights(high));
    }
}
