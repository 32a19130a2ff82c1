using System.Text;

namespace EventHub.Benchmarks.Load;

/// <summary>A request's bytes, built once; the sending time and the key of its event are written into them before each use.</summary>
internal sealed class RequestTemplate
{
    private readonly byte[] _bytes;
    private readonly int _sentAt;

    private RequestTemplate(byte[] bytes)
    {
        _bytes = bytes;
        _sentAt = EventBody.SentAtOffset(bytes);
    }

    /// <summary>Events in the request.</summary>
    public int Events { get; private init; } = 1;

    public static RequestTemplate One(string type = "bench.order.created", int key = 0, string prefix = "") => new(Request(prefix + "/events", EventBody.Json(type, 0, key)));

    public static RequestTemplate Batch(int count, string type = "bench.order.created", string prefix = "") => new(Request(prefix + "/events/batch", EventBody.JsonBatch(count, type))) { Events = count };

    public byte[] With(long sentAt)
    {
        EventBody.WriteSentAt(_bytes.AsSpan(_sentAt), sentAt);
        return _bytes;
    }

    private static byte[] Request(string path, string body)
    {
        var content = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n"), .. content];
    }
}
