using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>An event's free-text source as the URI-reference that CloudEvents demands (RFC 3986, section 4.1): what is one already stays as it is.</summary>
internal static class UriReference
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    /// <summary>The reference; <c>eventhub</c> for an empty source, as it must not be empty.</summary>
    public static string From(string source)
    {
        if (source.Length == 0) return "eventhub";
        if (IsPlain(source) || (!source.AsSpan().ContainsAnyExcept(s_allowed) && Uri.IsWellFormedUriString(source, UriKind.RelativeOrAbsolute))) return source;
        var output = new StringBuilder(source.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in source.EnumerateRunes())
        {
            // A colon in what is no URI would make its first part a scheme.
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || "-._~/@!$&'()*+,;=".Contains((char)rune.Value, StringComparison.Ordinal)))
            {
                output.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)]) output.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return output.ToString();
    }

    private static bool IsPlain(string source) => source.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
}
