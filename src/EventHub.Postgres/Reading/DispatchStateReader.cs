using System.Data;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Reads where a subscription's deliveries stand, in one snapshot.</summary>
internal static class DispatchStateReader
{
    private const string TracksSql = "SELECT generation, floor, until FROM eventhub_data.tracks WHERE subscription = $1 ORDER BY generation";

    private const string ExceptionsSql =
        $"SELECT {DispatchRows.ExceptionColumns} FROM eventhub_data.exceptions WHERE subscription = $1 AND state <> 3 ORDER BY sequence, generation";

    private const string EndedSql =
        """
        SELECT r.sequence, r.subscription, r.generation FROM eventhub_data.tracks t
        JOIN eventhub_data.results r ON r.subscription = t.subscription AND r.generation = t.generation AND r.sequence > t.floor
        WHERE t.subscription = $1 ORDER BY r.generation, r.sequence
        """;

    public static async Task<DispatchState> ReadAsync(NpgsqlConnection connection, int subscription, CancellationToken cancellationToken)
    {
        var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (snapshot.ConfigureAwait(false))
        {
            var batch = new NpgsqlBatch(connection);
            await using (batch.ConfigureAwait(false))
            {
                foreach (var sql in (string[])[TracksSql, ExceptionsSql, EndedSql])
                {
                    batch.BatchCommands.Add(new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter<int> { TypedValue = subscription } } });
                }

                var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    var tracks = await reader.ListAsync(
                        static row => new Track(row.GetInt32(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)), cancellationToken).ConfigureAwait(false);
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                    var exceptions = await reader.ListAsync(DispatchRows.ReadException, cancellationToken).ConfigureAwait(false);
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                    var ended = await reader.ListAsync(
                        static row => new DispatchKey(row.GetInt64(0), row.GetInt32(1), row.GetInt32(2)), cancellationToken).ConfigureAwait(false);
                    return new DispatchState { Tracks = tracks, Exceptions = exceptions, EndedAboveFloor = ended };
                }
            }
        }
    }
}
