using EventHub.Postgres.Connections;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Writing;

/// <summary>Reads idempotency keys, expired ones included, and removes those.</summary>
internal static class KeyTable
{
    private const int KeysPerStep = 5000;
    private const string FindSql = "SELECT digest, hash, base, answer, expires_at FROM eventhub_data.idempotency WHERE digest = ANY ($1)";

    private const string ExpireSql =
        "DELETE FROM eventhub_data.idempotency WHERE digest IN (SELECT digest FROM eventhub_data.idempotency WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

    public static async Task<Dictionary<KeyDigest, KnownKey>> FindAsync(NpgsqlConnection connection, IEnumerable<KeyDigest> keys)
    {
        var digests = keys.Select(static key => key.ToBytes()).ToArray();
        var rows = await new NpgsqlCommand(FindSql, connection).WithArray(digests, NpgsqlDbType.Bytea).ListAsync(
            static row => (KeyDigest.FromBytes(row.GetFieldValue<byte[]>(0)), new KnownKey(
                row.GetFieldValue<byte[]>(1), StoredAnswer.Decode(row.GetFieldValue<byte[]>(3), row.GetInt64(2)), row.Time(4))),
            CancellationToken.None).ConfigureAwait(false);
        return rows.ToDictionary();
    }

    /// <summary>Removes some that expired before a time; whether there may be more.</summary>
    public static async Task<bool> ExpireAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken) =>
        await new NpgsqlCommand(ExpireSql, connection).With((DateTimeOffset?)now).With(KeysPerStep).RunAsync(cancellationToken).ConfigureAwait(false) == KeysPerStep;
}
