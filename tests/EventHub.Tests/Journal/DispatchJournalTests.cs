using EventHub.Delivery.Destinations;
using EventHub.Events;
using EventHub.Journal;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;

namespace EventHub.Tests.Journal;

public sealed class DispatchJournalTests
{
    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string> Stores => TestHub.Stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task An_events_status_goes_from_pending_over_processing_to_completed(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Destination.Answer = async (_, _) =>
        {
            await release.Task;
            return new AttemptOutcome(AttemptKind.Complete);
        };
        await hub.SubscribeAsync("s", "*", s => s with { Paused = true });
        var published = await hub.PublishAsync("a");
        Assert.Equal(EventProgress.Pending, await ProgressAsync(hub, published));
        await hub.ChangeAsync("s", s => s with { Paused = false });
        await Eventually.IsTrueAsync(async () => (await ProgressAsync(hub, published)).Status == EventStatus.Processing);
        Assert.Equal("in_flight", Assert.Single((await hub.DispatchesAsync(published)).Dispatches).State);
        release.SetResult();
        await hub.DispatchAsync(published, DispatchStatus.Complete);
        var progress = await ProgressAsync(hub, published);
        Assert.Equal(EventStatus.Completed, progress.Status);
        Assert.Equal(progress.ProcessedAt, progress.CompletedAt);
        Assert.NotNull(progress.CompletedAt);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_failed_event_is_completed_after_the_redrive(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected, "no such order");
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        var failed = await hub.DispatchAsync(published, DispatchStatus.Failed);
        Assert.Equal((EventStatus.Failed, "no such order"), await StatusAsync(hub, published));
        hub.Destination.AlwaysAnswer(AttemptKind.Complete);
        var redriven = await hub.Pipeline.Journal.RedriveAsync(failed.Id, Token);
        Assert.Equal(RequeueStatus.Requeued, redriven.Status);
        Assert.NotEqual(failed.Id, redriven.DispatchId);
        Assert.Equal(redriven.DispatchId, (await hub.DispatchAsync(published, DispatchStatus.Complete)).Id);
        Assert.Equal((EventStatus.Completed, null), await StatusAsync(hub, published));
        Assert.Empty(await hub.DeadLettersAsync());
        Assert.Equal(RequeueStatus.NotFound, (await hub.Pipeline.Journal.RedriveAsync(failed.Id, Token)).Status);
        Assert.Equal([failed.Id, redriven.DispatchId!], hub.Destination.Requests.Select(r => r.DispatchId));
    }

    [Fact]
    public async Task A_redrive_that_comes_while_the_one_before_it_is_being_read_is_delivered_too()
    {
        var store = new GatedStore(new MemoryStore(TimeProvider.System, new Random(1)));
        await using var hub = await TestHub.StartAsync(store: store);
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected);
        await hub.SubscribeAsync("s", "*");
        var (one, two) = (await hub.PublishAsync("a"), await hub.PublishAsync("a"));
        var (failedOne, failedTwo) = (await hub.DispatchAsync(one, DispatchStatus.Failed), await hub.DispatchAsync(two, DispatchStatus.Failed));
        hub.Destination.AlwaysAnswer(AttemptKind.Complete);
        store.AfterRequeuedRead = async () =>
        {
            store.AfterRequeuedRead = null;
            Assert.Equal(RequeueStatus.Requeued, (await hub.Pipeline.Journal.RedriveAsync(failedTwo.Id, Token)).Status);
        };

        await hub.Pipeline.Journal.RedriveAsync(failedOne.Id, Token);

        await hub.DispatchAsync(one, DispatchStatus.Complete);
        await hub.DispatchAsync(two, DispatchStatus.Complete);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_dead_letter_holds_event_subscription_reason_and_attempts(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        hub.Destination.Answer = (request, _) => new(new AttemptOutcome(AttemptKind.Failed, 500 + request.Attempt, $"body {request.Attempt}", $"error {request.Attempt}"));
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Retry = new RetrySettings { Limit = 1, Schedule = [TimeSpan.Zero] } } });
        var published = await hub.PublishAsync("order.failed", "{\"a\":1.0}");
        var dispatch = await hub.DispatchAsync(published, DispatchStatus.Failed);
        var letter = await hub.Pipeline.Journal.FindDeadLetterAsync(dispatch.Id, Token);
        Assert.Equal(("error 2", "s", "order.failed"), (letter!.Reason, letter.Subscription.Id, letter.Event.Type));
        EventAssert.Bytes(Make.Utf8("{\"a\":1.0}"), letter.Event.Payload);
        Assert.Equal(
            [(1, "http_error", 501, "body 1", "error 1"), (2, "http_error", 502, "body 2", "error 2")],
            letter.Details.Attempts.Select(a => (a.Number, a.Outcome, a.HttpStatus!.Value, a.ResponseBody!, a.Error!)));
        Assert.Equal(letter.Dispatch, Assert.Single(await hub.DeadLettersAsync()).Dispatch);
        Assert.Null(await hub.Pipeline.Journal.FindDeadLetterAsync("dsp_nonsense", Token));
        Assert.True(await hub.Pipeline.Journal.DismissAsync(dispatch.Id, Token));
        Assert.False(await hub.Pipeline.Journal.DismissAsync(dispatch.Id, Token));
        Assert.Empty(await hub.DeadLettersAsync());
        Assert.NotNull(await hub.Pipeline.Journal.FindAsync(dispatch.Id, Token));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task The_attempt_of_a_first_try_success_is_told_by_its_result(string store)
    {
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, _clock);
        hub.Destination.Answer = (_, _) =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(40));
            return new(new AttemptOutcome(AttemptKind.Complete, 204));
        };
        await hub.SubscribeAsync("s", "*");
        var dispatch = await hub.DispatchAsync(await hub.PublishAsync("a"), DispatchStatus.Complete);
        var attempt = Assert.Single((await hub.Pipeline.Journal.FindAsync(dispatch.Id, Token))!.Attempts);
        Assert.Equal((1, "complete", 204, TimeSpan.FromMilliseconds(40), Make.Time), (attempt.Number, attempt.Outcome, attempt.HttpStatus, attempt.Duration, attempt.StartedAt));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_retry_by_hand_goes_by_its_own_delay_limit_and_waits(string store)
    {
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, _clock);
        var times = new List<TimeSpan>();
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        var done = await hub.DispatchAsync(published, DispatchStatus.Complete);
        hub.Destination.Answer = (_, _) =>
        {
            lock (times) times.Add(_clock.GetUtcNow() - Make.Time);
            return new(new AttemptOutcome(AttemptKind.Failed));
        };
        var result = await hub.Pipeline.Journal.RetryAsync(done.Id, TimeSpan.FromSeconds(60), 2, TimeSpan.FromSeconds(11), Token);
        Assert.Equal(RequeueStatus.Requeued, result.Status);
        var waiting = (await hub.Pipeline.Journal.FindAsync(result.DispatchId!, Token))!.Dispatch;
        Assert.Equal((DispatchStatus.Ongoing, Make.Time.AddSeconds(60), Make.Time), (waiting.Status, waiting.NextAttemptAt, waiting.CreatedAt));
        Assert.Equal(RequeueStatus.Ongoing, (await hub.Pipeline.Journal.RetryAsync(result.DispatchId!, null, null, null, Token)).Status);
        foreach (var seconds in new[] { 60, 11, 11 }) await _clock.AdvanceOnceDueInAsync(TimeSpan.FromSeconds(seconds));
        await Eventually.IsTrueAsync(async () => (await hub.Pipeline.Journal.FindAsync(result.DispatchId!, Token))!.Dispatch.Status == DispatchStatus.Failed);
        Assert.Equal([60, 71, 82], times.Select(t => t.TotalSeconds));
        Assert.Equal(4, hub.Destination.Requests.Count);
    }

    [Fact]
    public async Task What_is_ongoing_or_unknown_or_of_a_deleted_subscription_is_not_retried()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected);
        await hub.SubscribeAsync("held", "held", s => s with { Paused = true });
        await hub.SubscribeAsync("gone", "gone");
        var ongoing = Assert.Single((await hub.DispatchesAsync(await hub.PublishAsync("held"))).Dispatches);
        var failed = await hub.DispatchAsync(await hub.PublishAsync("gone"), DispatchStatus.Failed);
        Assert.Equal(RequeueStatus.Ongoing, (await hub.Pipeline.Journal.RetryAsync(ongoing.Id, null, null, null, Token)).Status);
        Assert.Equal(RequeueStatus.NotFound, (await hub.Pipeline.Journal.RetryAsync("x", null, null, null, Token)).Status);
        Assert.Equal(RequeueStatus.NotFound, (await hub.Pipeline.Journal.RetryAsync(failed.Id + "9", null, null, null, Token)).Status);
        await hub.Pipeline.Subscriptions.DeleteAsync("gone", Token);
        Assert.Equal(RequeueStatus.SubscriptionDeleted, (await hub.Pipeline.Journal.RedriveAsync(failed.Id, Token)).Status);
        Assert.Equal(RequeueStatus.SubscriptionDeleted, (await hub.Pipeline.Journal.RetryAsync(failed.Id, null, null, null, Token)).Status);
        Assert.Equal(0, await hub.Pipeline.Journal.RedriveAllAsync(new DeadLetterFilter(), Token));
        Assert.Equal("gone", Assert.Single(await hub.DeadLettersAsync()).Subscription.Id);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_redrive_of_all_takes_what_its_filter_says(string store)
    {
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, _clock);
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected);
        await hub.SubscribeAsync("s", "*");
        await hub.SubscribeAsync("t", "b");
        for (var i = 0; i < 4; i++)
        {
            var published = await hub.PublishAsync(i % 2 == 0 ? "a" : "b");
            await Eventually.IsTrueAsync(async () => (await hub.DispatchesAsync(published)).Dispatches.All(d => d.Status == DispatchStatus.Failed));
            _clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(6, (await hub.DeadLettersAsync()).Count);
        Assert.Equal(2, (await hub.DeadLettersAsync(new DeadLetterFilter { SubscriptionId = "t" })).Count);
        Assert.Equal(2, (await hub.DeadLettersAsync(new DeadLetterFilter { Type = TypePattern.Parse("a") })).Count);
        Assert.Equal(3, (await hub.DeadLettersAsync(new DeadLetterFilter { Since = Make.Time.AddSeconds(20) })).Count);
        Assert.Equal(3, (await hub.DeadLettersAsync(new DeadLetterFilter { Until = Make.Time.AddSeconds(20) })).Count);
        Assert.Empty(await hub.DeadLettersAsync(new DeadLetterFilter { SubscriptionId = "nobody" }));
        hub.Destination.AlwaysAnswer(AttemptKind.Complete);
        Assert.Equal(1, await hub.Pipeline.Journal.RedriveAllAsync(new DeadLetterFilter { SubscriptionId = "t", Since = Make.Time.AddSeconds(20) }, Token));
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 7);
        Assert.Equal(2, await hub.Pipeline.Journal.RedriveAllAsync(new DeadLetterFilter { Type = TypePattern.Parse("a") }, Token));
        Assert.Equal(3, await hub.Pipeline.Journal.RedriveAllAsync(new DeadLetterFilter(), Token));
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 12);
        Assert.Empty(await hub.DeadLettersAsync());
    }

    [Fact]
    public async Task A_redrive_of_all_in_many_pages_takes_each_once_even_when_they_die_again()
    {
        await using var hub = await TestHub.StartAsync();
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected);
        await hub.SubscribeAsync("s", "*");
        for (var i = 0; i < 1200; i++) await hub.PublishAsync("a");
        await Eventually.IsTrueAsync(async () => (await hub.Store.Journal.GetCountsAsync(Token)) is [{ DeadLetters: 1200 }]);
        Assert.Equal(1200, await hub.Pipeline.Journal.RedriveAllAsync(new DeadLetterFilter(), Token));
        await hub.Destination.WaitForAsync(2400);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Journal.GetCountsAsync(Token)) is [{ DeadLetters: 1200, Exceptions: 0 }]);
        Assert.Equal(2400, hub.Destination.Requests.Count);
    }

    [Fact]
    public async Task Many_delayed_retries_do_not_hold_up_one_that_is_due()
    {
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions with { BatchSize = 2 }, _clock);
        await hub.SubscribeAsync("s", "*");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add((await hub.DispatchAsync(await hub.PublishAsync("a", $"{i}"), DispatchStatus.Complete)).Id);
        foreach (var id in ids.Take(4)) await hub.Pipeline.Journal.RetryAsync(id, TimeSpan.FromHours(1), null, null, Token);
        await hub.Pipeline.Journal.RetryAsync(ids[4], null, null, null, Token);
        await hub.Destination.WaitForAsync(6);
        Assert.Equal("4", hub.Destination.Payloads.Last());
    }

    private static async Task<(EventStatus Status, string? Error)> StatusAsync(TestHub hub, AppendedEvent published)
    {
        var progress = await ProgressAsync(hub, published);
        return (progress.Status, progress.Error);
    }

    private static async Task<EventProgress> ProgressAsync(TestHub hub, AppendedEvent published) =>
        (await hub.Pipeline.Journal.GetProgressAsync([(await hub.Store.Log.FindAsync(published.Id, Token))!], Token))[0];
}
