using EventHub.Events;
using EventHub.Postgres.Connections;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Writing;

/// <summary>The call that appends a batch: its columns as arrays, those nobody uses as null.</summary>
internal static class AppendCommand
{
    private const string Sql =
        "SELECT base, change, trimmed, partitioned FROM eventhub_data.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24)";

    /// <param name="batch">What to append.</param>
    /// <param name="isChecked">Fail when one of its keys is known.</param>
    /// <param name="partitionSize">Should a partition be missing.</param>
    /// <param name="connection">Where.</param>
    public static NpgsqlCommand Create(AppendBatch batch, bool isChecked, long partitionSize, NpgsqlConnection connection)
    {
        var events = batch.Events;
        var command = new NpgsqlCommand(Sql, connection);
        command.WithArray(Column(events, static e => e.Id), NpgsqlDbType.Uuid);
        command.WithArray(Column(events, static e => PgTime.From(e.CreatedAt)), NpgsqlDbType.TimestampTz);
        command.WithArray(Texts(events, static e => e.Type), NpgsqlDbType.Text).WithArray(Texts(events, static e => e.Version), NpgsqlDbType.Text);
        command.WithArray(Texts(events, static e => e.Source), NpgsqlDbType.Text).WithArray(Texts(events, static e => e.OrganizationId), NpgsqlDbType.Text);
        command.WithArray(Texts(events, static e => e.UserId), NpgsqlDbType.Text).WithArray(Texts(events, static e => e.SessionId), NpgsqlDbType.Text);
        command.WithArray(Texts(events, static e => e.InstanceId), NpgsqlDbType.Text).WithArray(Texts(events, static e => e.Schema), NpgsqlDbType.Text);
        command.WithArray(Texts(events, static e => e.Entity), NpgsqlDbType.Text).WithArray(Texts(events, static e => e.Operation), NpgsqlDbType.Text);
        command.WithArray(Texts(events, static e => e.TraceParent), NpgsqlDbType.Text).WithArray(Texts(events, static e => e.Subject), NpgsqlDbType.Text);
        command.WithArray(Json(events, static e => e.Metadata), NpgsqlDbType.Text).WithArray(Json(events, static e => e.CloudEvent), NpgsqlDbType.Text);
        command.WithArray(Json(events, static e => e.Payload), NpgsqlDbType.Text);
        AddKeys(command, batch);
        return command.With(isChecked && batch.AllKeys.Count > 0).With(partitionSize);
    }

    private static void AddKeys(NpgsqlCommand command, AppendBatch batch)
    {
        if (batch.NewKeys.Count == 0)
        {
            // A request that is only answered from known keys writes none, and is never checked.
            for (var i = 0; i < 3; i++) command.WithArray(null, NpgsqlDbType.Bytea);
            for (var i = 0; i < 2; i++) command.WithArray(null, NpgsqlDbType.TimestampTz);
            return;
        }

        var keys = batch.NewKeys.ToList();
        command.WithArray(keys.ConvertAll(static k => k.Key.ToBytes()).ToArray(), NpgsqlDbType.Bytea);
        command.WithArray(keys.ConvertAll(static k => k.Value.Hash.ToArray()).ToArray(), NpgsqlDbType.Bytea);
        command.WithArray(keys.ConvertAll(static k => StoredAnswer.Encode(k.Value.Answers)).ToArray(), NpgsqlDbType.Bytea);
        command.WithArray(keys.ConvertAll(static k => PgTime.From(k.Value.ExpiresAt)).ToArray(), NpgsqlDbType.TimestampTz);
        command.WithArray(keys.ConvertAll(k => PgTime.From(batch.AllKeys[k.Key])).ToArray(), NpgsqlDbType.TimestampTz);
    }

    private static T[] Column<T>(IReadOnlyList<Event> events, Func<Event, T> value)
    {
        var column = new T[events.Count];
        for (var i = 0; i < column.Length; i++) column[i] = value(events[i]);
        return column;
    }

    private static string?[]? Texts(IReadOnlyList<Event> events, Func<Event, string?> value)
    {
        string?[]? column = null;
        for (var i = 0; i < events.Count; i++)
        {
            if (value(events[i]) is { } text) (column ??= new string?[events.Count])[i] = PgText.Encode(text);
        }

        return column;
    }

    private static ReadOnlyMemory<byte>?[]? Json(IReadOnlyList<Event> events, Func<Event, ReadOnlyMemory<byte>> value)
    {
        ReadOnlyMemory<byte>?[]? column = null;
        for (var i = 0; i < events.Count; i++)
        {
            var json = value(events[i]);
            if (!json.IsEmpty) (column ??= new ReadOnlyMemory<byte>?[events.Count])[i] = json;
        }

        return column;
    }
}
