using System.Buffers.Text;

namespace EventHub.Benchmarks.Load;

/// <summary>Reads as much of an HTTP/1.1 answer as a load generator needs.</summary>
internal static class AnswerParser
{
    /// <summary>Whether the answer is whole (one answer per request, so nothing follows it).</summary>
    public static bool TryParse(ReadOnlySpan<byte> answer, out int status)
    {
        status = 0;
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var headers = answer[..end];
        if (!Utf8Parser.TryParse(headers[9..12], out status, out _)) return false;
        var length = headers.IndexOf("Content-Length: "u8);
        if (length < 0) return headers.IndexOf("chunked"u8) < 0 || answer.EndsWith("0\r\n\r\n"u8);
        return Utf8Parser.TryParse(headers[(length + 16)..], out int bytes, out _) && answer.Length >= end + 4 + bytes;
    }
}
