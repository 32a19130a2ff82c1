using System.Net;

namespace EventHub.Server.Tests.Http;

/// <summary>A body without a length, sent in pieces.</summary>
internal sealed class ChunkedContent : HttpContent
{
    private readonly byte[] _bytes;
    private readonly int _size;

    public ChunkedContent(byte[] bytes, int size)
    {
        (_bytes, _size) = (bytes, size);
        Headers.TryAddWithoutValidation("Content-Type", "application/json");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        foreach (var piece in _bytes.Chunk(_size))
        {
            await stream.WriteAsync(piece);
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
