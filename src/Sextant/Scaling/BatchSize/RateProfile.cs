namespace Sextant.Scaling.BatchSize;

/// <summary>Losses over the learning rates that were tried at one batch size, and the parabola of log loss in log rate near the best.</summary>
internal sealed class RateProfile
{
    /// <summary>Rates that differ by a smaller share are one; a window's edge is as soft.</summary>
    private const double Same = 0.01;

    /// <summary>Rates with a loss, by rising rate, and ln loss of each training there; where seeds are complete blocks, of each of these in one order.</summary>
    private readonly (double Log, double[] Logs)[] valued;

    /// <summary>Seeds that were trained at every rate; empty where they are no blocks.</summary>
    private readonly IReadOnlyList<string> seeds;

    /// <summary>ln of the least rate above the best that diverged; null where none did.</summary>
    private readonly double? cliff;

    private readonly int best;

    public RateProfile(double batch, IReadOnlyList<RateMeasurement> trainings)
    {
        Batch = batch;
        Trainings = trainings.Count;
        Diverged = trainings.Count(training => training.Loss is null);
        var tried = new List<List<RateMeasurement>>();
        foreach (var training in trainings.OrderBy(training => training.Rate))
        {
            if (tried.Count > 0 && training.Rate <= tried[^1][0].Rate * (1 + Same))
            {
                tried[^1].Add(training);
            }
            else
            {
                tried.Add([training]);
            }
        }

        Rates = tried.Count;
        var lasting = tried.Where(rate => rate.All(training => training.Loss is not null)).ToList();
        seeds = SeedBlocks.Complete(lasting, training => training.Seed);
        valued = [.. lasting.Select(rate => (rate.Average(training => Math.Log(training.Rate)), Logs(rate)))];
        best = valued.Length == 0 ? -1 : Enumerable.Range(0, valued.Length).MinBy(i => valued[i].Logs.Average());
        var diverged = tried.Where(rate => rate.Any(training => training.Loss is null)).Select(rate => Math.Log(rate[0].Rate)).Where(log => best >= 0 && log > valued[best].Log).ToList();
        cliff = diverged.Count > 0 ? diverged[0] : null;
    }

    public double Batch { get; }

    public int Rates { get; }

    public int Trainings { get; }

    public int Diverged { get; }

    /// <summary>Whether rates on both sides of the best have a loss.</summary>
    public bool HasParabola => best > 0 && best < valued.Length - 1;

    /// <summary>Through the trainings of the rates within so many logarithms of the best, its neighbours at least, seeds levelled where they are blocks; null where its degree is more than these rates tell.</summary>
    public RateParabola? Polynomial(double halfWidth, int degree)
    {
        if (!HasParabola)
        {
            return null;
        }

        var (first, last) = Window(halfWidth);
        if (last - first < degree)
        {
            return null;
        }

        var window = valued[first..(last + 1)];
        double[]? levels = seeds.Count > 0 ? SeedBlocks.Levels([.. window.Select(rate => rate.Logs)]) : null;
        var points = window.SelectMany(rate => rate.Logs.Select((log, i) => (X: rate.Log, Y: log - (levels?[i] ?? 0)))).ToList();
        double[] weights = new double[points.Count];
        Array.Fill(weights, 1.0);
        return PolynomialFit.Of([.. points.Select(p => p.X)], [.. points.Select(p => p.Y)], weights, degree) is { } fit
            ? new RateParabola(fit, fit.DegreesOfFreedom - Math.Max(0, seeds.Count - 1))
            : null;
    }

    /// <summary>The best rate by the parabola of a window.</summary>
    /// <param name="halfWidth">Of the window.</param>
    /// <param name="variance">Of a training's ln loss; null where nothing tells it.</param>
    /// <param name="freedom">Of that variance.</param>
    /// <param name="level">Of the interval.</param>
    public BestRate Choose(double halfWidth, double? variance, int freedom, double level)
    {
        var known = new BestRate { Batch = Batch, Status = FitStatus.Failed, Rates = Rates, Trainings = Trainings, Diverged = Diverged, IsUsed = false };
        if (best < 0)
        {
            return known with { Remark = "every rate diverged" };
        }

        known = known with { Rate = Math.Exp(valued[best].Log), Loss = Math.Exp(valued[best].Logs.Average()) };
        if (valued.Length + (cliff is null ? 0 : 1) < 3)
        {
            return known with { Status = FitStatus.TooFewPoints, Remark = $"{valued.Length} {(valued.Length == 1 ? "rate has" : "rates have")} a loss, and a parabola needs three" };
        }

        return HasParabola ? Turning(known, Polynomial(halfWidth, 2)?.Fit, halfWidth, variance, freedom, level) : AtEnd(known, level);
    }

    /// <summary>
    /// The best rate of those tried is an end of them. A parabola through the last two turns beyond their middle, which is so a bound of it; where the next rate diverged, it lies
    /// between both, as likely anywhere.
    /// </summary>
    private BestRate AtEnd(BestRate known, double level)
    {
        if (best == 0)
        {
            return known with { Status = FitStatus.BoundHit, IsUsed = valued.Length > 1, Bound = RateBound.AtMost, Rate = Middle(0, Math.Min(1, valued.Length - 1)), Remark = "the lowest rate tried is the best of them" };
        }

        double middle = Math.Log(Middle(best - 1, best));
        if (cliff is not double diverged)
        {
            return known with { Status = FitStatus.BoundHit, IsUsed = true, Bound = RateBound.AtLeast, Rate = Math.Exp(middle), Remark = "the highest rate tried is the best of them" };
        }

        double width = diverged - middle, tails = (1 - level) / 2 * width;
        return known with
        {
            Status = FitStatus.Converged,
            IsUsed = true,
            RateInterval = new Interval(Math.Exp(middle + tails), Math.Exp(diverged - tails), level),
            LogError = width / Math.Sqrt(12),
            Remark = "the next rate above it diverged",
        };
    }

    private BestRate Turning(BestRate known, PolynomialFit? quadratic, double halfWidth, double? variance, int freedom, double level)
    {
        var (first, last) = Window(halfWidth);
        var vertex = quadratic?.Vertex() ?? default;
        if (quadratic is null || !vertex.IsMinimum || vertex.At < valued[first].Log || vertex.At > valued[last].Log)
        {
            return known with { Status = FitStatus.NotIdentified, Remark = "the losses are no valley over the rates" };
        }

        double at = vertex.At, bend = vertex.Steepness.Value;
        known = known with
        {
            Status = FitStatus.Converged,
            IsUsed = true,
            Rate = Math.Exp(at),
            Loss = Math.Exp(quadratic.At(at).Value),
            CostOfTwofold = Math.Exp(bend * Math.Log(2) * Math.Log(2)) - 1,
        };
        if (variance is not double noise)
        {
            return known with { Remark = "one training a rate and three rates: no interval" };
        }

        known = known with { LogError = Math.Sqrt(vertex.UnitVariance * noise) };
        if (vertex.Within(Student.Reach(freedom, Identifiability.Level), noise) is null)
        {
            return known with { Status = FitStatus.NotIdentified, IsUsed = false, RateInterval = new Interval(null, null, level), Remark = "the losses differ no more than trainings do" };
        }

        return vertex.Within(Student.Reach(freedom, level), noise) is var (low, high)
            ? known with { RateInterval = new Interval(Math.Exp(low), Math.Exp(high), level) }
            : known with { RateInterval = new Interval(null, null, level) };
    }

    private (int First, int Last) Window(double halfWidth)
    {
        int first = best - 1, last = best + 1;
        while (first > 0 && valued[best].Log - valued[first - 1].Log <= halfWidth + Same)
        {
            first--;
        }

        while (last < valued.Length - 1 && valued[last + 1].Log - valued[best].Log <= halfWidth + Same)
        {
            last++;
        }

        return (first, last);
    }

    /// <summary>ln loss of each block where seeds are blocks, the mean of its trainings, else of each training.</summary>
    private double[] Logs(List<RateMeasurement> rate) => seeds.Count == 0
        ? [.. rate.Select(training => Math.Log(training.Loss!.Value))]
        : [.. seeds.Select(seed => rate.Where(training => training.Seed == seed).Average(training => Math.Log(training.Loss!.Value)))];

    private double Middle(int low, int high) => Math.Exp((valued[low].Log + valued[high].Log) / 2);
}

/// <summary>Log loss over log rate.</summary>
/// <param name="Fit">The polynomial.</param>
/// <param name="Freedom">Degrees of freedom that its constants and the seeds' levels leave.</param>
internal sealed record RateParabola(PolynomialFit Fit, int Freedom);
