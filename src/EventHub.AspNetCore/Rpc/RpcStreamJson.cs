using System.Buffers;
using System.Text;
using EventHub.AspNetCore.Http.Streaming;
using EventHub.Events;
using EventHub.Log;

namespace EventHub.AspNetCore.Rpc;

/// <summary>The items of a stream: what server-sent events say in blocks, each as an object. An <c>id</c> is a place to resume from.</summary>
internal static class RpcStreamJson
{
    /// <summary>The first item.</summary>
    public static RawJson Connected { get; } = new("{\"type\":\"connected\"}"u8.ToArray());

    /// <summary>An event, with its place.</summary>
    public static RawJson Event(string epoch, Event item)
    {
        var output = new ArrayBufferWriter<byte>(item.Size + 512);
        output.Write(Encoding.ASCII.GetBytes($"{{\"type\":\"event\",\"id\":\"{epoch}:{item.Sequence}\",\"event\":"));
        EventJson.WriteLine(output, item);
        output.Write("}"u8);
        return new RawJson(output.WrittenMemory);
    }

    /// <summary>The reader missed something, or may have, and goes on from here.</summary>
    public static RawJson Reset(string epoch, long position, StreamReset reason) =>
        Ascii($"{{\"type\":\"reset\",\"id\":\"{epoch}:{position}\",\"reason\":\"{Encoding.ASCII.GetString(SseWriter.Name(reason))}\"}}");

    /// <summary>Moves the resume point.</summary>
    public static RawJson Position(string epoch, long position) => Ascii($"{{\"type\":\"position\",\"id\":\"{epoch}:{position}\"}}");

    private static RawJson Ascii(string json) => new(Encoding.ASCII.GetBytes(json));
}
