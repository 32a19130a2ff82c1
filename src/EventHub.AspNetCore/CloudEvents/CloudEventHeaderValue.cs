using System.Buffers;
using System.Text;
using System.Text.Json;
using EventHub.AspNetCore.Http;

namespace EventHub.AspNetCore.CloudEvents;

/// <summary>
/// The text of an attribute in a header (HTTP Protocol Binding for CloudEvents 1.0, section 3.1.3.2): perhaps a quoted string, then
/// percent-encoded UTF-8, decoded once.
/// </summary>
internal static class CloudEventHeaderValue
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Decodes a value. A percent sign that encodes nothing stands for itself.</summary>
    /// <returns>False when the result is not UTF-8.</returns>
    public static bool TryDecode(string header, out string value)
    {
        value = Unquote(header);
        if (!value.Contains('%', StringComparison.Ordinal)) return true;
        var bytes = new ArrayBufferWriter<byte>(value.Length * 3);
        for (var i = 0; i < value.Length;)
        {
            if (value[i] == '%' && i + 2 < value.Length && char.IsAsciiHexDigit(value[i + 1]) && char.IsAsciiHexDigit(value[i + 2]))
            {
                bytes.Write(Convert.FromHexString(value.AsSpan(i + 1, 2)));
                i += 3;
                continue;
            }

            var next = value.IndexOf('%', i + 1);
            var plain = value.AsSpan(i, (next < 0 ? value.Length : next) - i);
            Encoding.UTF8.GetBytes(plain, bytes);
            i += plain.Length;
        }

        try
        {
            value = s_strict.GetString(bytes.WrittenSpan);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The value as a JSON string.</summary>
    public static JsonElement ToJson(string value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.Options)) writer.WriteStringValue(value);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static string Unquote(string header)
    {
        if (header.Length < 2 || header[0] != '"' || header[^1] != '"') return header;
        var text = new StringBuilder(header.Length);
        for (var i = 1; i < header.Length - 1; i++)
        {
            if (header[i] == '\\' && i + 1 < header.Length - 1) i++;
            text.Append(header[i]);
        }

        return text.ToString();
    }
}
