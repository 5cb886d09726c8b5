using Sextant.Matching;
using Xunit;

namespace Sextant.Tests.Matching;

public sealed class OrderedWorkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void What_is_made_comes_in_order_and_no_further_ahead_than_allowed(int workers)
    {
        int begun = 0, taken = 0;
        foreach (int made in OrderedWork.Run(Enumerable.Range(0, 200), workers, 7, Make, TestContext.Current.CancellationToken))
        {
            Assert.Equal(taken, made);
            Assert.InRange(begun - taken, 1, 7);
            taken++;
        }

        Assert.Equal(200, taken);

        int Make(int i)
        {
            Interlocked.Increment(ref begun);
            Thread.SpinWait(i % 5 * 2000);
            return i;
        }
    }

    [Fact]
    public void A_fault_reaches_who_takes_it() =>
        Assert.Throws<InvalidOperationException>(() => OrderedWork.Run(Enumerable.Range(0, 50), 2, 5, i => i == 3 ? throw new InvalidOperationException() : i, TestContext.Current.CancellationToken).Sum());
}
