using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres.Connections;

/// <summary>What a commit has survived when it returns, by the server's settings.</summary>
internal static class DurabilitySettings
{
    private const string Sql =
        """
        SELECT current_setting('fsync') = 'on' AND current_setting('synchronous_commit') <> 'off',
          current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') IN ('on', 'remote_apply')
        """;

    public static async Task<Durability> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await new NpgsqlCommand(Sql, connection).ListAsync(static row => (IsSynced: row.GetBoolean(0), IsReplicated: row.GetBoolean(1)), cancellationToken)
            .ConfigureAwait(false);
        return rows[0] switch
        {
            (IsSynced: false, _) => Durability.OsBuffered,
            (_, IsReplicated: true) => Durability.Replicated,
            _ => Durability.Fsync,
        };
    }
}
