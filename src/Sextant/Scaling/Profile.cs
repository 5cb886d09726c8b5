using MathNet.Numerics.Distributions;

namespace Sextant.Scaling;

/// <summary>A point of a profile.</summary>
/// <param name="X">log10 of what the profile is drawn over, N or D.</param>
/// <param name="Other">log10 of the other one.</param>
/// <param name="Loss">Nats a token.</param>
/// <param name="Weight">Of its squared residual.</param>
/// <param name="Unit">The number of the training it comes from.</param>
internal readonly record struct ProfilePoint(double X, double Other, double Loss, double Weight, int Unit);

/// <summary>Losses at one compute over log N or log D, and the quadratic through those of a window.</summary>
internal sealed class Profile
{
    /// <summary>Sizes closer than this are one size, in decades.</summary>
    private const double SameSize = 1e-9;

    private readonly ProfilePoint[] all;

    /// <summary>Where each size begins in <see cref="all"/>, and its end.</summary>
    private readonly List<int> starts;

    private Profile(double flops, ProfilePoint[] all, List<int> starts)
    {
        Flops = flops;
        this.all = all;
        this.starts = starts;
    }

    public double Flops { get; }

    public int Points => all.Length;

    /// <summary>The points of the window, by size.</summary>
    public ProfilePoint[] Window { get; private set; } = [];

    /// <summary>Null where there are fewer than three sizes.</summary>
    public PolynomialFit? Quadratic { get; private set; }

    public Vertex Vertex { get; private set; }

    public FitStatus Status { get; private set; } = FitStatus.TooFewPoints;

    /// <summary>Whether its vertex takes part in the line.</summary>
    public bool Usable => Status == FitStatus.Converged;

    public int Sizes => starts.Count - 1;

    public static Profile Of(double flops, IEnumerable<ProfilePoint> points, ProfileWindow window)
    {
        ProfilePoint[] all = [.. points];
        Array.Sort(all, (a, b) => a.X.CompareTo(b.X));
        List<int> starts = [];
        for (int i = 0; i < all.Length; i++)
        {
            if (i == 0 || all[i].X - all[starts[^1]].X > SameSize)
            {
                starts.Add(i);
            }
        }

        starts.Add(all.Length);
        var profile = new Profile(flops, all, starts);
        switch (window)
        {
            case ProfileWindow.Local local:
                profile.Centre(local);
                break;
            default:
                profile.Take(0, profile.Sizes);
                break;
        }

        return profile;
    }

    /// <summary>The vertex through the <paramref name="sizes"/> sizes nearest to this profile's minimum; null where it has none inside them.</summary>
    public double? VertexOfNearest(int sizes)
    {
        var other = new Profile(Flops, all, starts);
        other.Centre(new ProfileWindow.Local(0, sizes));
        return other.Usable ? other.Vertex.At : null;
    }

    /// <summary>log10 of the other variable at <paramref name="x"/>: a line through the window, exact where C is proportional to ND.</summary>
    public double? Other(double x) =>
        PolynomialFit.Of([.. Window.Select(p => p.X)], [.. Window.Select(p => p.Other)], [.. Window.Select(_ => 1.0)], 1)?.At(x).Value;

    /// <summary>The least loss of the quadratic.</summary>
    public double Lowest => Quadratic!.At(Vertex.At).Value;

    /// <summary>A cubic against the quadratic, in the window or through all points.</summary>
    public LackOfFit? LackOfFit(bool throughAll)
    {
        var points = throughAll ? all : Window;
        var quadratic = throughAll ? Fit(all, 2) : Quadratic;
        if (quadratic is null || Fit(points, 3) is not { DegreesOfFreedom: > 0 } cubic || !(cubic.ResidualSumOfSquares > 0))
        {
            return null;
        }

        double f = Math.Max(0, (quadratic.ResidualSumOfSquares - cubic.ResidualSumOfSquares) / (cubic.ResidualSumOfSquares / cubic.DegreesOfFreedom));
        return new LackOfFit(f, cubic.DegreesOfFreedom, 1 - FisherSnedecor.CDF(1, cubic.DegreesOfFreedom, f));
    }

    private static PolynomialFit? Fit(ProfilePoint[] points, int degree)
    {
        double[] x = new double[points.Length], y = new double[points.Length], weights = new double[points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            (x[i], y[i], weights[i]) = (points[i].X, points[i].Loss, points[i].Weight);
        }

        return PolynomialFit.Of(x, y, weights, degree);
    }

    private void Centre(ProfileWindow.Local local)
    {
        if (all.Length == 0)
        {
            return;
        }

        double centre = all.MinBy(point => point.Loss).X;
        HashSet<(int, int)> seen = [];
        while (true)
        {
            var (first, last) = Nearest(centre, local);
            if (!seen.Add((first, last)))
            {
                return;
            }

            Take(first, last);
            if (Status is not (FitStatus.Converged or FitStatus.BoundHit))
            {
                return;
            }

            centre = Math.Clamp(Vertex.At, all[0].X, all[^1].X);
        }
    }

    /// <summary>Sizes first to last - 1: those within the width of the centre, or the nearest where these are too few.</summary>
    private (int First, int Last) Nearest(double centre, ProfileWindow.Local local)
    {
        double X(int size) => all[starts[size]].X;
        int first = 0, high = Sizes;
        while (first < high)
        {
            int middle = (first + high) / 2;
            (first, high) = X(middle) < centre ? (middle + 1, high) : (first, middle);
        }

        int last = first;
        while (first > 0 || last < Sizes)
        {
            bool left = last == Sizes || (first > 0 && centre - X(first - 1) <= X(last) - centre);
            double distance = left ? centre - X(first - 1) : X(last) - centre;
            if (last - first >= local.AtLeast && distance > local.HalfWidth)
            {
                break;
            }

            (first, last) = left ? (first - 1, last) : (first, last + 1);
        }

        return (first, last);
    }

    private void Take(int first, int last)
    {
        Window = all[starts[first]..starts[last]];
        Quadratic = last - first >= 3 ? Fit(Window, 2) : null;
        Status = FitStatus.TooFewPoints;
        if (Quadratic is not null)
        {
            Vertex = Quadratic.Vertex();
            Status = !Vertex.IsMinimum ? FitStatus.Failed : Vertex.At < Window[0].X || Vertex.At > Window[^1].X ? FitStatus.BoundHit : FitStatus.Converged;
        }
    }
}
