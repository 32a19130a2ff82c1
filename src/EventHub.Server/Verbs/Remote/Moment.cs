using System.Globalization;
using EventHub.Server.Configuration;

namespace EventHub.Server.Verbs.Remote;

/// <summary>Moments as people write them: <c>10m</c> (ago), or a time.</summary>
internal static class Moment
{
    /// <summary>Reads one; <c>null</c> stays <c>null</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static DateTimeOffset? Read(string option, string? text)
    {
        if (text is null) return null;
        if (DurationText.TryParse(text, out var ago)) return TimeProvider.System.GetUtcNow() - ago;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        throw new UsageException($"{option}: '{text}' is no moment; write 10m (ago), 2h, 7d, or a time such as 2026-01-31T12:00:00Z");
    }

    /// <summary>Reads where to begin: a sequence stays one, a moment becomes a time.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static string? Place(string option, string? text) => text is null || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        ? text
        : Read(option, text)!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a duration; <c>null</c> stays <c>null</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static TimeSpan? Duration(string option, string? text)
    {
        if (text is null) return null;
        return DurationText.TryParse(text, out var duration) ? duration : throw new UsageException($"{option}: '{text}' is no duration; write 500ms, 90s, 15m, 12h, 30d or 0");
    }
}
