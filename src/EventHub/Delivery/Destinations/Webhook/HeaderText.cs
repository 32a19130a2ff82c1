using System.Globalization;
using System.Text;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>
/// Free text as a header value: printable ASCII stands for itself, everything else and space, quote and percent as percent-encoded UTF-8 (CloudEvents HTTP
/// binding 1.0, section 3.1.3.2; used for our own headers too).
/// </summary>
internal static class HeaderText
{
    /// <summary>Encodes; the same string when nothing needs it.</summary>
    public static string Encode(string text)
    {
        var first = 0;
        while (first < text.Length && StandsForItself(text[first])) first++;
        if (first == text.Length) return text;
        var output = new StringBuilder(text, 0, first, text.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.AsSpan(first).EnumerateRunes())
        {
            if (rune.IsAscii && StandsForItself((char)rune.Value))
            {
                output.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)]) output.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return output.ToString();
    }

    private static bool StandsForItself(char c) => c is > ' ' and <= '~' and not '"' and not '%';
}
