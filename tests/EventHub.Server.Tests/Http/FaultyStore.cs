using EventHub.Events;
using EventHub.Storage;
using EventHub.Storage.Memory;

namespace EventHub.Server.Tests.Http;

/// <summary>The memory store, with faults on request.</summary>
internal sealed class FaultyStore(TimeProvider time) : IHubStore, IEventLog
{
    private readonly MemoryStore _store = new(time, new Random(1));
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isHeld;
    private volatile bool _isFailing;

    /// <summary>An append has come to the store.</summary>
    public Task AppendReached => _reached.Task;

    public string Name => _store.Name;

    public Durability Durability => _store.Durability;

    public bool IsPersistent => false;

    public IEventLog Log => this;

    public IDispatchStore Dispatches => _store.Dispatches;

    public IJournalStore Journal => _store.Journal;

    public IConsumerStore Consumers => _store.Consumers;

    /// <summary>Appends wait from now on.</summary>
    public void HoldAppends()
    {
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _isHeld = true;
    }

    /// <summary>Those that wait go on.</summary>
    public void LetAppendsGo()
    {
        _isHeld = false;
        _gate.SetResult();
    }

    /// <summary>Every append and ping fails from now on.</summary>
    public void FailAppends() => _isFailing = true;

    public ValueTask OpenAsync(ICommitObserver observer, CancellationToken cancellationToken) => _store.OpenAsync(observer, cancellationToken);

    public ValueTask PingAsync(CancellationToken cancellationToken) => _isFailing ? throw Failure() : _store.PingAsync(cancellationToken);

    public ValueTask<IReadOnlyList<string>> CheckAsync(CancellationToken cancellationToken) => _store.CheckAsync(cancellationToken);

    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        if (_isHeld) await _gate.Task;
        return _isFailing ? throw Failure() : await _store.Log.AppendAsync(request, cancellationToken);
    }

    public ValueTask<EventPage> ReadAsync(long after, int maxCount, long maxBytes, IReadOnlyList<TypePattern>? types, CancellationToken cancellationToken) =>
        _store.Log.ReadAsync(after, maxCount, maxBytes, types, cancellationToken);

    public ValueTask<Event?> FindAsync(Guid id, CancellationToken cancellationToken) => _store.Log.FindAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<Event>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken) => _store.Log.GetAsync(sequences, cancellationToken);

    public ValueTask<IReadOnlyList<Event>> QueryAsync(EventQuery query, CancellationToken cancellationToken) => _store.Log.QueryAsync(query, cancellationToken);

    public ValueTask<long> FindSequenceBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) => _store.Log.FindSequenceBeforeAsync(time, cancellationToken);

    public ValueTask<LogState> GetStateAsync(CancellationToken cancellationToken) => _store.Log.GetStateAsync(cancellationToken);

    public ValueTask<long> TrimAsync(long upTo, DateTimeOffset now, CancellationToken cancellationToken) => _store.Log.TrimAsync(upTo, now, cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static StorageException Failure() => new(StorageFailure.CommitFailed, "The disk is gone.");
}
