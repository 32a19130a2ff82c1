using System.Data;
using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Reading;

/// <summary>Reads where the deliveries of a partition stand, in one snapshot.</summary>
internal static class DispatchStateReader
{
    private const string TracksSql = "SELECT generation, floor, until FROM eventhub_data.tracks WHERE subscription = $1 AND partition = $2 ORDER BY generation";

    private const string ExceptionsSql =
        $"SELECT {DispatchRows.ExceptionColumns} FROM eventhub_data.exceptions WHERE subscription = $1 AND state <> 3 ORDER BY sequence, generation";

    private const string EndedSql =
        """
        SELECT sequence FROM eventhub_data.results WHERE subscription = $1 AND generation = $2 AND sequence > $3 ORDER BY sequence LIMIT $4
        """;

    public static async Task<DispatchState> ReadAsync(NpgsqlConnection connection, int subscription, int partition, CancellationToken cancellationToken)
    {
        var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (snapshot.ConfigureAwait(false))
        {
            var batch = new NpgsqlBatch(connection);
            await using (batch.ConfigureAwait(false))
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(TracksSql)
                {
                    Parameters = { new NpgsqlParameter<int> { TypedValue = subscription }, new NpgsqlParameter<int> { TypedValue = partition } },
                });
                batch.BatchCommands.Add(new NpgsqlBatchCommand(ExceptionsSql) { Parameters = { new NpgsqlParameter<int> { TypedValue = subscription } } });
                var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    var tracks = await reader.ListAsync(
                        static row => new Track(row.GetInt32(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)), cancellationToken).ConfigureAwait(false);
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                    var exceptions = await reader.ListAsync(DispatchRows.ReadException, cancellationToken).ConfigureAwait(false);
                    return new DispatchState { Tracks = tracks, Exceptions = exceptions };
                }
            }
        }
    }

    public static Task<List<long>> ReadEndedAsync(
        NpgsqlConnection connection, int subscription, int generation, long after, int limit, CancellationToken cancellationToken) =>
        new NpgsqlCommand(EndedSql, connection).With(subscription).With(generation).With(after).With(limit)
            .ListAsync(static row => row.GetInt64(0), cancellationToken);
}
