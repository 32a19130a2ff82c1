using EventHub.Delivery.Destinations;
using EventHub.Journal;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Routing;

public sealed class SubscriptionServiceTests
{
    public static TheoryData<string> Stores => TestHub.Stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Paused_holds_and_resume_delivers_at_once(string store)
    {
        var clock = new FakeTimeProvider(); // it never moves: nothing but the change wakes the runner
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, clock);
        await hub.SubscribeAsync("held", "*");
        await hub.SubscribeAsync("free", "*");
        await hub.PublishAsync("a", "0");
        await hub.Destination.WaitForAsync(2);
        await hub.ChangeAsync("held", s => s with { Paused = true });
        for (var i = 1; i <= 3; i++) await hub.PublishAsync("a", $"{i}");
        await hub.Destination.WaitForAsync(5);
        Assert.Equal(1, hub.Destination.CountFor("held"));
        await hub.ChangeAsync("held", s => s with { Paused = false });
        await hub.Destination.WaitForAsync(8);
        Assert.Equal(["0", "1", "2", "3"], hub.Destination.Requests.Where(r => r.Subscription.Name == "held").Select(RecordingDestination.PayloadOf).Order());
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Inactive_skips_for_good_and_shows_it_and_a_replay_delivers(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        await hub.SubscribeAsync("s", "*");
        await hub.PublishAsync("a", "1");
        await hub.ChangeAsync("s", s => s with { Active = false });
        var skipped = await hub.PublishAsync("a", "2");
        await hub.ChangeAsync("s", s => s with { Active = true });
        await hub.PublishAsync("a", "3");
        await hub.Destination.WaitForAsync(2);
        Assert.Equal(["1", "3"], hub.Destination.Payloads.Order());
        var dispatches = await hub.DispatchesAsync(skipped);
        Assert.Empty(dispatches.Dispatches);
        Assert.Equal(new SkippedSubscription("s", "s"), Assert.Single(dispatches.Skipped));
        Assert.Empty((await hub.DispatchesAsync(skipped with { Id = (await hub.PublishAsync("a", "4")).Id })).Skipped);

        Assert.Equal(2, (await hub.Pipeline.Subscriptions.ReplayAsync("s", 2, 2, Token))!.Until);
        await hub.DispatchAsync(skipped, DispatchStatus.Complete);
        await hub.Destination.WaitForAsync(4);
        Assert.Equal(["1", "2", "3", "4"], hub.Destination.Payloads.Order());
    }

    [Theory]
    [InlineData(DeliveryGuarantee.AtLeastOnce)]
    [InlineData(DeliveryGuarantee.AtMostOnce)]
    public async Task Inactive_starts_nothing_that_was_owed_before_either_and_goes_on_with_it_when_it_is_active_again(DeliveryGuarantee guarantee)
    {
        await using var hub = await TestHub.StartAsync();
        var answer = new TaskCompletionSource();
        hub.Destination.Answer = async (_, cancelled) =>
        {
            await answer.Task.WaitAsync(cancelled);
            return new AttemptOutcome(AttemptKind.Complete);
        };
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Concurrency = 1, Guarantee = guarantee } });
        var first = await hub.PublishAsync("a", "1");
        var owed = await hub.PublishAsync("a", "2");
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 1);

        await hub.ChangeAsync("s", s => s with { Active = false });
        answer.SetResult();
        await hub.DispatchAsync(first, DispatchStatus.Complete);
        await hub.PublishAsync("a", "3");
        Assert.Equal(DispatchStatus.Ongoing, Assert.Single((await hub.DispatchesAsync(owed)).Dispatches).Status);
        Assert.Equal(["1"], hub.Destination.Payloads);

        await hub.ChangeAsync("s", s => s with { Active = true });
        await hub.DispatchAsync(owed, DispatchStatus.Complete);
        Assert.Equal(["1", "2"], hub.Destination.Payloads);
    }

    [Theory]
    [InlineData("now", "4")]
    [InlineData("beginning", "1,2,3,4")]
    [InlineData("0", "1,2,3,4")]
    [InlineData("2", "2,3,4")]
    [InlineData("99", "4")]
    [InlineData("2026-01-01T00:00:03Z", "3,4")]
    [InlineData("2026-01-01T00:00:02.500Z", "3,4")]
    [InlineData("2026-01-01T03:00:03+03:00", "3,4")]
    [InlineData("2030-01-01T00:00:00Z", "4")]
    public async Task It_begins_where_it_was_told_to(string start, string delivered)
    {
        foreach (var store in new[] { "memory", "sqlite" })
        {
            var clock = new FakeTimeProvider();
            await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, clock);
            for (var i = 1; i <= 3; i++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await hub.PublishAsync("a", $"{i}");
            }

            await hub.SubscribeAsync("s", "*", s => s with { Start = start });
            await hub.PublishAsync("a", "4");
            var expected = delivered.Split(',');
            // The hub may have been looking for leases while the clock was moved: by the clock it then rests up to a second before it looks again.
            await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count >= expected.Length, clock);
            Assert.Equal(expected, hub.Destination.Payloads.Order());
        }
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_change_of_patterns_holds_from_its_sequence_on_even_for_a_backlog(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        await hub.SubscribeAsync("s", "a", s => s with { Paused = true });
        await hub.PublishAsync("a", "\"a1\"");
        await hub.PublishAsync("b", "\"b1\"");
        await hub.ChangeAsync("s", s => s with { Events = ["b"] });
        await hub.PublishAsync("a", "\"a2\"");
        await hub.PublishAsync("b", "\"b2\"");
        await hub.ChangeAsync("s", s => s with { Paused = false });
        await hub.PublishAsync("b", "\"b3\"");
        await hub.Destination.WaitForAsync(3);
        Assert.Equal(["\"a1\"", "\"b2\"", "\"b3\""], hub.Destination.Payloads.Order());
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_change_of_destination_helps_the_backlog(string store)
    {
        await using var hub = await TestHub.StartAsync(store);
        await hub.SubscribeAsync("s", "a", s => s with { Paused = true });
        await hub.PublishAsync("a");
        await hub.ChangeAsync("s", s => s with { Destination = new HandlerDestination("better"), Paused = false });
        await hub.Destination.WaitForAsync(1);
        Assert.Equal(new HandlerDestination("better"), hub.Destination.Requests.Single().Subscription.Destination);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Deletion_ends_what_is_owed_as_ignored_and_stops_attempts(string store)
    {
        await using var hub = await TestHub.StartAsync(store, TestHub.PatientOptions, new FakeTimeProvider()); // the retry is never due
        var inFlight = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Destination.Answer = async (request, cancellation) =>
        {
            if (request.Event.Type == "retrying") return new AttemptOutcome(AttemptKind.Failed);
            await using var registration = cancellation.Register(() => stopped.TrySetResult());
            inFlight.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("never");
        };
        await hub.SubscribeAsync("s", "*");
        var retrying = await hub.PublishAsync("retrying");
        await Eventually.IsTrueAsync(async () => (await hub.DispatchesAsync(retrying)).Dispatches is [{ State: "retrying" }]);
        await hub.PublishAsync("running");
        await inFlight.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        Assert.True(await hub.Pipeline.Subscriptions.DeleteAsync("s", Token));
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        var ended = await hub.DispatchAsync(retrying, DispatchStatus.Ignored);
        Assert.Equal("subscription deleted", ended.LastError);
        Assert.Empty(await hub.DeadLettersAsync());
        Assert.Empty(hub.Pipeline.Subscriptions.List());
        await hub.PublishAsync("later");
        Assert.Equal(2, hub.Destination.Requests.Count);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_makes_no_version()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.SubscribeAsync("s", "a");
        var (same, _) = await hub.Pipeline.Subscriptions.UpdateAsync("s", s => s with { Name = "s" }, Token);
        var (other, _) = await hub.Pipeline.Subscriptions.UpdateAsync("s", s => s with { Name = "t" }, Token);
        Assert.Equal((1, 2), (same!.Version, other!.Version));
    }

    [Fact]
    public async Task What_is_invalid_or_taken_or_unknown_is_said_and_changes_nothing()
    {
        await using var hub = await TestHub.StartAsync();
        var service = hub.Pipeline.Subscriptions;
        await hub.SubscribeAsync("s", "a");
        var taken = await service.CreateAsync(Make.Subscription("s"), Token);
        Assert.Equal("id", Assert.Single(taken.Errors).Field);
        var invalid = await service.UpdateAsync("s", s => s with { Events = [] }, Token);
        Assert.Equal("events", Assert.Single(invalid.Errors).Field);
        var unknown = await service.UpdateAsync("t", s => s, Token);
        Assert.Null(unknown.Version);
        Assert.Empty(unknown.Errors);
        Assert.False(await service.DeleteAsync("t", Token));
        Assert.Null(await service.ReplayAsync("t", 1, 1, Token));
        Assert.Equal(1, service.Find("s")!.Version);
    }

    [Fact]
    public async Task Changes_made_at_once_are_all_kept()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.SubscribeAsync("s", "a");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Task.Run(() => hub.ChangeAsync("s", s => s with { Events = [.. s.Events, $"t{i}"] }), Token)));
        Assert.Equal(21, hub.Pipeline.Subscriptions.Find("s")!.Subscription.Events.Count);
    }

    [Fact]
    public async Task A_deleted_id_is_never_used_again()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.SubscribeAsync("s", "a");
        await hub.Pipeline.Subscriptions.DeleteAsync("s", Token);
        Assert.Null(hub.Pipeline.Subscriptions.Find("s"));
        Assert.NotEmpty((await hub.Pipeline.Subscriptions.CreateAsync(Make.Subscription("s"), Token)).Errors);
    }
}
