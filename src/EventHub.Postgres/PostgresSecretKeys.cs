using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;

namespace EventHub.Postgres;

/// <summary>
/// The keys that secrets are encrypted with, kept in the database so that all processes share them. Not encrypted themselves: whoever may read schema
/// <c>eventhub_data</c> can read the secrets. Usable once a store has been opened on the database; opens a connection per call.
/// </summary>
/// <param name="options">Where.</param>
public sealed class PostgresSecretKeys(PostgresOptions options)
{
    /// <summary>All keys, oldest first, as XML.</summary>
    /// <exception cref="StorageException">The database cannot be reached.</exception>
    public IReadOnlyList<string> Load() => Use(static connection =>
    {
        using var command = new NpgsqlCommand("SELECT xml FROM eventhub_data.secret_keys ORDER BY created_at, name", connection);
        using var rows = command.ExecuteReader();
        var keys = new List<string>();
        while (rows.Read()) keys.Add(rows.GetString(0));
        return keys;
    });

    /// <summary>Keeps a key. Durable on return.</summary>
    /// <exception cref="StorageException">The database cannot be reached.</exception>
    public void Add(string name, string xml) => Use(connection =>
    {
        using var command = new NpgsqlCommand("INSERT INTO eventhub_data.secret_keys (name, xml) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", connection);
        command.With(name).With(xml);
        return command.ExecuteNonQuery();
    });

    private T Use<T>(Func<NpgsqlConnection, T> use)
    {
        try
        {
            using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(options.ConnectionString) { Pooling = false }.ConnectionString);
            connection.Open();
            return use(connection);
        }
        catch (Exception exception) when (PostgresFailures.IsTrouble(exception))
        {
            throw PostgresFailures.ToStorage(exception, options.DatabaseName);
        }
    }
}
