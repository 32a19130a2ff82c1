using EventHub.Delivery.Destinations;
using EventHub.Hosting;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests;

/// <summary>Starting and stopping, and what a restart finds.</summary>
public sealed class HubPipelineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_waits_for_attempts_in_flight_and_keeps_their_results()
    {
        await using var hub = await TestHub.StartAsync("sqlite");
        var (started, release) = (Source(), Source());
        hub.Destination.Answer = async (_, _) =>
        {
            started.SetResult();
            await release.Task;
            return new AttemptOutcome(AttemptKind.Complete);
        };
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        var stop = hub.StopAsync();
        Assert.Equal(PublishStatus.Unavailable, (await hub.Pipeline.Publisher.PublishAsync(new NewEvent { Type = "a", Payload = "1"u8.ToArray() }, Token)).Status);
        Assert.False(stop.IsCompleted);
        release.SetResult();
        await stop;
        await using var next = await hub.RestartAsync();
        await next.DispatchAsync(published, DispatchStatus.Complete);
        Assert.Single(hub.Destination.Requests);
    }

    [Fact]
    public async Task Past_the_deadline_attempts_are_ended_and_made_again_after_the_restart_under_the_same_id()
    {
        await using var hub = await TestHub.StartAsync("sqlite", new HubOptions { ShutdownTimeout = TimeSpan.Zero });
        var started = Source();
        hub.Destination.Answer = async (_, cancellation) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("never");
        };
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        await hub.StopAsync();
        hub.Destination.AlwaysAnswer(AttemptKind.Complete);
        await using var next = await hub.RestartAsync();
        var dispatch = await next.DispatchAsync(published, DispatchStatus.Complete);
        Assert.Equal(1, dispatch.AttemptCount);
        Assert.Equal([(dispatch.Id, 1), (dispatch.Id, 1)], hub.Destination.Requests.Select(r => (r.DispatchId, r.Attempt)));
    }

    [Fact]
    public async Task At_most_once_an_attempt_ended_by_the_stop_is_lost_and_never_made_again()
    {
        await using var hub = await TestHub.StartAsync("sqlite", new HubOptions { ShutdownTimeout = TimeSpan.Zero });
        var started = Source();
        hub.Destination.Answer = async (_, cancellation) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("never");
        };
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Guarantee = DeliveryGuarantee.AtMostOnce } });
        var published = await hub.PublishAsync("a");
        await started.Task.WaitAsync(TimeSpan.FromSeconds(120), Token);
        await hub.StopAsync();
        hub.Destination.AlwaysAnswer(AttemptKind.Complete);
        await using var next = await hub.RestartAsync();
        await next.DispatchAsync(published, DispatchStatus.Lost);
        await next.DispatchAsync(await next.PublishAsync("a"), DispatchStatus.Complete);
        Assert.Equal(2, hub.Destination.Requests.Count);
    }

    [Fact]
    public async Task A_restart_delivers_the_backlog_in_order_and_nothing_twice()
    {
        await using var hub = await TestHub.StartAsync("sqlite", new HubOptions { BatchSize = 16 });
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { OrderingKey = "type" } });
        for (var i = 0; i < 20; i++) await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(20);
        await hub.ChangeAsync("s", s => s with { Paused = true });
        for (var i = 0; i < 100; i++) await hub.PublishAsync("a");
        await using var next = await hub.RestartAsync();
        await next.ChangeAsync("s", s => s with { Paused = false });
        await next.PublishAsync("a");
        await hub.Destination.WaitForAsync(121);
        Assert.Equal(Enumerable.Range(1, 121).Select(n => (long)n), hub.Destination.Requests.Select(r => r.Event.Sequence));
    }

    [Fact]
    public async Task A_restart_finds_retries_where_they_were()
    {
        var clock = new FakeTimeProvider();
        await using var hub = await TestHub.StartAsync("sqlite", TestHub.PatientOptions, clock);
        hub.Destination.AlwaysAnswer(AttemptKind.Failed);
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Retry = new RetrySettings { Limit = 1, Schedule = [TimeSpan.FromMinutes(5)] } } });
        var published = await hub.PublishAsync("a");
        await Eventually.IsTrueAsync(async () => (await hub.DispatchesAsync(published)).Dispatches is [{ State: "retrying", AttemptCount: 1 }]);
        await hub.StopAsync();
        clock.Advance(TimeSpan.FromMinutes(2));
        await using var next = await hub.RestartAsync();
        await Eventually.IsTrueAsync(() => clock.GetUtcNow() >= Make.Time.AddSeconds(295), clock, TimeSpan.FromSeconds(1));
        Assert.Single(hub.Destination.Requests);
        await Eventually.IsTrueAsync(() => hub.Destination.Requests.Count == 2, clock, TimeSpan.FromSeconds(1));
        Assert.Equal(2, (await next.DispatchAsync(published, DispatchStatus.Failed)).AttemptCount);
    }

    [Fact]
    public async Task A_process_without_the_role_delivers_nothing()
    {
        var clock = new FakeTimeProvider();
        await using var hub = await TestHub.StartAsync(TestHub.PatientOptions with { Roles = HubRoles.Api }, clock);
        await hub.SubscribeAsync("s", "*");
        var published = await hub.PublishAsync("a");
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("waiting", Assert.Single((await hub.DispatchesAsync(published)).Dispatches).State);
        Assert.Empty(hub.Destination.Requests);
        Assert.Empty(await hub.Store.Dispatches.AcquireLeasesAsync("nobody", TimeSpan.FromSeconds(1), 0, Token));
    }

    [Fact]
    public async Task Stopping_twice_or_before_the_start_does_no_harm()
    {
        var hub = await TestHub.StartAsync();
        await hub.Pipeline.StopAsync(CancellationToken.None);
        await hub.Pipeline.StopAsync(CancellationToken.None);
        Assert.False(hub.Pipeline.IsReady);
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
