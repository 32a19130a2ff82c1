using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Postgres.Maintenance;
using EventHub.Postgres.Noticing;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Writing;

/// <summary>
/// The one loop, with the one connection, that writes what has a place in the order of the log, and that tells the observer: of its own commits, and of those
/// of other processes, which it finds in the log row with every commit and whenever it is woken. Failure policy: what the server refused was rolled back,
/// and those who shared the transaction each run by themselves; when the connection breaks during a commit, its callers are told that the outcome is
/// unknown, and nothing is repeated.
/// </summary>
internal sealed class LogWriter
{
    private readonly WriterContext _context;
    private readonly WriteQueue _queue;
    private readonly Announcer _announcer;
    private readonly Bell _bell;
    private readonly PartitionKeeper _partitions;
    private readonly WriterConnection _connection;
    private readonly List<WriteOperation> _operations = [];
    private ITimer? _poll;
    private Task _loop = Task.CompletedTask;

    public LogWriter(WriterContext context, Announcer announcer, Bell bell, PartitionKeeper partitions)
    {
        (_context, _announcer, _bell, _partitions) = (context, announcer, bell, partitions);
        _queue = new WriteQueue(context.Options.QueueCapacity, context.Options.QueueBytes);
        _connection = new WriterConnection(context.Database, context.Logger, "log writer");
    }

    public void Start()
    {
        _loop = Task.Run(RunAsync);
        _poll = _context.Clock.CreateTimer(static state => ((WriteQueue)state!).Wake(), _queue, _context.Options.PollInterval, _context.Options.PollInterval);
    }

    /// <summary>Another process committed something, perhaps.</summary>
    public void Wake() => _queue.Wake();

    public ValueTask<T> SubmitAsync<T>(ResultOperation<T> operation, CancellationToken cancellationToken) => _queue.SubmitAsync(operation, cancellationToken);

    /// <summary>Finishes what is queued, and refuses what comes.</summary>
    public async Task CloseAsync()
    {
        if (_poll is not null) await _poll.DisposeAsync().ConfigureAwait(false);
        _queue.Close();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _queue.WaitAsync().ConfigureAwait(false))
        {
            _queue.TakeUp(_operations);
            try
            {
                if (_operations.Count == 0) await RefreshAsync().ConfigureAwait(false);
                else if (_operations[0] is IOrderedOperation ordered) await RunAsync(_operations[0], ordered).ConfigureAwait(false);
                else await AppendAsync([.. _operations.Cast<AppendOperation>()]).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // A bug must neither end the loop nor leave anybody waiting.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _context.Logger.WriterFailed("log writer", exception);
                await _connection.DropAsync().ConfigureAwait(false);
                foreach (var operation in _operations) operation.Fail(PostgresFailures.OutcomeUnknown(exception, _context.Database.Name));
            }

            _operations.Clear();
        }

        await _connection.DropAsync().ConfigureAwait(false);
    }

    /// <summary>Looks what others committed.</summary>
    private async Task RefreshAsync()
    {
        try
        {
            var connection = await _connection.GetAsync().ConfigureAwait(false);
            await _announcer.CatchUpAsync(connection, await LogRow.ReadAsync(connection).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // Logged where it was found; the next wake-up tries again.
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            await _connection.DropAsync(exception).ConfigureAwait(false);
        }
    }

    private async Task AppendAsync(IReadOnlyList<AppendOperation> operations)
    {
        var isCommitting = false;
        try
        {
            var connection = await _connection.GetAsync().ConfigureAwait(false);

            // 1 one round trip, as if no key were known; where one is, look which
            var batch = new AppendBatch(operations.Select(static operation => operation.Request));
            Placement? placed = null;
            if (batch.AllKeys.Count == batch.NewKeys.Count)
            {
                isCommitting = true;
                placed = await TryAppendAsync(connection, batch).ConfigureAwait(false);
                isCommitting = false;
            }

            if (placed is null)
            {
                var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    (batch, placed) = await AppendWithKnownKeysAsync(connection, operations, batch).ConfigureAwait(false);
                    isCommitting = true;
                    await transaction.CommitAsync().ConfigureAwait(false);
                    isCommitting = false;
                }
            }

            // 2 tell the observer, then the callers
            await AnnounceAsync(connection, batch, placed).ConfigureAwait(false);
            for (var i = 0; i < operations.Count; i++) operations[i].Complete(batch.ResultAt(i, placed.Base));
        }
        catch (StorageException exception)
        {
            foreach (var operation in operations) operation.Fail(PostgresFailures.Again(exception));
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            if (await FailAsync(operations, exception, isCommitting).ConfigureAwait(false)) return;
            foreach (var operation in operations) await AppendAsync([operation]).ConfigureAwait(false);
        }
    }

    /// <summary><c>null</c> when a key is known: then nothing was written.</summary>
    private async Task<Placement?> TryAppendAsync(NpgsqlConnection connection, AppendBatch batch)
    {
        try
        {
            return await Placement.ReadAsync(AppendCommand.Create(batch, isChecked: true, _context.Options.EventsPerPartition, connection)).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresFailures.KeyKnown)
        {
            return null;
        }
    }

    private async Task<(AppendBatch Batch, Placement Placed)> AppendWithKnownKeysAsync(
        NpgsqlConnection connection, IReadOnlyList<AppendOperation> operations, AppendBatch guess)
    {
        // Under the lock of the log row nobody else writes keys, so what is found stays so until the commit.
        var row = await LogRow.LockAsync(connection).ConfigureAwait(false);
        var known = await KeyTable.FindAsync(connection, guess.AllKeys.Keys).ConfigureAwait(false);
        var batch = new AppendBatch(operations.Select(static operation => operation.Request), known);
        if (batch.Events.Count == 0 && batch.NewKeys.Count == 0) return (batch, new Placement(row.Head, row.Change, row.Trimmed, long.MaxValue));
        return (batch, await Placement.ReadAsync(AppendCommand.Create(batch, isChecked: false, _context.Options.EventsPerPartition, connection)).ConfigureAwait(false));
    }

    private async Task AnnounceAsync(NpgsqlConnection connection, AppendBatch batch, Placement placed)
    {
        try
        {
            await _announcer.CatchUpAsync(connection, new LogView(placed.Base, placed.Trimmed, placed.Change)).ConfigureAwait(false);
            if (batch.Events.Count > 0) _announcer.Appended(batch.Place(placed.Base));
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            // Committed all the same; the next look at the log tells of it.
            await _connection.DropAsync(exception).ConfigureAwait(false);
        }

        if (batch.Events.Count == 0) return;
        _bell.Ring();
        _partitions.Consider(placed.Base + batch.Events.Count, placed.Partitioned);
    }

    private async Task RunAsync(WriteOperation operation, IOrderedOperation ordered)
    {
        var isCommitting = false;
        try
        {
            var connection = await _connection.GetAsync().ConfigureAwait(false);
            OrderedTransaction work;
            var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                work = new OrderedTransaction(connection, await LogRow.LockAsync(connection).ConfigureAwait(false), _context.LeaseTime);
                await ordered.ExecuteAsync(work).ConfigureAwait(false);
                isCommitting = true;
                await transaction.CommitAsync().ConfigureAwait(false);
                isCommitting = false;
            }

            await AnnounceAsync(connection, work).ConfigureAwait(false);
            ordered.Complete();
        }
        catch (StorageException exception)
        {
            operation.Fail(exception);
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            await FailAsync([operation], exception, isCommitting).ConfigureAwait(false);
        }
    }

    private async Task AnnounceAsync(NpgsqlConnection connection, OrderedTransaction work)
    {
        try
        {
            await _announcer.CatchUpAsync(connection, work.Start).ConfigureAwait(false);
            _announcer.Changed(work);
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            await _connection.DropAsync(exception).ConfigureAwait(false);
        }

        if (work.Change != work.Start.Change || work.Appended.Count > 0) _bell.Ring();
        if (work.Appended.Count > 0) _partitions.Consider(work.Appended[^1].Sequence, work.Partitioned);
    }

    /// <summary>Tells the callers; false when each of them shall run by itself, because one of them is at fault and the server has rolled back all.</summary>
    private async Task<bool> FailAsync(IReadOnlyList<WriteOperation> operations, Exception exception, bool isCommitting)
    {
        StorageException failure;
        if (PostgresFailures.IsRolledBack(exception))
        {
            failure = PostgresFailures.ToStorage(exception, _context.Database.Name);
            if (operations.Count > 1 && failure.Failure is not (StorageFailure.DiskFull or StorageFailure.ReadOnly))
            {
                _context.Logger.TransactionFailed(operations.Count, exception);
                return false;
            }

            _context.Logger.WriteFailed(exception);
        }
        else
        {
            await _connection.DropAsync(exception).ConfigureAwait(false);
            failure = isCommitting ? PostgresFailures.OutcomeUnknown(exception, _context.Database.Name) : PostgresFailures.ToStorage(exception, _context.Database.Name);
            if (isCommitting) _context.Logger.OutcomeUnknown(operations.Count, exception);
        }

        foreach (var operation in operations) operation.Fail(PostgresFailures.Again(failure));
        return true;
    }
}
