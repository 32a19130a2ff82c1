using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace EventHub.AspNetCore.Rpc;

/// <summary>
/// SignalR's JSON protocol, but that calls of methods which take <see cref="RawJson"/> are read here: arguments are cut out of the message as they
/// stand, ones left out at the end are empty, and a value nested too deep is left to the method to refuse rather than costing the client its connection.
/// </summary>
internal sealed class RpcProtocol(JsonHubProtocol inner) : IHubProtocol
{
    private const byte RecordSeparator = 0x1E;
    private const int Invocation = 1;
    private const int StreamInvocation = 4;
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 1000 };

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(message, output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(message);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        message = null;
        if (input.PositionOf(RecordSeparator) is not { } end) return false;
        var record = input.Slice(0, end);
        message = ReadCall(record.IsSingleSegment ? record.First : record.ToArray(), binder);
        if (message is null) return inner.TryParseMessage(ref input, binder, out message);
        input = input.Slice(input.GetPosition(1, end));
        return true;
    }

    /// <summary>Reads a call; <c>null</c> for anything else, and for what is not right.</summary>
    private static HubMessage? ReadCall(ReadOnlyMemory<byte> record, IInvocationBinder binder)
    {
        try
        {
            int? type = null;
            string? id = null, target = null;
            Range? arguments = null;
            var reader = new Utf8JsonReader(record.Span, s_options);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8)) type = Next(ref reader).GetInt32();
                else if (reader.ValueTextEquals("invocationId"u8)) id = Next(ref reader).GetString();
                else if (reader.ValueTextEquals("target"u8)) target = Next(ref reader).GetString();
                else if (reader.ValueTextEquals("arguments"u8)) arguments = Skip(ref reader);
                else if (reader.ValueTextEquals("streamIds"u8) || reader.ValueTextEquals("headers"u8)) return null;
                else Skip(ref reader);
                if (type is not (null or Invocation or StreamInvocation)) return null;
            }

            if (type is null || target is null || arguments is null || (type == StreamInvocation && id is null)) return null;
            var types = binder.GetParameterTypes(target);
            return types.All(t => t == typeof(RawJson)) ? Bind(type.Value, id, target, record[arguments.Value], types.Count) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or HubException)
        {
            // The inner protocol says what is wrong.
            return null;
        }
    }

    private static HubMessage? Bind(int type, string? id, string target, ReadOnlyMemory<byte> arguments, int count)
    {
        var bound = new object?[count];
        Array.Fill(bound, default(RawJson));
        var reader = new Utf8JsonReader(arguments.Span, s_options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) return null;
        for (var given = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; given++)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (given == count) return Refuse(id, target, $"takes at most {count} argument{(count == 1 ? "" : "s")}");
            // Copied: the message lies in the connection's buffer.
            bound[given] = new RawJson(arguments[start..(int)reader.BytesConsumed].ToArray());
        }

        return type == Invocation ? new InvocationMessage(id, target, bound) : new StreamInvocationMessage(id!, target, bound);
    }

    private static InvocationBindingFailureMessage Refuse(string? id, string target, string rule) =>
        new(id, target, ExceptionDispatchInfo.Capture(new HubException($"{RpcProblems.Invalid}: {target} {rule}")));

    private static Utf8JsonReader Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader;
    }

    private static Range Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }
}
