using EventHub.Sqlite.Diagnostics;
using EventHub.Sqlite.Native;
using EventHub.Storage;
using Microsoft.Extensions.Logging;

namespace EventHub.Sqlite.Writing;

/// <summary>
/// The one thread that writes, with the one connection that does. It takes all writes that came in while the last commit went to disk
/// and commits them together. Failure policy: an operation that fails is rolled back with those that share its transaction, and each of
/// them then runs by itself, for none has been acknowledged. A commit that fails is never repeated: its callers are told, and unless
/// the disk was merely full (SQLite has then undone everything) the writer refuses all that follows.
/// </summary>
internal sealed class Writer
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(1);
    private readonly SqliteConnection _connection;
    private readonly WriteQueue _queue;
    private readonly NewestBlock _newest = new();
    private readonly Checkpointer _checkpointer;
    private readonly ICommitObserver _observer;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _path;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile LogHead _committed;
    private volatile bool _isDiskFull;
    private volatile StorageException? _poison;
    private long _commits;

    public Writer(SqliteConnection connection, WriteQueue queue, Checkpointer checkpointer, LogHead committed, ICommitObserver observer, WriterContext context)
    {
        _connection = connection;
        _queue = queue;
        _checkpointer = checkpointer;
        _committed = committed;
        _observer = observer;
        _clock = context.Clock;
        _logger = context.Logger;
        _path = context.Path;
    }

    /// <summary>The ends of the log as committed.</summary>
    public LogHead Committed => _committed;

    /// <summary>A write found no space, and none has proven since that there is some.</summary>
    public bool IsDiskFull => _isDiskFull;

    /// <summary>Commits made since the store was opened.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>Completes when the thread has ended and the connection is closed.</summary>
    public Task Stopped => _stopped.Task;

    public void Start() => new Thread(Run) { Name = "eventhub-sqlite-writer", IsBackground = true }.Start();

    /// <summary>Queues a write and waits for its commit.</summary>
    /// <exception cref="StorageException">Refused, or failed.</exception>
    public ValueTask<T> SubmitAsync<T>(ResultOperation<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        operation.ListenTo(cancellationToken);
        try
        {
            _queue.Add(operation);
        }
        catch (StorageException)
        {
            operation.StopListening();
            throw;
        }

        return new ValueTask<T>(operation.Task);
    }

    private void Run()
    {
        var operations = new List<WriteOperation>();
        try
        {
            while (_queue.Wait(_poison is null && _checkpointer.HasWork ? s_idle : Timeout.InfiniteTimeSpan))
            {
                _queue.TakeUp(operations);
                if (operations.Count == 0)
                {
                    if (_poison is null) _checkpointer.WhenIdle();
                    continue;
                }

                Write(operations);
                operations.Clear();
                if (_poison is null) _checkpointer.AfterCommit();
            }

            if (_poison is null) _checkpointer.BeforeClose();
        }
        catch (Exception exception)
        {
            // The thread must not take the process down, nor leave anybody waiting: a failed checkpoint, an observer that throws.
            _logger.WriterFailed(_path, exception);
            Poison(operations, exception);
            while (_queue.Wait(TimeSpan.Zero))
            {
                _queue.TakeUp(operations);
                Refuse(operations);
            }
        }
        finally
        {
            _connection.Dispose();
            _stopped.SetResult();
        }
    }

    private void Write(List<WriteOperation> operations)
    {
        if (_poison is not null)
        {
            Refuse(operations);
            return;
        }

        // 1 execute all in one transaction
        var transaction = new WriteTransaction(_connection, _committed, _newest, _clock);
        try
        {
            _connection.Run("BEGIN IMMEDIATE");
            foreach (var operation in operations) operation.Execute(transaction);
        }
        catch (Exception exception)
        {
            AfterFailure(operations, exception);
            return;
        }

        // 2 commit once
        if (!TryCommit(operations)) return;
        _committed = new LogHead(transaction.Head, transaction.Trimmed);
        if (_isDiskFull && operations.Exists(static o => o.ProvesSpace)) _isDiskFull = false;

        // 3 tell the observer, then the callers
        transaction.Tell(_observer);
        foreach (var operation in operations) operation.Complete();
    }

    private void AfterFailure(List<WriteOperation> operations, Exception exception)
    {
        if (!TryRollBack(operations)) return;
        if (operations.Count == 1)
        {
            operations[0].Fail(Explain(exception, 1));
            return;
        }

        if (exception is SqliteException failure && SqliteFailures.IsBusy(failure))
        {
            FailAll(operations, failure);
            return;
        }

        _logger.TransactionFailed(operations.Count, _path, exception);
        foreach (var operation in operations) Write([operation]);
    }

    private bool TryCommit(List<WriteOperation> operations)
    {
        try
        {
            _connection.Run("COMMIT");
            Interlocked.Increment(ref _commits);
            return true;
        }
        catch (SqliteException exception) when (SqliteFailures.IsDiskFull(exception))
        {
            if (!TryRollBack(operations)) return false;
            FailAll(operations, exception);
            return false;
        }
        catch (SqliteException exception)
        {
            _logger.CommitFailed(_path, exception);
            _ = TryRollBack(operations);
            Poison(operations, exception);
            return false;
        }
    }

    private bool TryRollBack(List<WriteOperation> operations)
    {
        try
        {
            // SQLite has rolled back by itself after some errors.
            if (!_connection.IsAutocommit) _connection.Run("ROLLBACK");
            return true;
        }
        catch (SqliteException exception)
        {
            _logger.CommitFailed(_path, exception);
            Poison(operations, exception);
            return false;
        }
    }

    private void FailAll(List<WriteOperation> operations, SqliteException exception)
    {
        var explained = (StorageException)Explain(exception, operations.Count);
        foreach (var operation in operations) operation.Fail(SqliteFailures.Again(explained));
    }

    private void Poison(List<WriteOperation> operations, Exception exception)
    {
        _poison ??= SqliteFailures.CommitFailed(exception, _path);
        _queue.Close(_poison);
        Refuse(operations);
    }

    private void Refuse(List<WriteOperation> operations)
    {
        foreach (var operation in operations) operation.Fail(SqliteFailures.Again(_poison!));
        operations.Clear();
    }

    private Exception Explain(Exception exception, int operations)
    {
        if (exception is not SqliteException failure)
        {
            if (exception is not StorageException) _logger.WriteFailed(_path, exception);
            return exception;
        }

        if (SqliteFailures.IsDiskFull(failure))
        {
            _isDiskFull = true;
            _logger.DiskFull(_path, operations, failure);
        }
        else
        {
            _logger.WriteFailed(_path, failure);
        }

        return SqliteFailures.ToStorage(failure, _path);
    }
}
