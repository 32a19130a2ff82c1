using EventHub.Postgres;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>Partitions of a subscription seen from psql.</summary>
public sealed class PartitionSqlTests : PostgresTest
{
    [Fact]
    public async Task What_is_owed_is_shown_once_however_many_partitions_there_are()
    {
        var store = await OpenAsync();
        await AppendAsync(store, Make.Events(5));
        await SubscribeAsync(store, partitions: 3);
        var leases = await store.Dispatches.AcquireLeasesAsync("a", TimeSpan.FromMinutes(1), 3, Cancel);
        await new Worker(store, leases[1]).SettleAsync([Make.Result(new DispatchKey(4, 1, 0))], floors: [new TrackFloor(0, 4, IsDone: false)]);
        await new Worker(store, leases[2]).SettleAsync(exceptions: [Make.Exception(new DispatchKey(2, 1, 0))], floors: [new TrackFloor(0, 3, IsDone: false)]);

        Assert.Equal("1:waiting 2:retrying 3:waiting 4:complete 5:waiting", await QueryAsync<string>("SELECT string_agg(sequence || ':' || coalesce(state, status), ' ' ORDER BY sequence) FROM eventhub.messages"));
    }

    [Fact]
    public async Task Another_ordering_key_set_in_psql_is_a_new_layout_and_another_name_is_not()
    {
        var store = await OpenAsync();
        await SubscribeAsync(store, partitions: 3);

        await ExecuteAsync("UPDATE eventhub.subscribers SET name = 'renamed'");
        Assert.Equal("1 of 3", await LayoutAsync());
        await ExecuteAsync("UPDATE eventhub.subscribers SET ordering_key = 'user_id'");

        Assert.Equal("3 of 3", await LayoutAsync());
        Assert.Equal([3, 3, 3], (await store.Dispatches.AcquireLeasesAsync("a", TimeSpan.FromMinutes(1), 10, Cancel)).Select(lease => lease.Layout));
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    private Task<string> LayoutAsync() => QueryAsync<string>("SELECT layout || ' of ' || partitions FROM eventhub_data.subscriptions");

    private static async Task SubscribeAsync(PostgresStore store, int partitions)
    {
        var subscription = Make.Subscription("s");
        subscription = subscription with { Delivery = subscription.Delivery with { Partitions = partitions } };
        Assert.NotNull(await store.Dispatches.SaveSubscriptionAsync(new SubscriptionChange { Subscription = subscription, ExpectedVersion = 0, StartAfter = 0 }, Cancel));
    }
}
