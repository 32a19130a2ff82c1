using System.Globalization;

namespace EventHub.Server.Configuration;

/// <summary>Durations as people write them: a whole number and a unit, <c>500ms</c>, <c>90s</c>, <c>15m</c>, <c>12h</c>, <c>30d</c>, or just <c>0</c>.</summary>
internal static class DurationText
{
    // Far beyond any rule, and far from TimeSpan's own end.
    private const long LongestMilliseconds = 100L * 366 * 24 * 3600 * 1000;

    private static readonly (string Unit, long Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>Reads one; false for anything else, such as a number without its unit.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = Array.Find(Units, u => u.Unit == text[digits..]);
        if (unit.Unit is null || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        if (number > LongestMilliseconds / unit.Milliseconds) return false;
        duration = TimeSpan.FromMilliseconds(number * unit.Milliseconds);
        return true;
    }

    /// <summary>Writes one in the largest unit that fits without a rest.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        if (milliseconds == 0) return "0";
        var (unit, size) = Units.Last(u => milliseconds % u.Milliseconds == 0);
        return (milliseconds / size).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
