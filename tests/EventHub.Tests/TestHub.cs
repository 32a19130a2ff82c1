using System.Text;
using EventHub.Delivery.Destinations;
using EventHub.Diagnostics;
using EventHub.Hosting;
using EventHub.Journal;
using EventHub.Publishing;
using EventHub.Routing;
using EventHub.Sqlite;
using EventHub.Storage;
using EventHub.Storage.Memory;

namespace EventHub.Tests;

/// <summary>A hub in this process with a destination that does what a test says.</summary>
internal sealed class TestHub : IAsyncDisposable
{
    private readonly HubOptions _options;
    private readonly TimeProvider _time;
    private readonly string? _directory;
    private bool _isStopped;

    private TestHub(HubOptions options, TimeProvider time, IHubStore store, string? directory, RecordingDestination destination)
    {
        (_options, _time, _directory) = (options, time, directory);
        Destination = destination;
        Store = store;
        Metrics = new HubMetrics();
        Pipeline = new HubPipeline(store, options, [destination], Metrics, time, Random.Shared, Log);
    }

    /// <summary>The stores hub behaviours are tested over.</summary>
    public static TheoryData<string> Stores => ["memory", "sqlite"];

    /// <summary>With a fake clock: leases outlast its jumps, retention looks every second.</summary>
    public static HubOptions PatientOptions { get; } = new() { StaleTimeout = TimeSpan.FromHours(1), RetentionInterval = TimeSpan.FromSeconds(1) };

    public HubPipeline Pipeline { get; }

    public RecordingDestination Destination { get; }

    public IHubStore Store { get; }

    public HubMetrics Metrics { get; }

    /// <summary>What the hub has logged.</summary>
    public RecordingLogger Log { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestHub> StartAsync(HubOptions? options = null, TimeProvider? time = null, IHubStore? store = null)
    {
        time ??= TimeProvider.System;
        return await StartAsync(new TestHub(options ?? new HubOptions(), time, store ?? new MemoryStore(time, new Random(1)), null, new RecordingDestination()));
    }

    /// <summary>A hub over a new store of a kind.</summary>
    public static async Task<TestHub> StartAsync(string kind, HubOptions? options = null, TimeProvider? time = null)
    {
        if (kind == "memory") return await StartAsync(options, time);
        var directory = Directory.CreateTempSubdirectory("eventhub-tests-").FullName;
        return await StartAsync(Over(directory, options ?? new HubOptions(), time ?? TimeProvider.System, new RecordingDestination()));
    }

    /// <summary>Stops this hub and starts another over what it left, with the same destination. SQLite only.</summary>
    public async Task<TestHub> RestartAsync()
    {
        await StopAsync();
        return await StartAsync(Over(_directory!, _options, _time, Destination));
    }

    public async Task<SubscriptionVersion> SubscribeAsync(string name, string pattern, Func<Subscription, Subscription>? change = null)
    {
        // A long timeout: a fake clock that is moved on step by step must not end attempts a busy machine has not got round to.
        var subscription = new Subscription
        {
            Id = name, Name = name, Events = [pattern], Destination = new HandlerDestination(name), Delivery = new DeliverySettings { Timeout = TimeSpan.FromMinutes(10) },
        };
        var (version, errors) = await Pipeline.Subscriptions.CreateAsync(change?.Invoke(subscription) ?? subscription, Token);
        Assert.Empty(errors);
        return version!;
    }

    public async Task ChangeAsync(string name, Func<Subscription, Subscription> change)
    {
        var (version, errors) = await Pipeline.Subscriptions.UpdateAsync(name, change, Token);
        Assert.Empty(errors);
        Assert.NotNull(version);
    }

    public async Task<AppendedEvent> PublishAsync(string type, string payload = "{}", Func<NewEvent, NewEvent>? change = null)
    {
        var item = new NewEvent { Type = type, Payload = Encoding.UTF8.GetBytes(payload) };
        var result = await Pipeline.Publisher.PublishAsync(change?.Invoke(item) ?? item, Token);
        Assert.Equal(PublishStatus.Accepted, result.Status);
        return result.Events[0];
    }

    public async Task<EventDispatches> DispatchesAsync(AppendedEvent published) =>
        await Pipeline.Journal.GetDispatchesAsync((await Store.Log.FindAsync(published.Id, Token))!, Token);

    /// <summary>The newest dispatch of an event's only subscription, as soon as it stands like this.</summary>
    public async Task<DispatchInfo> DispatchAsync(AppendedEvent published, DispatchStatus status) =>
        (await Eventually.HasAsync(async () => (await DispatchesAsync(published)).Dispatches, all => all.Count > 0 && all[^1].Status == status))[^1];

    public async Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(DeadLetterFilter? filter = null) =>
        (await Pipeline.Journal.ListDeadLettersAsync(filter ?? new DeadLetterFilter(), descending: false, 100, null, Token)).DeadLetters;

    public async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        await Pipeline.StopAsync(CancellationToken.None);
        Metrics.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_directory is not null && Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }

    private static TestHub Over(string directory, HubOptions options, TimeProvider time, RecordingDestination destination) =>
        new(options, time, new SqliteStore(new SqliteOptions { DataDirectory = directory }, time), directory, destination);

    private static async Task<TestHub> StartAsync(TestHub hub)
    {
        await hub.Pipeline.StartAsync(Token);
        return hub;
    }
}
