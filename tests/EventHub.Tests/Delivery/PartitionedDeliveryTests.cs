using System.Collections.Concurrent;
using System.Globalization;
using EventHub.Delivery.Destinations;
using EventHub.Hosting;
using EventHub.Journal;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests.Delivery;

/// <summary>A subscription with partitions, whole: from publish to journal, while their number changes.</summary>
public sealed class PartitionedDeliveryTests
{
    public static TheoryData<string> Stores => TestHub.Stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Order_per_key_holds_and_nothing_is_lost_while_the_number_of_partitions_changes(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        var watch = new KeyWatch(request => request.Event.UserId);
        var failures = new ConcurrentDictionary<long, int>();
        hub.Destination.Answer = (request, _) => watch.AttemptAsync(
            request, request.Event.Sequence % 7 == 0 && failures.AddOrUpdate(request.Event.Sequence, 1, static (_, n) => n + 1) < 3 ? AttemptKind.Failed : AttemptKind.Complete);
        await hub.SubscribeAsync("s", "*", s => s with
        {
            Delivery = s.Delivery with { OrderingKey = "user_id", Partitions = 3, Retry = new RetrySettings { Limit = 5, Schedule = [TimeSpan.FromMilliseconds(20)] } },
        });

        foreach (var partitions in new[] { 5, 1, 64, 2 })
        {
            for (var n = 0; n < 40; n++) await hub.PublishAsync("a", change: e => e with { UserId = (n % 8).ToString(CultureInfo.InvariantCulture) });
            await hub.ChangeAsync("s", s => s with { Delivery = s.Delivery with { Partitions = partitions } });
        }

        await Eventually.IsTrueAsync(async () => (await CompleteAsync(hub)).Count == 160);
        Assert.Equal(0, watch.Overlaps);
        Assert.Equal(Enumerable.Range(1, 160).Select(n => (long)n), (await CompleteAsync(hub)).Select(record => record.Key.Sequence));
        Assert.All(watch.Completed, key => Assert.Equal(Enumerable.Range(0, 20).Select(n => (n * 8L) + long.Parse(key.Key, CultureInfo.InvariantCulture) + 1), key.Value));
        Assert.All(hub.Destination.Requests.GroupBy(request => (request.DispatchId, request.Attempt)), same => Assert.Single(same));
    }

    [Fact]
    public async Task Each_partition_delivers_while_another_is_held_up()
    {
        await using var hub = await TestHub.StartAsync();
        var held = new TaskCompletionSource();
        hub.Destination.Answer = async (request, _) =>
        {
            if (request.Event.UserId == "slow") await held.Task;
            return new AttemptOutcome(AttemptKind.Complete);
        };
        // One attempt at a time in each partition.
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { OrderingKey = "user_id", Partitions = 4, Concurrency = 4 } });
        await hub.PublishAsync("a", change: e => e with { UserId = "slow" });
        var other = Enumerable.Range(0, 100).Select(n => $"u{n}").First(user => Partitions.Of(user, 0, 4) != Partitions.Of("slow", 0, 4));

        await hub.DispatchAsync(await hub.PublishAsync("a", change: e => e with { UserId = other }), DispatchStatus.Complete);

        held.SetResult();
        await Eventually.IsTrueAsync(async () => (await CompleteAsync(hub)).Count == 2);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Replays_and_redrives_reach_each_event_once_also_after_the_ordering_key_has_changed(string store)
    {
        await using var hub = await TestHub.StartAsync(store, new HubOptions { BatchSize = 3 });
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected, "no");
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { OrderingKey = "user_id", Partitions = 4 } });
        for (var n = 0; n < 30; n++) await hub.PublishAsync(n % 2 == 0 ? "a" : "b", change: e => e with { UserId = $"u{n % 5}" });
        await Eventually.IsTrueAsync(async () => (await hub.DeadLettersAsync()).Count == 30);
        hub.Destination.AlwaysAnswer(AttemptKind.Complete, null);

        await hub.Pipeline.Journal.RedriveAllAsync(new DeadLetterFilter(), Token);
        await hub.ChangeAsync("s", s => s with { Delivery = s.Delivery with { OrderingKey = "type" } });
        await hub.Pipeline.Subscriptions.ReplayAsync("s", 1, 30, Token);
        await hub.ChangeAsync("s", s => s with { Delivery = s.Delivery with { OrderingKey = "user_id", Partitions = 2 } });

        await Eventually.IsTrueAsync(async () => (await CompleteAsync(hub)).Count == 60);
        Assert.All((await CompleteAsync(hub)).GroupBy(record => record.Key.Generation), same => Assert.Equal(30, same.Select(record => record.Key.Sequence).Distinct().Count()));
    }

    [Fact]
    public async Task Partitions_share_the_subscriptions_concurrency()
    {
        await using var hub = await TestHub.StartAsync();
        var (inFlight, most) = (0, 0);
        var release = new TaskCompletionSource();
        hub.Destination.Answer = async (_, _) =>
        {
            var now = Interlocked.Increment(ref inFlight);
            InterlockedMax(ref most, now);
            await release.Task;
            Interlocked.Decrement(ref inFlight);
            return new AttemptOutcome(AttemptKind.Complete);
        };
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Partitions = 3, Concurrency = 5 } });
        for (var n = 0; n < 100; n++) await hub.PublishAsync("a");

        await Eventually.IsTrueAsync(() => Volatile.Read(ref inFlight) == 5);
        release.SetResult();
        await Eventually.IsTrueAsync(async () => (await CompleteAsync(hub)).Count == 100);
        Assert.Equal(5, most);
    }

    private static async Task<IReadOnlyList<DispatchRecord>> CompleteAsync(TestHub hub) =>
        await hub.Store.Journal.QueryAsync(new DispatchQuery { Statuses = [DispatchStatus.Complete], Limit = 1000 }, Token);

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
