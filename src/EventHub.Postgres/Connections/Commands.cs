using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Connections;

/// <summary>Short forms of what is done with a connection. Parameters are positional: <c>$1</c> is the first added.</summary>
internal static class Commands
{
    public static async Task RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false)) await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public static async Task<T> ScalarAsync<T>(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command.ConfigureAwait(false)) return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Runs and returns how many rows it changed.</summary>
    public static async Task<int> RunAsync(this NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false)) return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads all rows.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false)) return await reader.ListAsync(read, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads all rows of the current result.</summary>
    public static async Task<List<T>> ListAsync<T>(this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>The first row; default when there is none.</summary>
    public static async Task<T?> FirstAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = await command.ListAsync(read, cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? default : rows[0];
    }

    public static NpgsqlCommand With(this NpgsqlCommand command, long value) => command.Add(new NpgsqlParameter<long> { TypedValue = value });

    public static NpgsqlCommand With(this NpgsqlCommand command, int value) => command.Add(new NpgsqlParameter<int> { TypedValue = value });

    public static NpgsqlCommand With(this NpgsqlCommand command, bool value) => command.Add(new NpgsqlParameter<bool> { TypedValue = value });

    public static NpgsqlCommand With(this NpgsqlCommand command, Guid value) => command.Add(new NpgsqlParameter<Guid> { TypedValue = value });

    public static NpgsqlCommand With(this NpgsqlCommand command, TimeSpan value) => command.Add(new NpgsqlParameter<TimeSpan> { TypedValue = value });

    public static NpgsqlCommand With(this NpgsqlCommand command, long[] values) => command.Add(new NpgsqlParameter<long[]> { TypedValue = values });

    public static NpgsqlCommand With(this NpgsqlCommand command, string? value) =>
        command.Add(new NpgsqlParameter { Value = value is null ? DBNull.Value : PgText.Encode(value), NpgsqlDbType = NpgsqlDbType.Text });

    public static NpgsqlCommand With(this NpgsqlCommand command, long? value) =>
        command.Add(new NpgsqlParameter { Value = value is { } set ? set : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });

    /// <summary>Rounded down to what PostgreSQL can tell apart, the microsecond.</summary>
    public static NpgsqlCommand With(this NpgsqlCommand command, DateTimeOffset? value) =>
        command.Add(new NpgsqlParameter { Value = value is { } set ? PgTime.From(set) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });

    /// <summary>An array; its elements may be null where they are references.</summary>
    public static NpgsqlCommand WithArray(this NpgsqlCommand command, Array? values, NpgsqlDbType type) =>
        command.Add(new NpgsqlParameter { Value = (object?)values ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | type });

    private static NpgsqlCommand Add(this NpgsqlCommand command, NpgsqlParameter parameter)
    {
        command.Parameters.Add(parameter);
        return command;
    }
}
