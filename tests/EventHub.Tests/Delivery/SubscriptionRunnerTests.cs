using System.Collections.Concurrent;
using System.Globalization;
using EventHub.Delivery.Destinations;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Delivery;

/// <summary>What becomes of a subscription's events, whole: from publish to journal.</summary>
public sealed class SubscriptionRunnerTests
{
    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string> Stores => TestHub.Stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_failed_attempt_is_made_again_when_the_schedule_says(string store)
    {
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, _clock);
        var times = new ConcurrentQueue<DateTimeOffset>();
        hub.Destination.Answer = (request, _) =>
        {
            times.Enqueue(_clock.GetUtcNow());
            return new(new AttemptOutcome(request.Attempt < 4 ? AttemptKind.Failed : AttemptKind.Complete, request.Attempt < 4 ? 503 : 200));
        };
        // Nothing else of the hub is due in just these times.
        await hub.SubscribeAsync("s", "*", Retry(3, 7, 31));
        var published = await hub.PublishAsync("a");
        foreach (var seconds in new[] { 7, 31, 31 }) await _clock.AdvanceOnceDueInAsync(TimeSpan.FromSeconds(seconds));
        await Eventually.IsTrueAsync(() => times.Count == 4);
        Assert.Equal([0, 7, 38, 69], times.Select(time => (time - Make.Time).TotalSeconds));
        var dispatch = await hub.DispatchAsync(published, DispatchStatus.Complete);
        Assert.Equal(4, dispatch.AttemptCount);
        Assert.Single(hub.Destination.Requests.Select(r => r.DispatchId).Distinct());
        var details = await hub.Pipeline.Journal.FindAsync(dispatch.Id, Token);
        Assert.Equal([(1, 503, "http_error"), (2, 503, "http_error"), (3, 503, "http_error"), (4, 200, "complete")], details!.Attempts.Select(a => (a.Number, a.HttpStatus!.Value, a.Outcome)));
    }

    [Fact]
    public async Task A_delayed_event_is_not_delivered_before_it_is_that_old()
    {
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions, _clock);
        DateTimeOffset? at = null;
        hub.Destination.Answer = (_, _) =>
        {
            at = _clock.GetUtcNow();
            return new(new AttemptOutcome(AttemptKind.Complete));
        };
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Delay = TimeSpan.FromSeconds(60) } });
        await hub.PublishAsync("a");
        await _clock.AdvanceOnceDueInAsync(TimeSpan.FromSeconds(60));
        await hub.Destination.WaitForAsync(1);
        Assert.Equal(60, (at!.Value - Make.Time).TotalSeconds);
    }

    [Theory]
    [InlineData(AttemptKind.Rejected, DispatchStatus.Failed)]
    [InlineData(AttemptKind.Gone, DispatchStatus.Failed)]
    [InlineData(AttemptKind.Misconfigured, DispatchStatus.Misconfigured)]
    public async Task What_is_refused_for_good_is_a_dead_letter_at_once(AttemptKind kind, DispatchStatus status)
    {
        await using var hub = await TestHub.StartAsync();
        hub.Destination.AlwaysAnswer(kind, "no");
        await hub.SubscribeAsync("s", "*");
        var dispatch = await hub.DispatchAsync(await hub.PublishAsync("a"), status);
        Assert.Equal((1, "no"), (dispatch.AttemptCount, dispatch.LastError));
        Assert.Equal("no", Assert.Single(await hub.DeadLettersAsync()).Reason);
        Assert.Equal(kind != AttemptKind.Gone, hub.Pipeline.Subscriptions.Find("s")!.Subscription.Active);
    }

    [Fact]
    public async Task After_410_later_events_are_skipped()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Destination.AlwaysAnswer(AttemptKind.Gone);
        await hub.SubscribeAsync("s", "*");
        await hub.DispatchAsync(await hub.PublishAsync("a"), DispatchStatus.Failed);
        var later = await hub.DispatchesAsync(await hub.PublishAsync("a"));
        Assert.Equal("s", Assert.Single(later.Skipped).SubscriptionId);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task One_key_is_delivered_in_order_through_failures_and_no_key_waits_for_nobody(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        var watch = new KeyWatch(Key);
        hub.Destination.Answer = (request, _) => watch.AttemptAsync(request, request.Attempt == 1 && request.Event.Sequence % 3 == 0 ? AttemptKind.Failed : AttemptKind.Complete);
        await hub.SubscribeAsync("s", "*", s => s with
        {
            Delivery = s.Delivery with { OrderingKey = "$.order.id", Retry = new RetrySettings { Schedule = null, Constant = TimeSpan.Zero } },
        });
        for (var i = 0; i < 60; i++) await hub.PublishAsync("a", $"{{\"order\":{{\"id\":{(i % 4 == 3 ? "null" : (i % 4).ToString(CultureInfo.InvariantCulture))}}}}}");
        await hub.Destination.WaitForAsync(80);
        foreach (var key in new[] { "0", "1", "2" }) Assert.Equal(watch.Completed[key].Order(), watch.Completed[key]);
        Assert.Equal(60, watch.Completed.Values.Sum(q => q.Count));
        Assert.True(watch.Completed.ContainsKey(""));

        static string? Key(DeliveryRequest request) =>
            System.Text.Json.JsonDocument.Parse(request.Event.Payload).RootElement.GetProperty("order").GetProperty("id") is { ValueKind: System.Text.Json.JsonValueKind.Number } id ? id.GetRawText() : null;
    }

    [Fact]
    public async Task Events_without_a_key_value_do_not_wait_for_one_another()
    {
        await using var hub = await TestHub.StartAsync();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Destination.Answer = async (_, _) =>
        {
            await release.Task;
            return new AttemptOutcome(AttemptKind.Complete);
        };
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { OrderingKey = "user_id" } });
        for (var i = 0; i < 3; i++) await hub.PublishAsync("a");
        for (var i = 0; i < 3; i++) await hub.PublishAsync("a", change: e => e with { UserId = "u" });
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 4);
        release.SetResult();
        await hub.Destination.WaitForAsync(6);
        Assert.Equal([4, 5, 6], hub.Destination.Requests.Where(r => r.Event.UserId == "u").Select(r => (int)r.Event.Sequence));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_replay_keeps_the_order_of_each_key_and_never_has_two_in_flight(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        var watch = new KeyWatch(r => r.Event.UserId);
        hub.Destination.Answer = (request, _) => watch.AttemptAsync(request, AttemptKind.Complete);
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { OrderingKey = "user_id" } });
        for (var i = 0; i < 30; i++) await hub.PublishAsync("a", change: e => e with { UserId = $"u{i % 3}" });
        await hub.Destination.WaitForAsync(30);
        await hub.Pipeline.Subscriptions.ReplayAsync("s", 1, 30, Token);
        for (var i = 0; i < 30; i++) await hub.PublishAsync("a", change: e => e with { UserId = $"u{i % 3}" });
        await hub.Destination.WaitForAsync(90);
        Assert.Equal(0, watch.Overlaps);
        foreach (var (key, completed) in watch.Completed)
        {
            var again = completed.GroupBy(sequence => sequence).Where(g => g.Count() == 2).Select(g => g.Key).Order().ToList();
            Assert.Equal(10, again.Count);
            Assert.Equal(completed.Where(s => s > 30).Order(), completed.Where(s => s > 30));
            Assert.Equal(again, completed.Reverse().Where(s => s <= 30).Distinct().Reverse());
        }
    }

    [Fact]
    public async Task A_bug_in_a_client_is_a_failed_attempt_and_no_more()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Destination.Answer = (request, _) => request.Event.Type == "bad" ? throw new InvalidOperationException("bug") : new(new AttemptOutcome(AttemptKind.Complete));
        await hub.SubscribeAsync("s", "*", Retry(0, 0));
        var bad = await hub.DispatchAsync(await hub.PublishAsync("bad"), DispatchStatus.Failed);
        Assert.Contains("InvalidOperationException", bad.LastError, StringComparison.Ordinal);
        await hub.DispatchAsync(await hub.PublishAsync("good"), DispatchStatus.Complete);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_is_offered_the_settlement_again()
    {
        var failures = 3;
        var store = new GatedStore(new MemoryStore(_clock, new Random(1)));
        store.BeforeSettle = _ => Interlocked.Decrement(ref failures) >= 0 ? throw new StorageException(StorageFailure.Unavailable, "away") : Task.CompletedTask;
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions, _clock, store);
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        await Eventually.IsTrueAsync(async () => (await hub.DispatchesAsync(published)).Dispatches is [{ Status: DispatchStatus.Complete }], _clock);
        Assert.Single(hub.Destination.Requests);
        Assert.Single(store.Settled.SelectMany(s => s.Results));
    }

    [Fact]
    public async Task A_settlement_of_unknown_outcome_is_read_from_the_store_and_not_repeated()
    {
        var failures = 1;
        var store = new GatedStore(new MemoryStore(_clock, new Random(1)));
        store.AfterSettle = _ => Interlocked.Decrement(ref failures) >= 0 ? throw new StorageException(StorageFailure.CommitFailed, "who knows") : Task.CompletedTask;
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions, _clock, store);
        await hub.SubscribeAsync("s", "*");
        await hub.PublishAsync("a", "1");
        await Eventually.IsTrueAsync(() => store.Settled.Count == 1);
        await hub.PublishAsync("a", "2");
        await Eventually.IsTrueAsync(() => store.Settled.SelectMany(s => s.Results).Count() == 2, _clock);
        Assert.Equal(["1", "2"], hub.Destination.Payloads);
    }

    [Fact]
    public async Task A_destination_that_is_down_is_probed_and_its_backlog_delivered_when_it_is_back()
    {
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions with { BreakerThreshold = 3, BreakerProbeDelay = TimeSpan.FromSeconds(5) }, _clock);
        var isDown = true;
        hub.Destination.Answer = (_, _) => new(new AttemptOutcome(Volatile.Read(ref isDown) ? AttemptKind.NetworkError : AttemptKind.Complete));
        await hub.SubscribeAsync("s", "*", s => OneByOne(Retry(100, 1)(s)));
        for (var i = 0; i < 50; i++) await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(3);
        // Probes 5 and then 10 s later; without a breaker there would have been an attempt each time one was due.
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 5, _clock);
        Assert.True(_clock.GetUtcNow() - Make.Time >= TimeSpan.FromSeconds(15));
        Volatile.Write(ref isDown, false);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Journal.GetCountsAsync(Token)) is [{ Floor: 50, Exceptions: 0 }], _clock, TimeSpan.FromSeconds(1));
        Assert.Equal(50, hub.Destination.Requests.Select(r => r.Event.Id).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task At_the_most_exceptions_it_stops_reading_and_goes_on_when_there_is_room(string store)
    {
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions with { MaxExceptions = 5, BatchSize = 4 }, _clock);
        var isDown = true;
        hub.Destination.Answer = (_, _) => new(new AttemptOutcome(Volatile.Read(ref isDown) ? AttemptKind.Failed : AttemptKind.Complete));
        await hub.SubscribeAsync("s", "*", s => OneByOne(Retry(100, 60)(s)));
        for (var i = 0; i < 40; i++) await hub.PublishAsync("a");
        var counts = await Eventually.HasAsync(async () => (await hub.Store.Journal.GetCountsAsync(Token))[0], c => c.Exceptions >= 5);
        Assert.InRange(counts.Exceptions, 5, 9);
        Assert.InRange(hub.Destination.Requests.Count, 5, 9);
        Volatile.Write(ref isDown, false);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Journal.GetCountsAsync(Token)) is [{ Floor: 40, Exceptions: 0 }], _clock, TimeSpan.FromSeconds(1));
        Assert.Equal(40, hub.Destination.Requests.Select(r => r.Event.Id).Distinct().Count());
    }

    private static Subscription OneByOne(Subscription subscription) => subscription with { Delivery = subscription.Delivery with { Concurrency = 1 } };

    private static Func<Subscription, Subscription> Retry(int limit, params int[] seconds) => s => s with
    {
        Delivery = s.Delivery with { Retry = new RetrySettings { Limit = limit, Schedule = [.. seconds.Select(n => TimeSpan.FromSeconds(n))] } },
    };
}
