using Npgsql;

namespace EventHub.Postgres.Connections;

/// <summary>Throws a connection away that failed, or is in doubt.</summary>
internal static class Discard
{
    public static async ValueTask ConnectionAsync(NpgsqlConnection? connection)
    {
        if (connection is null) return;
        try
        {
            // Not back into the pool: what is wrong with it would be the next one's trouble. The idle ones may well have the same, and are cheap to open anew.
            NpgsqlConnection.ClearPool(connection);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            // It is gone already.
        }
    }
}
