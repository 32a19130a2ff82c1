using EventHub.Delivery.Destinations;
using EventHub.Hosting;
using EventHub.Routing;
using EventHub.Storage;
using EventHub.Storage.Conformance.Support;

namespace EventHub.Tests.Maintenance;

public sealed class RetentionKeeperTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly HubOptions s_options = TestHub.PatientOptions with { Retention = TimeSpan.FromMinutes(10) };

    /// <summary>Where what is younger must stay: the hub may take its time.</summary>
    private static readonly TimeSpan s_littleByLittle = TimeSpan.FromMilliseconds(50);
    private readonly FakeTimeProvider _clock = new();

    public static TheoryData<string> Stores => TestHub.Stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Old_events_go_and_younger_ones_stay(string store)
    {
        await using var hub = await TestHub.StartAsync(store, s_options, _clock);
        await hub.SubscribeAsync("s", "*");
        await hub.PublishAsync("a");
        await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(2);
        _clock.Advance(s_minute * 6);
        var young = await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(3);
        _clock.Advance(s_minute * 4);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetStateAsync(Token)).Trimmed == 2, _clock, s_littleByLittle);
        Assert.InRange(_clock.GetUtcNow() - Make.Time, s_options.Retention, s_minute * 16);
        Assert.NotNull(await hub.Store.Log.FindAsync(young.Id, Token));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task What_is_owed_stays_however_old_it_is(string store)
    {
        await using var hub = await TestHub.StartAsync(store, s_options, _clock);
        await hub.SubscribeAsync("held", "*", s => s with { Paused = true });
        await hub.SubscribeAsync("free", "*");
        for (var i = 0; i < 3; i++) await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(3);
        await PassAsync(s_minute * 30);
        Assert.Equal(0, (await hub.Store.Log.GetStateAsync(Token)).Trimmed);
        await hub.ChangeAsync("held", s => s with { Paused = false });
        await hub.Destination.WaitForAsync(6);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetStateAsync(Token)).Trimmed == 3, _clock, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_deleted_or_inactive_subscription_is_owed_nothing(string store)
    {
        await using var hub = await TestHub.StartAsync(store, s_options, _clock);
        await hub.SubscribeAsync("deleted", "*", s => s with { Paused = true });
        await hub.SubscribeAsync("inactive", "*", s => s with { Active = false });
        await hub.PublishAsync("a");
        await hub.Pipeline.Subscriptions.DeleteAsync("deleted", Token);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetStateAsync(Token)).Trimmed == 1, _clock, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Hard_retention_records_what_is_owed_as_lost_and_then_removes_it(string store)
    {
        await using var hub = await TestHub.StartAsync(store, s_options with { RetentionHard = true }, _clock);
        await hub.SubscribeAsync("held", "*");
        await hub.PublishAsync("a");
        await hub.Destination.WaitForAsync(1);
        // Paused both ways: while the router feeds it, and from its beginning.
        await hub.ChangeAsync("held", s => s with { Paused = true });
        await hub.SubscribeAsync("never", "*", s => s with { Paused = true });
        for (var i = 0; i < 2; i++) await hub.PublishAsync("a");
        _clock.Advance(s_minute * 6);
        var young = await hub.PublishAsync("a", "\"young\"");
        _clock.Advance(s_minute * 4);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetStateAsync(Token)).Trimmed == 3, _clock, s_littleByLittle);
        Assert.Empty(await hub.Store.Log.GetAsync([1, 2, 3], Token));
        Assert.Empty(await hub.DeadLettersAsync());
        await hub.ChangeAsync("held", s => s with { Paused = false });
        await hub.ChangeAsync("never", s => s with { Paused = false });
        await hub.DispatchAsync(young, DispatchStatus.Complete);
        Assert.Equal(["{}", "\"young\"", "\"young\""], hub.Destination.Payloads);
    }

    [Fact]
    public async Task Hard_retention_ends_retries_of_old_events_too()
    {
        await using var hub = await TestHub.StartAsync(s_options with { RetentionHard = true }, _clock);
        hub.Destination.Answer = (request, _) => new(new AttemptOutcome(request.Event.Type == "bad" ? AttemptKind.Failed : AttemptKind.Complete));
        await hub.SubscribeAsync("s", "*", s => s with { Delivery = s.Delivery with { Retry = new RetrySettings { Limit = 9, Schedule = [TimeSpan.FromHours(24)] } } });
        await hub.SubscribeAsync("held", "*", s => s with { Paused = true });
        await hub.PublishAsync("bad");
        await hub.PublishAsync("good");
        await hub.Destination.WaitForAsync(2);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetAsync([1, 2], Token)).Count == 0, _clock, TimeSpan.FromSeconds(10));
        Assert.All(await hub.Store.Journal.GetCountsAsync(Token), c => Assert.Equal(0, c.Exceptions));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task Dead_letters_outlive_retention_and_can_be_redriven(string store)
    {
        await using var hub = await TestHub.StartAsync(store, s_options with { RetentionHard = true }, _clock);
        hub.Destination.AlwaysAnswer(AttemptKind.Rejected, "no");
        await hub.SubscribeAsync("s", "a");
        var dead = await hub.PublishAsync("a", "\"dead\"");
        await hub.DispatchAsync(dead, DispatchStatus.Failed);
        await hub.SubscribeAsync("held", "b", s => s with { Paused = true });
        await hub.PublishAsync("b");
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetAsync([2], Token)).Count == 0, _clock, TimeSpan.FromSeconds(10));
        var letter = Assert.Single(await hub.DeadLettersAsync());
        Assert.Equal("no", letter.Reason);
        hub.Destination.AlwaysAnswer(AttemptKind.Complete);
        await hub.Pipeline.Journal.RedriveAsync(letter.Dispatch.Id, Token);
        await hub.Destination.WaitForAsync(2);
        Assert.Equal(["\"dead\"", "\"dead\""], hub.Destination.Payloads);
        await Eventually.IsTrueAsync(async () => (await hub.Store.Log.GetAsync([1], Token)).Count == 0, _clock, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Without_a_retention_everything_stays()
    {
        await using var hub = await TestHub.StartAsync(s_options with { Retention = TimeSpan.Zero }, _clock);
        await hub.PublishAsync("a");
        await PassAsync(TimeSpan.FromDays(40));
        Assert.Equal(0, (await hub.Store.Log.GetStateAsync(Token)).Trimmed);
    }

    /// <summary>Lets so much time pass, in steps the hub can follow.</summary>
    private Task PassAsync(TimeSpan time)
    {
        var until = _clock.GetUtcNow() + time;
        return Eventually.IsTrueAsync(() => _clock.GetUtcNow() >= until, _clock, time / 40);
    }
}
