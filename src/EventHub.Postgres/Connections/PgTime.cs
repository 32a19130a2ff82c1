using Npgsql;

namespace EventHub.Postgres.Connections;

/// <summary>Times as <c>timestamptz</c> and spans as whole microseconds.</summary>
internal static class PgTime
{
    /// <summary>Rounded down.</summary>
    public static DateTime From(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    /// <summary>Rounded up: for "not before" and for bounds that are compared with stored times.</summary>
    public static DateTime FromUp(DateTimeOffset time)
    {
        var over = time.UtcTicks % TimeSpan.TicksPerMicrosecond;
        var ticks = over == 0 ? time.UtcTicks : time.UtcTicks - over + TimeSpan.TicksPerMicrosecond;
        return new DateTime(Math.Min(ticks, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
    }

    public static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static TimeSpan Span(long micros) => new(micros * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetFieldValue<DateTime>(column), TimeSpan.Zero);

    public static DateTimeOffset? TimeOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);
}
