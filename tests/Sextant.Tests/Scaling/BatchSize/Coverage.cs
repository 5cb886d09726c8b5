using Sextant.Scaling;
using Xunit;

namespace Sextant.Tests.Scaling.BatchSize;

/// <summary>How often intervals hold what was planted, study after study.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<string, int> held = [];
    private readonly Dictionary<FitStatus, int> statuses = [];
    private int studies;

    /// <summary>Another study. An interval that is not there holds nothing.</summary>
    public void Add(FitStatus status, IReadOnlyDictionary<string, Interval> intervals, params (string Name, double Planted)[] planted)
    {
        studies++;
        statuses[status] = statuses.GetValueOrDefault(status) + 1;
        foreach (var (name, value) in planted)
        {
            bool holds = intervals.TryGetValue(name, out var interval) && !(interval.Low > value) && !(interval.High < value);
            held[name] = held.GetValueOrDefault(name) + (holds ? 1 : 0);
        }
    }

    public double Share(FitStatus status) => (double)statuses.GetValueOrDefault(status) / studies;

    /// <summary>Fails with all shares where one lies outside.</summary>
    public void Require(double low, double high)
    {
        string shares = string.Join(", ", held.Select(pair => $"{pair.Key} {(double)pair.Value / studies:P1}")) + $" of {studies}; " + string.Join(", ", statuses.Select(pair => $"{pair.Key} {pair.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(shares);
        Assert.True(held.Values.All(count => count >= low * studies && count <= high * studies), shares);
    }
}
