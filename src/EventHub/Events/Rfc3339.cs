using System.Globalization;

namespace EventHub.Events;

/// <summary>Reads times as RFC 3339 writes them: <c>2026-01-31T23:59:59.999Z</c>, any number of decimals, an offset in place of <c>Z</c>. Never a time without an offset.</summary>
public static class Rfc3339
{
    private const int SecondsEnd = 19;
    private const int TickDigits = 7;

    /// <summary>Reads a time, in UTC. Decimals beyond .NET's 100 ns are cut off.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(text);
        time = default;
        if (text.Length <= SecondsEnd) return false;
        var offsetAt = SecondsEnd;
        var digits = 0;
        if (text[SecondsEnd] == '.')
        {
            offsetAt++;
            while (offsetAt < text.Length && char.IsAsciiDigit(text[offsetAt])) offsetAt++;
            digits = offsetAt - SecondsEnd - 1;
            if (digits == 0) return false;
        }

        var decimals = text.AsSpan(SecondsEnd, digits == 0 ? 0 : 1 + Math.Min(digits, TickDigits));
        var offset = text.AsSpan(offsetAt);
        // Z by hand: the format's own K would take a missing offset too.
        if (offset is "Z" or "z") offset = "+00:00";
        if (offset.Length != 6 || offset[0] is not ('+' or '-')) return false;
        return DateTimeOffset.TryParseExact(
            string.Concat(text.AsSpan(0, SecondsEnd), decimals, offset).ToUpperInvariant(),
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }
}
