namespace EventHub.Sqlite.Native;

/// <summary>Times and spans as they are stored: whole microseconds, times since the Unix epoch in UTC.</summary>
internal static class Micros
{
    public static long From(DateTimeOffset time) => FloorDivide(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);

    /// <summary>Rounded up: for "not before" and for bounds that are compared with stored times.</summary>
    public static long FromUp(DateTimeOffset time) => -FloorDivide(DateTimeOffset.UnixEpoch.Ticks - time.UtcTicks, TimeSpan.TicksPerMicrosecond);

    public static long From(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset Time(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static TimeSpan Span(long micros) => new(micros * TimeSpan.TicksPerMicrosecond);

    private static long FloorDivide(long value, long by)
    {
        var (quotient, remainder) = Math.DivRem(value, by);
        return remainder < 0 ? quotient - 1 : quotient;
    }
}
