using System.Globalization;

namespace EventHub.AspNetCore.Http.Json;

/// <summary>Finds <c>\uD800</c> to <c>\uDFFF</c> escapes that are not paired: valid by JSON's grammar, but text no consumer could decode.</summary>
internal static class SurrogateScan
{
    /// <summary>Whether JSON that is known to be well formed holds half of a surrogate pair.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        // Well-formed JSON has backslashes inside strings only, so there is no need to tell tokens apart.
        while (true)
        {
            var backslash = json.IndexOf((byte)'\\');
            if (backslash < 0) return false;
            json = json[backslash..];
            if (json[1] != (byte)'u')
            {
                json = json[2..];
                continue;
            }

            var unit = CodeUnit(json);
            json = json[6..];
            if (char.IsLowSurrogate(unit)) return true;
            if (!char.IsHighSurrogate(unit)) continue;
            if (!json.StartsWith("\\u"u8) || !char.IsLowSurrogate(CodeUnit(json))) return true;
            json = json[6..];
        }
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
