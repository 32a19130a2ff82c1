using EventHub.Postgres.Connections;
using EventHub.Postgres.Diagnostics;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>
/// The loop, with a connection of its own, that commits settlements: all that came in while the last commit went to disk, in one round trip. Apart from the
/// log writer, so that settling never holds the lock that appends of all processes wait for. Failure policy: as of <see cref="LogWriter"/>.
/// </summary>
internal sealed class SettlementWriter
{
    private readonly WriterContext _context;
    private readonly Func<long> _head;
    private readonly WriteQueue _queue;
    private readonly WriterConnection _connection;
    private readonly List<WriteOperation> _operations = [];
    private Task _loop = Task.CompletedTask;

    public SettlementWriter(WriterContext context, Func<long> head)
    {
        (_context, _head) = (context, head);
        _queue = new WriteQueue(context.Options.QueueCapacity, context.Options.QueueBytes);
        _connection = new WriterConnection(context.Database, context.Logger, "settlement writer");
    }

    public void Start() => _loop = Task.Run(RunAsync);

    public ValueTask<bool> SubmitAsync(SettleOperation operation, CancellationToken cancellationToken) => _queue.SubmitAsync(operation, cancellationToken);

    /// <summary>Finishes what is queued, and refuses what comes.</summary>
    public async Task CloseAsync()
    {
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
                await SettleAsync([.. _operations.Cast<SettleOperation>()]).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // A bug must neither end the loop nor leave anybody waiting.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _context.Logger.WriterFailed("settlement writer", exception);
                await _connection.DropAsync().ConfigureAwait(false);
                foreach (var operation in _operations) operation.Fail(PostgresFailures.OutcomeUnknown(exception, _context.Database.Name));
            }

            _operations.Clear();
        }

        await _connection.DropAsync().ConfigureAwait(false);
    }

    private async Task SettleAsync(List<SettleOperation> operations)
    {
        operations.RemoveAll(operation => !TryCheck(operation));
        if (operations.Count == 0) return;
        try
        {
            var connection = await _connection.GetAsync().ConfigureAwait(false);
            var rows = await SettleCommand.Create([.. operations.Select(static operation => operation.Settlement)], _context.LeaseTime, connection)
                .ListAsync(static row => row.GetFieldValue<int[]>(0), CancellationToken.None).ConfigureAwait(false);
            foreach (var operation in operations) operation.Complete(rows[0].Contains(operation.Settlement.SubscriptionKey));
        }
        catch (StorageException exception)
        {
            foreach (var operation in operations) operation.Fail(PostgresFailures.Again(exception));
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            await FailAsync(operations, exception).ConfigureAwait(false);
        }
    }

    private bool TryCheck(SettleOperation operation)
    {
        try
        {
            operation.Check(_head());
            return true;
        }
        catch (StorageException refused)
        {
            operation.Fail(refused);
            return false;
        }
    }

    private async Task FailAsync(List<SettleOperation> operations, Exception exception)
    {
        if (!PostgresFailures.IsRolledBack(exception))
        {
            // Sent, and no answer: nobody knows whether it was committed.
            await _connection.DropAsync(exception).ConfigureAwait(false);
            _context.Logger.OutcomeUnknown(operations.Count, exception);
            foreach (var operation in operations) operation.Fail(PostgresFailures.OutcomeUnknown(exception, _context.Database.Name));
            return;
        }

        var isRefusal = PostgresFailures.IsRefusal(exception);
        var failure = isRefusal ? PostgresFailures.Refused(exception) : PostgresFailures.ToStorage(exception, _context.Database.Name);
        if (operations.Count > 1 && failure.Failure is not (StorageFailure.DiskFull or StorageFailure.ReadOnly))
        {
            _context.Logger.TransactionFailed(operations.Count, exception);
            foreach (var operation in operations) await SettleAsync([operation]).ConfigureAwait(false);
            return;
        }

        if (!isRefusal) _context.Logger.WriteFailed(exception);
        foreach (var operation in operations) operation.Fail(PostgresFailures.Again(failure));
    }
}
