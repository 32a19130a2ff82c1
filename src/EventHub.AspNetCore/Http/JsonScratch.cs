using System.Buffers;
using System.Text.Json;

namespace EventHub.AspNetCore.Http;

/// <summary>A JSON writer and its buffer, one kept per thread: small answers are written without allocating either.</summary>
internal sealed class JsonScratch
{
    // A thread that once wrote a large answer does not keep its buffer for ever.
    private const int MaxKept = 64 * 1024;

    [ThreadStatic]
    private static JsonScratch? t_kept;

    private JsonScratch()
    {
        Buffer = new ArrayBufferWriter<byte>(1024);
        Writer = new Utf8JsonWriter(Buffer, JsonAnswer.Options);
    }

    public ArrayBufferWriter<byte> Buffer { get; }

    public Utf8JsonWriter Writer { get; }

    /// <summary>Takes the thread's, or a new one when it is in use. Not to be held across an await.</summary>
    public static JsonScratch Take()
    {
        var scratch = t_kept ?? new JsonScratch();
        t_kept = null;
        return scratch;
    }

    /// <summary>Gives it back. One that is not given back, after an exception, is garbage.</summary>
    public void Return()
    {
        if (Buffer.Capacity > MaxKept) return;
        Buffer.ResetWrittenCount();
        Writer.Reset(Buffer);
        t_kept = this;
    }
}
