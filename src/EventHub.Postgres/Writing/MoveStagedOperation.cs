using System.Text;
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

    private const string RefuseSql =
        """
        INSERT INTO eventhub_data.outbox_refused (id, type, source, subject, staged_at, refused_at, idempotency_key, used_by, metadata, payload)
        SELECT $1, $2, $3, $4, $5, clock_timestamp(), $6, encode(substring(i.answer FROM 1 FOR 16), 'hex')::uuid, $7, $8
        FROM eventhub_data.idempotency i WHERE i.digest = eventhub_data.key_digest($6)
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

        // 4 refused, and kept aside
        var results = rows.Select((row, index) => (Row: row, Result: batch.ResultAt(index, 0))).ToLookup(entry => entry.Result.ConflictIndex is not null);
        foreach (var (row, _) in results[true]) await RefuseAsync(transaction, row).ConfigureAwait(false);
        return new OutboxMoved(transaction.Appended, results[false].Count(entry => entry.Result.Events[0].IsDuplicate), results[true].Select(entry => entry.Row.Event).ToList());
    }

    private static async Task RefuseAsync(OrderedTransaction transaction, StagedRow row) =>
        await transaction.Command(RefuseSql).With(row.Event.Id).With(row.Event.Type).With(row.Event.Source).With(row.Event.Subject).With((DateTimeOffset?)row.StagedAt).With(row.Key)
            .With(row.Event.Metadata.IsEmpty ? null : Encoding.UTF8.GetString(row.Event.Metadata.Span)).With(Encoding.UTF8.GetString(row.Event.Payload.Span))
            .RunAsync(CancellationToken.None).ConfigureAwait(false);
}
