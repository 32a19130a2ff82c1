using System.Text.Json;
using System.Text.Json.Serialization;
using EventHub.AspNetCore.Http;

namespace EventHub.AspNetCore.Rpc;

/// <summary>One JSON value, byte for byte: what RPC methods take and give.</summary>
/// <param name="Utf8">The value; empty for an argument that was not sent.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>There is a value, and not <c>null</c>.</summary>
    public bool IsGiven => !Utf8.IsEmpty && !Utf8.Span.SequenceEqual("null"u8);

    /// <summary>The value, or <c>{}</c> when none is given.</summary>
    public ReadOnlyMemory<byte> OrEmptyObject => IsGiven ? Utf8 : "{}"u8.ToArray();

    /// <summary>A value that is written now.</summary>
    /// <param name="state">What <paramref name="write"/> needs, so that it can be static.</param>
    /// <param name="write">Writes the whole value.</param>
    public static RawJson Write<T>(T state, Action<Utf8JsonWriter, T> write)
    {
        var scratch = JsonScratch.Take();
        write(scratch.Writer, state);
        scratch.Writer.Flush();
        var value = scratch.Buffer.WrittenSpan.ToArray();
        scratch.Return();
        return new RawJson(value);
    }
}
