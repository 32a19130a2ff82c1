using System.Globalization;

namespace EventHub.AspNetCore.Http;

/// <summary>Reads RFC 3339 times: date, time and offset all given. .NET's own parser takes much more than that.</summary>
internal static class Rfc3339
{
    // Up to seven fraction digits are .NET's resolution; more are cut, as RFC 3339 has no limit.
    private static readonly string[] s_formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"];

    /// <summary>Reads a time.</summary>
    /// <param name="text">For example <c>2026-01-31T12:00:00.5+01:00</c>.</param>
    /// <param name="time">The time, UTC.</param>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > 64) return false;
        var normalized = CutFraction(text.ToUpperInvariant());
        var hasOffset = normalized[^1] == 'Z' || (normalized.Length > 6 && normalized[^6] is '+' or '-' && normalized[^3] == ':');
        if (!hasOffset || !DateTimeOffset.TryParseExact(normalized, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) return false;
        time = time.ToUniversalTime();
        return true;
    }

    private static string CutFraction(string text)
    {
        const int Digits = 7;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return text;
        var end = dot + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - dot - 1 > Digits ? text[..(dot + 1 + Digits)] + text[end..] : text;
    }
}
