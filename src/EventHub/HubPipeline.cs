using EventHub.Consumers;
using EventHub.Delivery;
using EventHub.Delivery.Destinations;
using EventHub.Delivery.Destinations.Rpc;
using EventHub.Diagnostics;
using EventHub.Events;
using EventHub.Hosting;
using EventHub.Journal;
using EventHub.Log;
using EventHub.Maintenance;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub;

/// <summary>The hub: its five stages, in order, started and stopped together.</summary>
public sealed class HubPipeline : ICommitObserver
{
    private readonly IHubStore _store;
    private readonly HubOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SubscriptionRegistry _registry = new();
    private readonly LogTail _tail;
    private readonly EventRouter _router;
    private readonly RunnerHost _runners;
    private readonly LeaseKeeper _leases;
    private readonly FloorKeeper _floors;
    private readonly RetentionKeeper _retention;
    private readonly GaugeKeeper _gauges;
    private readonly StagedIntake? _staged;
    private readonly MaintenanceLoop? _stagedLoop;
    private readonly Lock _starting = new();
    private readonly Lock _stopping = new();
    private List<Action>? _early = [];
    private bool _isStarted;
    private Task<int>? _draining;

    /// <summary>Puts the stages together; nothing runs before <see cref="StartAsync"/>.</summary>
    /// <param name="store">Where everything is kept; disposed by <see cref="StopAsync"/>.</param>
    /// <param name="options">Checked (see <see cref="HubOptionsValidator"/>).</param>
    /// <param name="destinations">One client per kind of destination, but for <see cref="RpcDestination"/>, which the hub serves itself.</param>
    /// <param name="metrics">What the stages report to.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only randomness; thread-safe.</param>
    /// <param name="logger">What the stages log to.</param>
    public HubPipeline(
        IHubStore store, HubOptions options, IEnumerable<IDestinationClient> destinations, HubMetrics metrics, TimeProvider time, Random random, ILogger<HubPipeline> logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(metrics);
        (_store, _options, _logger, _time) = (store, options, logger, time);
        var ids = new EventIdGenerator(time, random);

        // 1 publish: validate, dedupe, admit
        var appender = new Appender(store.Log, options.MaxPendingEvents, options.MaxPendingBytes);
        Publisher = new Publisher(appender, ids, options, metrics, time);
        if (store.Outbox is { } outbox)
        {
            _staged = new StagedIntake(outbox, options, metrics, time, logger);
            _stagedLoop = new MaintenanceLoop("outbox", options.PollInterval, _staged.TakeAsync, time, logger);
        }

        // 2 log: the store commits and tells this observer, which fills the tail
        _tail = new LogTail(options.TailCapacity, options.TailBytes);
        var reader = new LogReader(store.Log, _tail);
        Streams = new EventStreams(store.Log, _tail, reader, time);
        Consumers = new ConsumerService(store, Streams, ids, time);

        // 3 route: which subscriptions take an event at its sequence
        Subscriptions = new SubscriptionService(store, _registry, ids, time);
        _router = new EventRouter(reader, _tail, _registry, store.Log, options, time, logger);

        // 4 deliver: one runner per partition of a subscription leased here; RPC clients may be connected elsewhere
        var node = $"{options.InstanceId}/{ids.Next():N}";
        Handlers = new RpcHandlers(time);
        Relay = new RpcRelay(store.Relay, node, Handlers, options.PollInterval, time, logger);
        var clients = new DestinationClients([.. destinations, new RpcClient(Handlers, store.Relay)]);
        var services = new RunnerServices(store, reader, _router, _registry, Subscriptions, clients, new LeaseClock(), options, metrics, time, random, logger);
        _runners = new RunnerHost(services);
        _leases = new LeaseKeeper(services, _runners, node, options.StaleTimeout);

        // 5 record: what became of every dispatch
        var dispatches = new EventDispatchReader(store.Journal, _registry, _runners);
        Journal = new DispatchJournal(store, _registry, _tail, dispatches, time);

        _floors = new FloorKeeper(_runners, _tail, time, logger);
        _retention = new RetentionKeeper(store, _registry, _runners, _tail, options, time, logger);
        _gauges = new GaugeKeeper(store, _registry, _runners, _tail, metrics, time, logger);
        metrics.ObserveQueueSize(() => appender.Pending);
    }

    /// <summary>The way in.</summary>
    public Publisher Publisher { get; }

    /// <summary>The log as it grows.</summary>
    public EventStreams Streams { get; }

    /// <summary>Cursors that clients read the log by.</summary>
    public ConsumerService Consumers { get; }

    /// <summary>Who gets what.</summary>
    public SubscriptionService Subscriptions { get; }

    /// <summary>The clients that handle events.</summary>
    public RpcHandlers Handlers { get; }

    /// <summary>The way to those of other hubs.</summary>
    public RpcRelay Relay { get; }

    /// <summary>What became of it.</summary>
    public DispatchJournal Journal { get; }

    /// <summary>Started, and not stopping.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Sequence of the newest event.</summary>
    public long Head => _tail.Head;

    /// <summary>Opens the store and starts the stages. Throws <see cref="StorageException"/> when the store cannot be opened.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _store.OpenAsync(this, cancellationToken);
        var state = await _store.Log.GetStateAsync(cancellationToken);
        var subscriptions = await _store.Dispatches.LoadSubscriptionsAsync(cancellationToken);
        _tail.Start(state.Head);
        _tail.Bell.Start();
        // What takes effect later is told of later.
        _registry.Load([.. subscriptions.Where(version => version.EffectiveAfter <= state.Head)]);
        TakeEarlyNotices();
        Relay.Start();
        if (_options.Roles.HasFlag(HubRoles.Deliver))
        {
            _router.Start(state.Head);
            _leases.Start();
            _floors.Start();
        }

        if (_options.Roles.HasFlag(HubRoles.Maintain)) _retention.Start();
        _gauges.Start();
        Publisher.Open();
        _stagedLoop?.Start();
        IsReady = _isStarted = true;
        EngineLog.HubOpen(_logger, state.Epoch, state.Head, Subscriptions.List().Count, _store.Name, DurabilityNames.Of(_store.Durability));
    }

    /// <summary>
    /// Starts no more attempts and waits for those in flight, up to <see cref="HubOptions.ShutdownTimeout"/>; what is left then is ended. Everything else
    /// goes on: a host that closes the connections of RPC clients has it drained before. Done once, however often it is asked for.
    /// </summary>
    /// <param name="cancellationToken">Ends the draining early.</param>
    public Task DrainAsync(CancellationToken cancellationToken) => DrainOnceAsync(cancellationToken);

    /// <summary>Stops intake, drains attempts in flight (see <see cref="DrainAsync"/>), commits, closes.</summary>
    /// <param name="cancellationToken">Ends the draining early.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted)
        {
            await _store.DisposeAsync();
            return;
        }

        _isStarted = IsReady = false;
        Publisher.Close();
        _staged?.Close();
        if (_stagedLoop is not null) await _stagedLoop.StopAsync();
        await _tail.Bell.StopAsync();
        await _retention.StopAsync();
        await _gauges.StopAsync();
        var aborted = await DrainOnceAsync(cancellationToken);
        await _router.StopAsync();
        try
        {
            await _leases.ReleaseAsync();
        }
        catch (StorageException e)
        {
            EngineLog.ServiceFailed(_logger, "lease keeper", e.Message);
        }

        await _store.DisposeAsync();
        EngineLog.HubClosed(_logger, aborted);
    }

    void ICommitObserver.Appended(IReadOnlyList<Event> events)
    {
        if (!Keep(() => _tail.Append(events))) _tail.Append(events);
    }

    void ICommitObserver.HeadMoved(long head)
    {
        if (!Keep(() => _tail.MoveHead(head))) _tail.MoveHead(head);
    }

    void ICommitObserver.SubscriptionChanged(SubscriptionVersion version)
    {
        if (!Keep(() => Change(version))) Change(version);
    }

    void ICommitObserver.Requeued(int subscriptionKey)
    {
        foreach (var runner in _runners.Of(subscriptionKey)) runner.WakeForRequeued();
    }

    void ICommitObserver.Staged() => _stagedLoop?.Signal.Set();

    private void Change(SubscriptionVersion version)
    {
        _registry.Apply(version);
        _router.Changed(version.Key);
        foreach (var runner in _runners.Of(version.Key)) runner.Wake();
    }

    private Task<int> DrainOnceAsync(CancellationToken cancellationToken)
    {
        lock (_stopping) return _draining ??= RunAsync();

        async Task<int> RunAsync()
        {
            IsReady = false;
            await _floors.StopAsync();
            await _leases.StopAsync();
            using var deadline = new CancellationTokenSource(_options.ShutdownTimeout, _time);
            await using var early = cancellationToken.Register(static state => ((CancellationTokenSource)state!).Cancel(), deadline);
            Relay.Leave();
            var aborted = await _runners.StopAsync(deadline.Token);
            await Relay.StopAsync(deadline.Token);
            return aborted;
        }
    }

    /// <summary>Keeps a notice that came before the hub knows where the log stands: other processes commit while this one starts.</summary>
    private bool Keep(Action notice)
    {
        if (Volatile.Read(ref _early) is null) return false;
        lock (_starting)
        {
            if (_early is null) return false;
            _early.Add(notice);
            return true;
        }
    }

    private void TakeEarlyNotices()
    {
        lock (_starting)
        {
            foreach (var notice in _early!) notice();
            Volatile.Write(ref _early, null);
        }
    }
}
