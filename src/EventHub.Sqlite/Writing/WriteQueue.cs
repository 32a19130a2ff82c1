using EventHub.Sqlite.Native;
using EventHub.Storage;

namespace EventHub.Sqlite.Writing;

/// <summary>Writes waiting for the writer, in order. Bounded by number and bytes: when full, one more is refused as busy.</summary>
internal sealed class WriteQueue(int capacity, long byteCapacity)
{
    private const int TransactionRows = 4096;
    private const long TransactionBytes = 16L << 20;

    /// <summary>A monitor, not a <see cref="Lock"/>: the writer's thread waits on it.</summary>
    private readonly object _gate = new();
    private readonly Queue<WriteOperation> _waiting = new();
    private long _bytes;
    private StorageException? _closed;

    /// <exception cref="StorageException">Full (<see cref="StorageFailure.Busy"/>), or closed: for the reason it was closed for.</exception>
    public void Add(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_closed is { } reason) throw SqliteFailures.Again(reason);
            if (_waiting.Count >= capacity || (_waiting.Count > 0 && _bytes + operation.Bytes > byteCapacity))
            {
                throw new StorageException(
                    StorageFailure.Busy,
                    $"{_waiting.Count} writes ({_bytes} bytes) wait for the SQLite store already. " +
                    $"Try again shortly, or raise {nameof(SqliteOptions.QueueCapacity)} or {nameof(SqliteOptions.QueueBytes)}.");
            }

            _waiting.Enqueue(operation);
            _bytes += operation.Bytes;
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until something waits, the time is over, or the queue is closed.</summary>
    /// <returns>False when nothing waits and nothing will come any more.</returns>
    public bool Wait(TimeSpan timeout)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed is not null) return false;
                if (!Monitor.Wait(_gate, timeout)) return true;
            }

            return true;
        }
    }

    /// <summary>Takes up what waits, as much as one transaction should hold; operations withdrawn meanwhile are left out.</summary>
    public void TakeUp(List<WriteOperation> operations)
    {
        var rows = 0;
        var bytes = 0L;
        lock (_gate)
        {
            while (_waiting.TryPeek(out var next))
            {
                if (operations.Count > 0 && (rows + next.Rows > TransactionRows || bytes + next.Bytes > TransactionBytes)) return;
                _waiting.Dequeue();
                _bytes -= next.Bytes;
                if (!next.TryTakeUp()) continue;
                operations.Add(next);
                rows += next.Rows;
                bytes += next.Bytes;
            }
        }
    }

    /// <summary>Nothing more is let in; what waits stays. The first reason stands.</summary>
    public void Close(StorageException reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            Monitor.Pulse(_gate);
        }
    }
}
