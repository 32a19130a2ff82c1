using Npgsql;

namespace EventHub.Postgres.Relaying;

/// <summary>Statements that go to the server together, each with what reads its rows.</summary>
internal sealed class RelayBatch(NpgsqlConnection connection)
{
    private readonly NpgsqlBatch _batch = new(connection);
    private readonly List<Action<NpgsqlDataReader>> _readers = [];

    /// <param name="sql">The statement.</param>
    /// <param name="read">Reads a row; <c>null</c> for a statement that returns none.</param>
    /// <param name="parameters"><c>$1</c> and so on.</param>
    public void Add(string sql, Action<NpgsqlDataReader>? read, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        _batch.BatchCommands.Add(command);
        // A statement that returns no rows has no result to go through.
        if (read is not null) _readers.Add(read);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using (_batch.ConfigureAwait(false))
        {
            var reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                foreach (var read in _readers)
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) read(reader);
                    await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }
}
