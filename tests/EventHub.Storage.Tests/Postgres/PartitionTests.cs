using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

public sealed class PartitionTests : PostgresTest
{
    private const string Partitions = "SELECT string_agg(first || '-' || until, ' ' ORDER BY first) FROM eventhub_data.partitions";

    [Fact]
    public async Task An_append_that_finds_its_partitions_missing_makes_them()
    {
        var store = await OpenAsync(options: o => o with { EventsPerPartition = 10 });

        Assert.Equal(95, (await AppendAsync(store, Make.Events(95))).Events[^1].Sequence);

        EventAssert.Sequences(Enumerable.Range(1, 95).Select(n => (long)n), (await store.Log.ReadAsync(0, 1000, long.MaxValue, null, Cancel)).Events);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_partition_is_made_before_it_is_needed()
    {
        var store = await OpenAsync(options: o => o with { EventsPerPartition = 100 });
        for (var n = 0; n < 30; n++) await AppendAsync(store, Make.Events(10));
        await store.DisposeAsync();

        Assert.StartsWith("1-101 101-201 201-301 301-401", await QueryAsync<string>(Partitions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_with_partitions_of_different_sizes_share_a_log()
    {
        var small = await OpenAsync(options: o => o with { EventsPerPartition = 7 });
        var large = await OpenAsync(options: o => o with { EventsPerPartition = 50 });

        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Task.Run(() => AppendAsync(n % 2 == 0 ? small : large, Make.Events(5)), Cancel)));

        Assert.Equal(200, await QueryAsync<long>("SELECT count(*) FROM eventhub_data.events"));
        Assert.Empty(await small.CheckAsync(Cancel));
    }

    [Fact]
    public async Task Retention_drops_whole_partitions_and_keeps_of_them_what_is_still_referred_to()
    {
        var store = await OpenAsync(options: o => o with { EventsPerPartition = 10 });
        await AppendAsync(store, Make.Events(35));
        var key = (await store.Dispatches.SaveSubscriptionAsync(
            new SubscriptionChange { Subscription = Make.Subscription("s"), ExpectedVersion = 0, StartAfter = 0 }, Cancel))!.Key;
        var worker = new Worker(store, Assert.Single(await store.Dispatches.AcquireLeasesAsync("w", TimeSpan.FromMinutes(1), 1, Cancel)));
        await worker.CompleteAsync(1, 2, 3, 11, 25);
        await worker.FailAsync(4);
        await worker.HoldAsync(15);

        // 20 of the first two partitions without the two that are held; the third, all of which is not behind yet, waits.
        Assert.Equal(18, await store.Log.TrimAsync(27, Make.Time, Cancel));

        Assert.Equal((35L, 20L), ((await store.Log.GetStateAsync(Cancel)).Head, (await store.Log.GetStateAsync(Cancel)).Trimmed));
        EventAssert.Sequences([4, 15, 21], await store.Log.GetAsync([3, 4, 15, 16, 21], Cancel));
        Assert.Equal([new(4, key, 0), new(15, key, 0), new DispatchKey(25, key, 0)],
            (await store.Journal.QueryAsync(new DispatchQuery { Limit = 100 }, Cancel)).Select(record => record.Key));
        Assert.Equal("21-31", (await QueryAsync<string>(Partitions)).Split(' ')[0]);
        Assert.Equal(2, await QueryAsync<long>("SELECT count(*) FROM eventhub_data.events_kept"));
        Assert.Empty(await store.CheckAsync(Cancel));

        // What is held no more goes with the next run, from among the kept.
        await store.Journal.DismissDeadLettersAsync([new DispatchKey(4, key, 0)], Cancel);
        Assert.Equal(11, await store.Log.TrimAsync(30, Make.Time, Cancel));
        EventAssert.Sequences([15], await store.Log.GetAsync([4, 15], Cancel));
        await worker.SettleAsync([Make.Result(worker.Key(15), endsException: true)]);
        Assert.Empty(await store.CheckAsync(Cancel));
    }

    [Fact]
    public async Task A_partition_somebody_reads_is_left_for_the_next_run_and_nobody_waits()
    {
        var store = await OpenAsync(options: o => o with { EventsPerPartition = 10 });
        await AppendAsync(store, Make.Events(25));
        await using var reader = new Npgsql.NpgsqlConnection(Database);
        await reader.OpenAsync(Cancel);
        await using (var reading = await reader.BeginTransactionAsync(Cancel))
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT count(*) FROM eventhub_data.events", reader);
            await command.ExecuteScalarAsync(Cancel);

            Assert.Equal(0, await store.Log.TrimAsync(10, Make.Time, Cancel));
            Assert.Equal(26, (await AppendAsync(store, Make.Event())).Events[0].Sequence);
        }

        Assert.Equal(10, await store.Log.TrimAsync(10, Make.Time, Cancel));
    }
}
