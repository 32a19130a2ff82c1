using EventHub.PostgresServer;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>Behind PgBouncer in transaction mode, where no two statements outside a transaction need meet the same session.</summary>
public sealed class PoolerTests : PostgresTest
{
    [Fact(Timeout = 300_000)]
    public async Task Two_nodes_behind_a_pooler_that_lends_connections_by_the_transaction_do_all_there_is_to_do()
    {
        var server = await TestServer.SharedAsync();
        var pooler = await TestPooler.StartAsync(server);
        var pooled = Database.Replace($"Port={server.Port}", $"Port={pooler.Port}", StringComparison.Ordinal);
        var seen = new RecordingObserver();
        var one = await OpenAsync(seen, o => o with { ConnectionString = pooled, EventsPerPartition = 100 });
        var two = await OpenAsync(options: o => o with { ConnectionString = pooled, EventsPerPartition = 100 });

        // Appends of both at once, with keys that are known and not; changes of subscriptions meanwhile.
        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    var request = new AppendRequest { Events = Make.Events(2), EventKeys = [Make.Key($"{i}"), null], Now = Make.Time };
                    await (n % 2 == 0 ? one : two).Log.AppendAsync(request, Cancel);
                    if (i == 10 && n < 4) await SubscribeAsync(n % 2 == 0 ? one : two, $"sub-{n}");
                }
            },
            Cancel)));
        const int head = (16 * 20) + 20;
        Assert.Equal(head, await QueryAsync<long>("SELECT head FROM eventhub_data.log"));

        // What the other committed is learned by polling: notifications do not come through.
        while (seen.Notices.OfType<SubscriptionVersion>().Count() < 4 || (await one.Log.GetStateAsync(Cancel)).Head < head) await seen.WaitAsync(Cancel);
        EventAssert.Sequences(Enumerable.Range(1, head).Select(n => (long)n), (await one.Log.ReadAsync(0, 1000, long.MaxValue, null, Cancel)).Events);

        // Leases, settlements, the journal, retention.
        var leases = await one.Dispatches.AcquireLeasesAsync("one", TimeSpan.FromMinutes(1), 2, Cancel);
        var others = await two.Dispatches.AcquireLeasesAsync("two", TimeSpan.FromMinutes(1), 10, Cancel);
        Assert.Equal([1, 2, 3, 4], leases.Concat(others).Select(lease => lease.SubscriptionKey).Order());
        await Task.WhenAll(leases.Select(lease => new Worker(one, lease)).Concat(others.Select(lease => new Worker(two, lease))).Select(async worker =>
        {
            for (var n = 301; n <= 320; n++) await worker.CompleteAsync(n);
            await worker.FailAsync(330);
            Assert.Equal(20 + 1, (await worker.LoadAsync()).EndedAboveFloor.Count(key => key.Sequence > 300));
        }));
        Assert.Equal(4, (await two.Journal.QueryAsync(new DispatchQuery { DeadLettersOnly = true, Limit = 10 }, Cancel)).Count);
        Assert.True(await one.Log.TrimAsync(200, Make.Time, Cancel) > 0);
        Assert.Empty(await two.CheckAsync(Cancel));

        await one.DisposeAsync();
        await two.DisposeAsync();
        await pooler.RemoveAsync();
    }

    private static async Task<SubscriptionVersion> SubscribeAsync(EventHub.Postgres.PostgresStore store, string id) => (await store.Dispatches.SaveSubscriptionAsync(
        new SubscriptionChange { Subscription = Make.Subscription(id), ExpectedVersion = 0, StartAfter = 0 }, Cancel))!;
}
