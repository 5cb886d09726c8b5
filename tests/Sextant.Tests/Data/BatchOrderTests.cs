using Sextant.Data;
using Xunit;

namespace Sextant.Tests.Data;

public sealed class BatchOrderTests
{
    [Fact]
    public void A_group_stays_in_one_batch_though_the_last_one_is_not_full()
    {
        var order = BatchOrder.Groups(count: 42, size: 8, group: 4, fromEpoch: 1, seed: 3);
        Assert.Equal(6, order.Batches);
        for (int epoch = 0; epoch < 20; epoch++)
        {
            int[][] batches = order.Epoch(epoch);
            Assert.Equal(Enumerable.Range(0, 42), batches.SelectMany(batch => batch).Order());
            var batchesOf = batches.Index().SelectMany(batch => batch.Item.Select(example => (Group: example / 4, batch.Index))).ToLookup(pair => pair.Group, pair => pair.Index);
            Assert.Equal(epoch > 0, batchesOf.All(group => group.Distinct().Count() == 1));
        }

        Assert.NotEqual(order.Epoch(1)[0], order.Epoch(2)[0]);
    }
}
