using EventHub.Events;
using EventHub.Postgres.Connections;
using EventHub.Postgres.Reading;
using EventHub.Storage;

namespace EventHub.Postgres.Writing;

/// <summary>
/// Moves staged events to this place in the order of appends. The log row, which it holds, keeps other processes from moving at the same time, and what it reads it reads after it has that lock:
/// everything that was committed by then.
/// </summary>
internal sealed class MoveStagedOperation(OutboxMove move, long partitionSize) : OrderedOperation<OutboxMoved>
{
    private const string TakeSql =
        $"""
        WITH next AS (
          SELECT place, sum(octet_length(payload)) OVER (ORDER BY place) - octet_length(payload) AS before
          FROM (SELECT place, payload FROM eventhub_data.outbox ORDER BY place LIMIT $1) o),
        taken AS (DELETE FROM eventhub_data.outbox o USING next n WHERE o.place = n.place AND n.before < $2 RETURNING o.*)
        SELECT {StagedRow.Columns} FROM taken ORDER BY place
        """;

    protected override async Task<OutboxMoved> RunAsync(OrderedTransaction transaction)
    {
        // 1 off the outbox
        var rows = await transaction.Command(TakeSql).With(move.MaxEvents).With(move.MaxBytes)
            .ListAsync(row => StagedRow.Read(row, move), CancellationToken.None).ConfigureAwait(false);
        if (rows.Count == 0) return OutboxMoved.Nothing;

        // 2 each decided by itself, as a publish of its own would be
        var requests = rows.ConvertAll(row => row.ToRequest(move));
        var batch = new AppendBatch(requests);
        if (batch.AllKeys.Count > 0)
        {
            batch = new AppendBatch(requests, await KeyTable.FindAsync(transaction.Connection, batch.AllKeys.Keys).ConfigureAwait(false));
        }

        // 3 into the log
        if (batch.Events.Count > 0)
        {
            var command = AppendCommand.Create(batch, isChecked: false, partitionSize, transaction.Connection);
            var placed = await Placement.ReadAsync(command).ConfigureAwait(false);
            transaction.NoteAppended(batch.Place(placed.Base), placed.Partitioned);
        }

        var results = rows.Select((row, index) => (row.Event, Result: batch.ResultAt(index, 0))).ToList();
        return new OutboxMoved(
            transaction.Appended,
            results.Count(entry => entry.Result.ConflictIndex is null && entry.Result.Events[0].IsDuplicate),
            results.Where(entry => entry.Result.ConflictIndex is not null).Select(entry => entry.Event).ToList());
    }
}
