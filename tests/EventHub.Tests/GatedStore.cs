using System.Collections.Concurrent;
using EventHub.Events;
using EventHub.Routing;
using EventHub.Storage;

namespace EventHub.Tests;

/// <summary>A store whose appends and settlements a test can hold up or have fail; everything else goes through.</summary>
internal sealed class GatedStore(IHubStore inner) : IHubStore, IEventLog, IDispatchStore
{
    private int _appends;
    private int _reads;
    private int _loads;
    private IJournalStore? _journal;

    /// <summary>Awaited before each append.</summary>
    public Func<AppendRequest, Task>? BeforeAppend { get; set; }

    /// <summary>Awaited before each read of the log.</summary>
    public Func<Task>? BeforeRead { get; set; }

    /// <summary>Called before leases are taken or renewed; what it throws is what comes of it.</summary>
    public Action? BeforeAcquire { get; set; }

    /// <summary>Awaited before each settlement; what it throws is the settlement's failure, and nothing was kept.</summary>
    public Func<Settlement, Task>? BeforeSettle { get; set; }

    /// <summary>Awaited after each settlement that was kept; what it throws is what the engine is told.</summary>
    public Func<Settlement, Task>? AfterSettle { get; set; }

    /// <summary>Awaited after each read of what was requeued, before the engine gets it.</summary>
    public Func<Task>? AfterRequeuedRead { get; set; }

    /// <summary>Settlements that were kept.</summary>
    public ConcurrentQueue<Settlement> Settled { get; } = new();

    /// <summary>Appends that came.</summary>
    public int Appends => Volatile.Read(ref _appends);

    /// <summary>Reads of the log that came, but for those of one event: the gauges look how old the oldest is that is owed, whenever that is.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Runners that asked what they had ended, which they do once, when they start.</summary>
    public int Loads => Volatile.Read(ref _loads);

    public string Name => inner.Name;

    public Durability Durability => inner.Durability;

    public bool IsPersistent => inner.IsPersistent;

    public IEventLog Log => this;

    public IDispatchStore Dispatches => this;

    public IJournalStore Journal => _journal ??= GatedJournal.Over(inner.Journal, () => AfterRequeuedRead);

    public IConsumerStore Consumers => inner.Consumers;

    public ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken) => inner.OpenAsync(observer, cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken) => inner.PingAsync(cancellationToken);

    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _appends);
        if (BeforeAppend is { } before) await before(request);
        return await inner.Log.AppendAsync(request, cancellationToken);
    }

    public async ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken)
    {
        if (maxCount > 1) Interlocked.Increment(ref _reads);
        if (BeforeRead is { } before) await before();
        return await inner.Log.ReadAsync(after, maxCount, maxBytes, types, cancellationToken);
    }

    public ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken) => inner.Log.FindAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken) => inner.Log.GetAsync(sequences, cancellationToken);

    public ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken) => inner.Log.QueryAsync(query, cancellationToken);

    public ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) => inner.Log.FindSequenceBeforeAsync(time, cancellationToken);

    public ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken) => inner.Log.GetStateAsync(cancellationToken);

    public ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken) => inner.Log.TrimAsync(upTo, now, cancellationToken);

    public ValueTask<SubscriptionVersion?> SaveSubscriptionAsync(SubscriptionChange change, CancellationToken cancellationToken) =>
        inner.Dispatches.SaveSubscriptionAsync(change, cancellationToken);

    public ValueTask<IReadOnlyList<SubscriptionVersion>> LoadSubscriptionsAsync(CancellationToken cancellationToken) => inner.Dispatches.LoadSubscriptionsAsync(cancellationToken);

    public ValueTask<IReadOnlyList<Lease>> AcquireLeasesAsync(string owner, TimeSpan duration, int limit, CancellationToken cancellationToken)
    {
        BeforeAcquire?.Invoke();
        return inner.Dispatches.AcquireLeasesAsync(owner, duration, limit, cancellationToken);
    }

    public ValueTask ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => inner.Dispatches.ReleaseLeaseAsync(lease, cancellationToken);

    public ValueTask<DispatchState> LoadStateAsync(int subscriptionKey, int partition, CancellationToken cancellationToken) =>
        inner.Dispatches.LoadStateAsync(subscriptionKey, partition, cancellationToken);

    public ValueTask<IReadOnlyList<long>> ReadEndedAsync(int subscriptionKey, int generation, long after, int limit, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        return inner.Dispatches.ReadEndedAsync(subscriptionKey, generation, after, limit, cancellationToken);
    }

    public async ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancellationToken)
    {
        if (BeforeSettle is { } before) await before(settlement);
        if (!await inner.Dispatches.SettleAsync(settlement, cancellationToken)) return false;
        Settled.Enqueue(settlement);
        if (AfterSettle is { } after) await after(settlement);
        return true;
    }
}
