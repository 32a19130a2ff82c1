using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Routing;
using EventHub.Storage.Conformance.Support;
using EventHub.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventHub.Tests.Delivery;

public sealed class AttemptRunnerTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly HubMetrics _metrics = new();
    private readonly RecordingDestination _destination = new();
    private readonly List<EndedAttempt> _ended = [];
    private readonly Subscription _subscription = Make.Subscription("s");
    private readonly LeaseClock _leases = new();
    private readonly AttemptRunner _attempts;

    public AttemptRunnerTests()
    {
        var store = new MemoryStore(_clock, new Random(1));
        // What an attempt does not touch is not there.
        var services = new RunnerServices(
            store, null!, null!, new SubscriptionRegistry(), null!, new DestinationClients([_destination]), _leases, new HubOptions(), _metrics, _clock, new Random(1), NullLogger.Instance);
        _leases.Extend(long.MaxValue);
        _attempts = new AttemptRunner(services, 1, _ended.Add);
    }

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public void An_attempt_tells_its_outcome_and_is_counted_until_then()
    {
        var answer = new TaskCompletionSource<AttemptOutcome>();
        _destination.Answer = (_, _) => new(answer.Task);
        _attempts.Start(Dispatch(attempts: 2), _subscription);
        Assert.Equal([(1L, 0, 3)], _attempts.Snapshot());
        _clock.Advance(TimeSpan.FromSeconds(2));
        answer.SetResult(new AttemptOutcome(AttemptKind.Complete, 200));
        Assert.Equal(0, _attempts.Count);
        var ended = Assert.Single(_ended);
        Assert.Equal((200, TimeSpan.FromSeconds(2), Make.Time), (ended.Outcome!.HttpStatus, ended.Duration, ended.StartedAt));
    }

    [Fact]
    public void After_the_timeout_it_has_timed_out()
    {
        _destination.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("never");
        };
        _attempts.Start(Dispatch(), _subscription with { Delivery = new DeliverySettings { Timeout = TimeSpan.FromSeconds(3) } });
        _clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Empty(_ended);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(AttemptKind.Timeout, Assert.Single(_ended).Outcome!.Kind);
    }

    [Fact]
    public async Task Aborted_it_ends_without_an_outcome()
    {
        _destination.Answer = async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("never");
        };
        _attempts.Start(Dispatch(), _subscription);
        await _attempts.AbortAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(_ended).Outcome);
    }

    [Fact]
    public async Task Once_aborted_nothing_begins_any_more()
    {
        _attempts.Abort();
        _attempts.Start(Dispatch(), _subscription);
        Assert.Null(Assert.Single(_ended).Outcome);
        Assert.Empty(_destination.Requests);
        await _attempts.AbortAsync();
    }

    [Fact]
    public void Without_a_lease_nothing_is_sent()
    {
        _leases.Extend(0);
        _attempts.Start(Dispatch(), _subscription);
        Assert.Null(Assert.Single(_ended).Outcome);
        Assert.Empty(_destination.Requests);
    }

    [Fact]
    public void A_destination_this_hub_has_no_client_for_is_misconfigured()
    {
        _attempts.Start(Dispatch(), _subscription with { Destination = new WebhookDestination { Url = "https://example.org" } });
        Assert.Equal(AttemptKind.Misconfigured, Assert.Single(_ended).Outcome!.Kind);
    }

    private static Dispatch Dispatch(int attempts = 0) => new()
    {
        Sequence = 1, Generation = 0, Lane = null, IsAtMostOnce = false, Attempts = attempts, Stage = DispatchStage.InFlight, Event = Make.Event().At(1),
    };
}
