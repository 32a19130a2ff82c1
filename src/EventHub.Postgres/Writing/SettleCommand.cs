using EventHub.Postgres.Connections;
using EventHub.Storage;
using Npgsql;
using NpgsqlTypes;

namespace EventHub.Postgres.Writing;

/// <summary>The call that settles for several subscriptions: all their rows as arrays.</summary>
internal static class SettleCommand
{
    private static readonly string s_sql = $"SELECT eventhub_data.settle({string.Join(',', Enumerable.Range(1, 43).Select(n => $"${n}"))})";

    public static NpgsqlCommand Create(IReadOnlyList<Settlement> settlements, DateTimeOffset? leaseTime, NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(s_sql, connection).With(leaseTime);
        command.WithArray(settlements.Select(static s => s.SubscriptionKey).ToArray(), NpgsqlDbType.Integer);
        command.WithArray(settlements.Select(static s => s.Partition).ToArray(), NpgsqlDbType.Integer);
        command.WithArray(settlements.Select(static s => s.LeaseToken).ToArray(), NpgsqlDbType.Bigint);
        AddResults(command, [.. settlements.SelectMany(static s => s.Results)]);

        // Where a key stands twice the last counts, as if they were written one after the other.
        AddAttempts(command, [.. settlements.SelectMany(static s => s.Attempts.GroupBy(static a => (a.Key, a.Number)).Select(static same => same.Last()))]);
        AddExceptions(command, [.. settlements.SelectMany(static s => s.Exceptions.GroupBy(static x => x.Key).Select(static same => same.Last()))]);
        AddFloors(command, [.. settlements.SelectMany(static s => s.Floors.GroupBy(static f => f.Generation).Select(same => (s.SubscriptionKey, s.Partition, same.Last())))]);
        return command;
    }

    private static void AddResults(NpgsqlCommand command, DispatchResult[] rows)
    {
        AddKeys(command, rows, static r => r.Key);
        Add(command, rows, static r => (short)r.Status, NpgsqlDbType.Smallint);
        Add(command, rows, static r => r.Attempts, NpgsqlDbType.Integer);
        Add(command, rows, static r => PgTime.From(r.ResultedAt), NpgsqlDbType.TimestampTz);
        Add(command, rows, static r => TimeOrNull(r.CreatedAt), NpgsqlDbType.TimestampTz);
        Add(command, rows, static r => PgTime.Micros(r.Duration), NpgsqlDbType.Bigint);
        Add(command, rows, static r => r.HttpStatus, NpgsqlDbType.Integer);
        Add(command, rows, static r => TextOrNull(r.ResponseBody), NpgsqlDbType.Text);
        Add(command, rows, static r => TextOrNull(r.Error), NpgsqlDbType.Text);
        Add(command, rows, static r => r.IsDeadLetter, NpgsqlDbType.Boolean);
        Add(command, rows, static r => r.EndsException, NpgsqlDbType.Boolean);
    }

    private static void AddAttempts(NpgsqlCommand command, AttemptRecord[] rows)
    {
        AddKeys(command, rows, static a => a.Key);
        Add(command, rows, static a => a.Number, NpgsqlDbType.Integer);
        Add(command, rows, static a => PgTime.From(a.StartedAt), NpgsqlDbType.TimestampTz);
        Add(command, rows, static a => PgTime.Micros(a.Duration), NpgsqlDbType.Bigint);
        Add(command, rows, static a => PgText.Encode(a.Outcome), NpgsqlDbType.Text);
        Add(command, rows, static a => a.HttpStatus, NpgsqlDbType.Integer);
        Add(command, rows, static a => TextOrNull(a.ResponseBody), NpgsqlDbType.Text);
        Add(command, rows, static a => TextOrNull(a.Error), NpgsqlDbType.Text);
    }

    private static void AddExceptions(NpgsqlCommand command, ExceptionRecord[] rows)
    {
        AddKeys(command, rows, static x => x.Key);
        Add(command, rows, static x => (short)x.State, NpgsqlDbType.Smallint);
        Add(command, rows, static x => TextOrNull(x.Lane), NpgsqlDbType.Text);
        Add(command, rows, static x => x.Attempts, NpgsqlDbType.Integer);
        Add(command, rows, static x => PgTime.FromUp(x.DueAt), NpgsqlDbType.TimestampTz);
        Add(command, rows, static x => TimeOrNull(x.CreatedAt), NpgsqlDbType.TimestampTz);
        Add(command, rows, static x => x.RetryLimit, NpgsqlDbType.Integer);
        Add(command, rows, static x => x.RetryDelay is { } delay ? PgTime.Micros(delay) : (long?)null, NpgsqlDbType.Bigint);
        Add(command, rows, static x => TextOrNull(x.LastError), NpgsqlDbType.Text);
    }

    private static void AddFloors(NpgsqlCommand command, (int Subscription, int Partition, TrackFloor Floor)[] rows)
    {
        Add(command, rows, static f => f.Subscription, NpgsqlDbType.Integer);
        Add(command, rows, static f => f.Partition, NpgsqlDbType.Integer);
        Add(command, rows, static f => f.Floor.Generation, NpgsqlDbType.Integer);
        Add(command, rows, static f => f.Floor.Floor, NpgsqlDbType.Bigint);
        Add(command, rows, static f => f.Floor.IsDone, NpgsqlDbType.Boolean);
    }

    private static void AddKeys<T>(NpgsqlCommand command, T[] rows, Func<T, DispatchKey> key)
    {
        Add(command, rows, row => key(row).Sequence, NpgsqlDbType.Bigint);
        Add(command, rows, row => key(row).Subscription, NpgsqlDbType.Integer);
        Add(command, rows, row => key(row).Generation, NpgsqlDbType.Integer);
    }

    private static void Add<TRow, T>(NpgsqlCommand command, TRow[] rows, Func<TRow, T> value, NpgsqlDbType type) =>
        command.WithArray(rows.Length == 0 ? Array.Empty<T>() : Array.ConvertAll(rows, row => value(row)), type);

    private static string? TextOrNull(string? text) => text is null ? null : PgText.Encode(text);

    private static DateTime? TimeOrNull(DateTimeOffset? time) => time is { } set ? PgTime.From(set) : null;
}
