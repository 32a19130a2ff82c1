using System.Buffers;
using System.Text;

namespace EventHub.Delivery.Destinations.Webhook;

/// <summary>The body of an answer: read to its end so that the connection can be used again, but not past a cap; its beginning is kept.</summary>
internal static class AnswerBody
{
    /// <summary>Bytes read at most. Past it the connection is dropped.</summary>
    public const int MaxRead = 64 * 1024;

    // A character of UTF-16 takes at most three bytes of UTF-8; a byte order mark may come before.
    private const int MaxKept = (AttemptOutcome.MaxResponseBody * 3) + 3;

    /// <summary>The first characters; <c>null</c> when there is no body. Throws what the connection throws.</summary>
    public static async ValueTask<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(MaxKept + (8 * 1024));
        try
        {
            var kept = 0;
            for (var total = 0; total < MaxRead;)
            {
                // What comes after the kept beginning lands behind it, over and over.
                var read = await stream.ReadAsync(buffer.AsMemory(kept, Math.Min(buffer.Length - kept, MaxRead - total)), cancellationToken);
                if (read == 0) break;
                total += read;
                kept = Math.Min(kept + read, MaxKept);
            }

            return kept == 0 ? null : Decode(buffer.AsSpan(0, kept));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[3..];

        // U+0000 is valid UTF-8, but stores with text columns refuse it.
        var text = Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');
        if (text.Length <= AttemptOutcome.MaxResponseBody) return text;
        var length = AttemptOutcome.MaxResponseBody;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }
}
