using EventHub.Events;
using EventHub.Postgres;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Storage.Tests.Postgres;

/// <summary>Several processes on one database, as several stores: what each is told of the others.</summary>
public sealed class NodesTests : PostgresTest
{
    [Fact(Timeout = 300_000)]
    public async Task A_node_is_told_of_what_others_commit_in_the_order_of_the_log()
    {
        var seen = new RecordingObserver();
        await OpenAsync(seen);
        var other = await OpenAsync();
        await AppendAsync(other, Make.Events(3));
        var created = await SubscribeAsync(other, "a");
        await AppendAsync(other, Make.Events(2));
        await other.Journal.AddTrackAsync(created.Key, 0, 3, Cancel);

        await UntilAsync(seen, () => seen.Notices.OfType<int>().Any() && HeadOf(seen) == 5);

        Assert.Equal(created, Assert.Single(seen.Notices.OfType<SubscriptionVersion>()), (left, right) => left.Version == right.Version && left.Key == right.Key);
        var told = seen.Notices.TakeWhile(notice => notice is not SubscriptionVersion).OfType<long>().LastOrDefault();
        Assert.Equal(created.EffectiveAfter, told);
    }

    [Fact(Timeout = 300_000)]
    public async Task Nodes_that_append_at_once_make_one_dense_log_and_each_learns_the_whole_of_it()
    {
        var observers = Enumerable.Range(0, 3).Select(_ => new RecordingObserver()).ToList();
        var nodes = new List<IHubStore>();
        foreach (var observer in observers) nodes.Add(await OpenAsync(observer));

        var sequences = await Task.WhenAll(Enumerable.Range(0, 24).Select(n => Task.Run(
            async () =>
            {
                var own = new List<long>();
                for (var i = 0; i < 20; i++) own.AddRange((await AppendAsync(nodes[n % 3], Make.Events(2))).Events.Select(e => e.Sequence));
                return own;
            },
            Cancel)));

        Assert.Equal(Enumerable.Range(1, 24 * 40).Select(n => (long)n), sequences.SelectMany(own => own).Order());
        foreach (var observer in observers)
        {
            await UntilAsync(observer, () => HeadOf(observer) == 24 * 40);
            Assert.Equal(0, observer.Overlaps);
            var heads = observer.Notices.Select(notice => notice is IReadOnlyList<Event> events ? events[^1].Sequence : (long)notice).ToList();
            Assert.Equal(heads.Order(), heads);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_change_by_one_node_takes_effect_at_the_same_place_of_the_log_for_all()
    {
        var observers = new[] { new RecordingObserver(), new RecordingObserver() };
        var nodes = new[] { await OpenAsync(observers[0]), await OpenAsync(observers[1]) };
        var appending = Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(
            async () =>
            {
                for (var i = 0; i < 40; i++) await AppendAsync(nodes[n % 2], Make.Event());
            },
            Cancel)));
        for (var n = 0; n < 10; n++) await SubscribeAsync(nodes[n % 2], $"sub-{n}");
        await appending;

        foreach (var observer in observers)
        {
            await UntilAsync(observer, () => HeadOf(observer) == 320 && observer.Notices.OfType<SubscriptionVersion>().Count() == 10);
            var head = 0L;
            foreach (var notice in observer.Notices)
            {
                if (notice is IReadOnlyList<Event> events) head = events[^1].Sequence;
                else if (notice is long moved) head = moved;
                else if (notice is SubscriptionVersion version) Assert.Equal(head, version.EffectiveAfter);
            }
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_lease_of_a_node_is_taken_over_by_another_only_once_it_has_expired()
    {
        var nodes = new[] { await OpenAsync(), await OpenAsync() };
        await SubscribeAsync(nodes[0], "a");
        var first = Assert.Single(await nodes[0].Dispatches.AcquireLeasesAsync("one", TimeSpan.FromMinutes(5), 1, Cancel));
        Assert.Empty(await nodes[1].Dispatches.AcquireLeasesAsync("two", TimeSpan.FromMinutes(1), 1, Cancel));

        // Renewed for less than it was good for: by the last word of the one that has it.
        await nodes[0].Dispatches.AcquireLeasesAsync("one", TimeSpan.FromSeconds(1), 1, Cancel);
        IReadOnlyList<Lease> taken;
        while ((taken = await nodes[1].Dispatches.AcquireLeasesAsync("two", TimeSpan.FromMinutes(1), 1, Cancel)).Count == 0) await Task.Yield();

        Assert.True(taken[0].Token > first.Token);
        Assert.False(await new Worker(nodes[0], first).TrySettleAsync());
        Assert.True(await new Worker(nodes[1], taken[0]).TrySettleAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task Broken_connections_heal_and_lose_nothing()
    {
        var seen = new RecordingObserver();
        var watching = await OpenAsync(seen);
        var writing = await OpenAsync();
        var appended = 0L;
        for (var round = 0; round < 5; round++)
        {
            await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            for (var n = 0; n < 10;)
            {
                try
                {
                    appended = (await AppendAsync(writing, Make.Event())).Events[0].Sequence;
                    n++;
                }
                catch (StorageException e) when (e.Failure is StorageFailure.CommitFailed or StorageFailure.Unavailable)
                {
                    await Task.Yield();
                }
            }
        }

        await UntilAsync(seen, () => HeadOf(seen) >= appended);
        Assert.Empty(await watching.CheckAsync(Cancel));
        Assert.True(appended >= 50);
    }

    private static long HeadOf(RecordingObserver observer) =>
        observer.Notices.Reverse().Select(notice => notice is IReadOnlyList<Event> events ? events[^1].Sequence : notice as long?).FirstOrDefault(head => head is not null) ?? 0;

    private static async Task UntilAsync(RecordingObserver observer, Func<bool> isDone)
    {
        while (!isDone()) await observer.WaitAsync(Cancel);
    }

    private static async Task<SubscriptionVersion> SubscribeAsync(PostgresStore store, string id) => (await store.Dispatches.SaveSubscriptionAsync(
        new SubscriptionChange { Subscription = Make.Subscription(id), ExpectedVersion = 0 }, Cancel))!;
}
