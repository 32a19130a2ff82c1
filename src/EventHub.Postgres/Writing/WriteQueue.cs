using EventHub.Postgres.Connections;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>Writes waiting for one writer, in order. Bounded by number and bytes: when full, one more is refused as busy.</summary>
internal sealed class WriteQueue(int capacity, long byteCapacity)
{
    private const int TransactionRows = 4096;
    private const long TransactionBytes = 16L << 20;
    private readonly Lock _gate = new();
    private readonly LinkedList<WriteOperation> _waiting = new();
    private TaskCompletionSource? _idle;
    private long _bytes;
    private bool _isClosed;
    private bool _isWoken;

    /// <summary>Queues a write and waits for its result.</summary>
    /// <exception cref="StorageException">Full (<see cref="StorageFailure.Busy"/>), closed, or what became of the write.</exception>
    public ValueTask<T> SubmitAsync<T>(ResultOperation<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        operation.ListenTo(cancellationToken);
        try
        {
            Add(operation);
        }
        catch (StorageException)
        {
            operation.StopListening();
            throw;
        }

        return new ValueTask<T>(operation.Task);
    }

    /// <summary>Lets the writer look up although nothing waits.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            _idle?.TrySetResult();
        }
    }

    /// <summary>For the writer: waits until something waits, somebody wakes it, or it is closed.</summary>
    /// <returns>False when nothing waits and nothing will come any more.</returns>
    public async ValueTask<bool> WaitAsync()
    {
        TaskCompletionSource idle;
        lock (_gate)
        {
            if (IsReady_NeedsLock()) return !_isClosed || _waiting.Count > 0;
            idle = _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await idle.Task.ConfigureAwait(false);
        lock (_gate)
        {
            _idle = null;
            _ = IsReady_NeedsLock();
            return !_isClosed || _waiting.Count > 0;
        }
    }

    /// <summary>Takes up what waits, in order, as much as one transaction should hold. Those that cannot join it wait for the next.</summary>
    public void TakeUp(List<WriteOperation> operations)
    {
        var rows = 0;
        var bytes = 0L;
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null;)
            {
                var (current, next) = (node, node.Value);
                node = node.Next;
                if (operations.Count > 0 && (rows + next.Rows > TransactionRows || bytes + next.Bytes > TransactionBytes)) return;
                if (operations.Count > 0 && !next.CanJoin(operations)) continue;
                _waiting.Remove(current);
                _bytes -= next.Bytes;
                if (!next.TryTakeUp()) continue;
                operations.Add(next);
                rows += next.Rows;
                bytes += next.Bytes;
            }
        }
    }

    /// <summary>Nothing more is let in; what waits stays.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _idle?.TrySetResult();
        }
    }

    private void Add(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_isClosed) throw PostgresFailures.Closed();
            if (_waiting.Count >= capacity || (_waiting.Count > 0 && _bytes + operation.Bytes > byteCapacity))
            {
                throw new StorageException(
                    StorageFailure.Busy,
                    $"{_waiting.Count} writes ({_bytes} bytes) wait for the PostgreSQL store already. " +
                    $"Try again shortly, or raise {nameof(PostgresOptions.QueueCapacity)} or {nameof(PostgresOptions.QueueBytes)}.");
            }

            _waiting.AddLast(operation);
            _bytes += operation.Bytes;
            _idle?.TrySetResult();
        }
    }

    private bool IsReady_NeedsLock()
    {
        var isReady = _waiting.Count > 0 || _isClosed || _isWoken;
        _isWoken = false;
        return isReady;
    }
}
