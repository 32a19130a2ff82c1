using EventHub.Events;
using EventHub.Routing;
using Xunit;

namespace EventHub.Storage.Conformance.Support;

/// <summary>What all classes of the suite share: a new open store per test, a clock, an observer. Every test ends with the store's own check.</summary>
public abstract class StoreTest<TProvider> : IAsyncLifetime
    where TProvider : StoreProvider, new()
{
    /// <summary>Longer than any lease a test takes.</summary>
    protected static readonly TimeSpan PastTheLease = TimeSpan.FromMinutes(2);

    protected TProvider Provider { get; } = new();

    protected FakeTimeProvider Clock { get; } = new();

    protected RecordingObserver Observer { get; private set; } = new();

    protected IHubStore Store { get; private set; } = null!;

    protected IEventLog Log => Store.Log;

    protected IDispatchStore Dispatches => Store.Dispatches;

    protected IJournalStore Journal => Store.Journal;

    protected IConsumerStore Consumers => Store.Consumers;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Set by a test that closes the store itself.</summary>
    protected bool IsClosed { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Store = await Provider.CreateAsync(Clock);
        await Store.OpenAsync(Observer, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!IsClosed) Assert.Empty(await Store.CheckAsync(CancellationToken.None));
        }
        finally
        {
            await Store.DisposeAsync();
            await Provider.DisposeAsync();
            GC.SuppressFinalize(this);
        }
    }

    protected async Task CloseAsync()
    {
        await Store.DisposeAsync();
        IsClosed = true;
    }

    /// <summary>Closes the store and opens another in its place, with a new observer.</summary>
    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await Provider.ReopenAsync(Store, Clock);
        Observer = new RecordingObserver();
        await Store.OpenAsync(Observer, Cancel);
    }

    /// <summary>Appends in one request, without keys.</summary>
    protected async Task<AppendResult> AppendAsync(params Event[] events) =>
        await Log.AppendAsync(new AppendRequest { Events = events, Now = Make.Time }, Cancel);

    /// <summary>Appends one event with a key.</summary>
    protected Task<AppendResult> AppendAsync(IdempotencyKey key, DateTimeOffset? now = null) => AppendKeyedAsync(now ?? Make.Time, key);

    /// <summary>Appends an event for each key, in one request.</summary>
    protected async Task<AppendResult> AppendKeyedAsync(DateTimeOffset now, params IdempotencyKey?[] keys) =>
        await Log.AppendAsync(new AppendRequest { Events = Make.Events(keys.Length), EventKeys = keys, Now = now }, Cancel);

    /// <summary>All events of the log, read in one page.</summary>
    protected async Task<IReadOnlyList<Event>> ReadAllAsync() => (await Log.ReadAsync(0, int.MaxValue, long.MaxValue, null, Cancel)).Events;

    protected async Task<long> HeadAsync() => (await Log.GetStateAsync(Cancel)).Head;

    /// <summary>Creates a subscription for everything.</summary>
    protected async Task<SubscriptionVersion> SubscribeAsync(string id = "sub", long? startAfter = 0, int partitions = 1)
    {
        var subscription = Make.Subscription(id);
        var change = new SubscriptionChange
        {
            Subscription = subscription with { Delivery = subscription.Delivery with { Partitions = partitions } }, ExpectedVersion = 0, StartAfter = startAfter,
        };
        return Assert.IsType<SubscriptionVersion>(await Dispatches.SaveSubscriptionAsync(change, Cancel));
    }

    /// <summary>Changes or deletes a subscription; <c>null</c> when the store does not take it.</summary>
    protected async Task<SubscriptionVersion?> ChangeAsync(SubscriptionVersion from, bool isDelete = false, string? name = null) =>
        await Dispatches.SaveSubscriptionAsync(
            new SubscriptionChange
            {
                Subscription = name is null ? from.Subscription : from.Subscription with { Name = name }, ExpectedVersion = from.Version, IsDelete = isDelete,
            },
            Cancel);

    /// <summary>All leases the owner has after acquiring.</summary>
    protected async Task<IReadOnlyList<Lease>> AcquireAsync(string owner, int limit = int.MaxValue) =>
        await Dispatches.AcquireLeasesAsync(owner, TimeSpan.FromMinutes(1), limit, Cancel);

    /// <summary>A worker that has the lease of a subscription.</summary>
    protected async Task<Worker> WorkerForAsync(SubscriptionVersion subscription, string owner = "worker") =>
        new(Store, Assert.Single(await AcquireAsync(owner), lease => lease.SubscriptionKey == subscription.Key));

    /// <summary>A log of so many events and a worker for a new subscription that gets all of them.</summary>
    protected async Task<Worker> WorkerWithEventsAsync(int count, string id = "sub")
    {
        await AppendAsync(Make.Events(count));
        return await WorkerForAsync(await SubscribeAsync(id));
    }

    /// <summary>Dispatches that match, in order of their keys.</summary>
    protected async Task<IReadOnlyList<DispatchRecord>> QueryAsync(DispatchQuery? query = null) =>
        await Journal.QueryAsync(query ?? new DispatchQuery { Limit = 1000 }, Cancel);

    /// <summary>The record of one dispatch, if there is one.</summary>
    protected async Task<DispatchRecord?> FindAsync(DispatchKey key) =>
        (await QueryAsync(new DispatchQuery { SubscriptionKey = key.Subscription, FromSequence = key.Sequence, ToSequence = key.Sequence, Limit = 1000 }))
        .SingleOrDefault(record => record.Key == key);

    /// <summary>Keys on the dead letter list.</summary>
    protected async Task<IReadOnlyList<DispatchKey>> DeadLettersAsync() =>
        [.. (await QueryAsync(new DispatchQuery { DeadLettersOnly = true, Limit = 1000 })).Select(record => record.Key)];

    protected async Task<IReadOnlyList<DispatchKey>> RequeueAsync(Worker worker, bool onlyDeadLetters, params DispatchKey[] keys) =>
        await Journal.RequeueAsync(
            new RequeueRequest
            {
                SubscriptionKey = worker.Subscription, Keys = keys, OnlyDeadLetters = onlyDeadLetters, Now = Make.Time.AddHours(1), DueAt = Make.Time.AddHours(2),
            },
            Cancel);
}
