using System.Buffers;
using System.IO.Pipelines;
using EventHub.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventHub.AspNetCore.Http;

/// <summary>
/// A request's whole body, contiguous, at most as long as allowed; dispose it when nothing refers to <see cref="Memory"/> any more.
/// The common case, a body that lies in one piece in the server's buffer, is read in place.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private readonly PipeReader? _reader;
    private readonly SequencePosition _end;
    private readonly byte[]? _rented;

    private RequestBody(ReadOnlyMemory<byte> memory, PipeReader? reader, SequencePosition end, byte[]? rented)
    {
        Memory = memory;
        _reader = reader;
        _end = end;
        _rented = rented;
    }

    /// <summary>The bytes, as sent. Not to be kept beyond <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Reads the body, or answers 413.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxBytes">The longest body allowed, announced or chunked.</param>
    /// <param name="what">What is too long, for the message: <c>an event</c>.</param>
    /// <returns>The body; <c>null</c> when the request has been answered.</returns>
    public static async ValueTask<RequestBody?> ReadAsync(HttpContext context, int maxBytes, string what)
    {
        var length = context.Request.ContentLength;
        if (length > maxBytes) return await RefuseAsync(context, maxBytes, what);
        // The server's own limit would cut in where the hub's is set higher, with another message; this method counts instead.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        var reader = context.Request.BodyReader;
        var result = await reader.ReadAsync(context.RequestAborted);
        ThrowIfCanceled(result, context);
        if (result.IsCompleted && result.Buffer.IsSingleSegment && result.Buffer.Length <= maxBytes)
            return new RequestBody(result.Buffer.First, reader, result.Buffer.End, null);
        return await CopyAsync(context, reader, result, maxBytes, (int)(length ?? 0)) ?? await RefuseAsync(context, maxBytes, what);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.AdvanceTo(_end);
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
    }

    // Consumed as it is copied, so that the server's buffer and the sender's window stay small however long the body is.
    private static async ValueTask<RequestBody?> CopyAsync(HttpContext context, PipeReader reader, ReadResult result, int maxBytes, int expected)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(expected, 4096));
        var count = 0;
        try
        {
            while (true)
            {
                var length = result.Buffer.Length;
                if (count + length > maxBytes)
                {
                    reader.AdvanceTo(result.Buffer.End);
                    ArrayPool<byte>.Shared.Return(buffer);
                    return null;
                }

                if (count + length > buffer.Length) buffer = Grow(buffer, count, (int)Math.Min(Math.Max(buffer.Length * 2L, count + length), maxBytes));
                result.Buffer.CopyTo(buffer.AsSpan(count));
                count += (int)length;
                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return new RequestBody(buffer.AsMemory(0, count), null, default, buffer);
                result = await reader.ReadAsync(context.RequestAborted);
                ThrowIfCanceled(result, context);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static byte[] Grow(byte[] buffer, int count, int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static void ThrowIfCanceled(ReadResult result, HttpContext context)
    {
        if (result.IsCanceled) throw new OperationCanceledException(context.RequestAborted);
    }

    private static async ValueTask<RequestBody?> RefuseAsync(HttpContext context, int maxBytes, string what)
    {
        await ProblemJson.Write(
            context, StatusCodes.Status413PayloadTooLarge, "Payload too large", [new FieldError("body", $"is too long: {what} may have at most {maxBytes} bytes")]);
        return null;
    }
}
