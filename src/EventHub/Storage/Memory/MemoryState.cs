using EventHub.Events;
using EventHub.Routing;

namespace EventHub.Storage.Memory;

/// <summary>What the parts of the memory store share: the data, the lock over it and the observer told of commits.</summary>
internal sealed class MemoryState(TimeProvider clock, string epoch)
{
    private readonly Lock _gate = new();
    private ICommitObserver? _observer;
    private bool _isClosed;

    public string Epoch => epoch;

    /// <summary>The store's clock, now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    public MemoryEventTable Events { get; } = new();

    public MemoryKeyTable Keys { get; } = new();

    /// <summary>By key: the subscription with key n is at n - 1. Deleted ones stay.</summary>
    public List<MemorySubscription> Subscriptions { get; } = [];

    public Dictionary<string, MemorySubscription> SubscriptionsById { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, ConsumerRecord> Consumers { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys of all exceptions, requeued ones included.</summary>
    public SortedSet<DispatchKey> Exceptions { get; } = [];

    public SortedSet<DispatchKey> DeadLetters { get; } = [];

    public void Open(ICommitObserver observer)
    {
        lock (_gate)
        {
            if (_observer is not null) throw new InvalidOperationException("The memory store is opened once; create another one.");
            _observer = observer;
        }
    }

    public void Close()
    {
        lock (_gate) _isClosed = true;
    }

    /// <summary>Runs one operation of the store: it is alone while it runs, and has told the observer before its caller goes on.</summary>
    public ValueTask<T> Run<T>(Func<T> operation, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        lock (_gate)
        {
            if (_isClosed) return ValueTask.FromException<T>(new StorageException(StorageFailure.Closed, "The memory store is closed."));
            if (_observer is null) return ValueTask.FromException<T>(new InvalidOperationException("Open the memory store before using it."));
            try
            {
                return ValueTask.FromResult(operation());
            }
            catch (Exception exception)
            {
                return ValueTask.FromException<T>(exception);
            }
        }
    }

    public void TellAppended_NeedsLock(IReadOnlyList<Event> events) => _observer!.Appended(events);

    public void TellSubscriptionChanged_NeedsLock(SubscriptionVersion version) => _observer!.SubscriptionChanged(version);

    public void TellRequeued_NeedsLock(int subscriptionKey) => _observer!.Requeued(subscriptionKey);

    /// <summary>The subscription with this key, unless there is none or it is deleted.</summary>
    public MemorySubscription? FindLive(int key) =>
        key >= 1 && key <= Subscriptions.Count && !Subscriptions[key - 1].IsDeleted ? Subscriptions[key - 1] : null;

    /// <summary>Above this sequence none of a subscription's dispatches, deleted or not, has a result.</summary>
    public long LastEnded(int key) => key >= 1 && key <= Subscriptions.Count ? Subscriptions[key - 1].LastEnded : 0;

    public void SetException(MemoryDispatch dispatch, ExceptionRecord exception)
    {
        var subscription = Subscriptions[dispatch.Key.Subscription - 1];
        subscription.Untrack(dispatch);
        dispatch.Exception = exception;
        subscription.Track(dispatch);
        Exceptions.Add(dispatch.Key);
    }

    public void EndException(MemoryDispatch dispatch)
    {
        Subscriptions[dispatch.Key.Subscription - 1].Untrack(dispatch);
        dispatch.Exception = null;
        Exceptions.Remove(dispatch.Key);
    }

    public void SetDeadLetter(MemoryDispatch dispatch, bool isDeadLetter)
    {
        if (dispatch.IsDeadLetter == isDeadLetter) return;
        dispatch.IsDeadLetter = isDeadLetter;
        Subscriptions[dispatch.Key.Subscription - 1].DeadLetters += isDeadLetter ? 1 : -1;
        if (isDeadLetter) DeadLetters.Add(dispatch.Key);
        else DeadLetters.Remove(dispatch.Key);
    }
}
