namespace EventHub.Events;

/// <summary>
/// One event, immutable. Before it is appended <see cref="Sequence"/> is 0; the log's copy carries the sequence it was
/// committed at.
/// </summary>
public sealed class Event
{
    private byte[]? _json;
    private byte[]? _line;
    private byte[]? _block;

    /// <summary>UUIDv7 given by the hub when it accepted the event.</summary>
    public required Guid Id { get; init; }

    /// <summary>Place in the log: dense, from 1, strictly increasing in commit order. 0 until appended.</summary>
    public long Sequence { get; private init; }

    /// <summary>Dot-separated segments, for example <c>user.created</c>. See <see cref="EventType"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Version of the payload's shape. Default <c>v1</c>.</summary>
    public string Version { get; init; } = "v1";

    /// <summary>Who published it. Default <c>api</c>.</summary>
    public string Source { get; init; } = "api";

    /// <summary>What it is about (CloudEvents <c>subject</c>); free text.</summary>
    public string? Subject { get; init; }

    /// <summary>The payload: one JSON value as UTF-8, byte for byte as it was sent.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>A JSON object as UTF-8, as it was sent; empty when none was.</summary>
    public ReadOnlyMemory<byte> Metadata { get; init; }

    /// <summary>Organization (tenant) the event belongs to; free text.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>User the event belongs to; free text.</summary>
    public string? UserId { get; init; }

    /// <summary>Session the event belongs to; free text.</summary>
    public string? SessionId { get; init; }

    /// <summary>Name of the hub process that accepted the event.</summary>
    public string? InstanceId { get; init; }

    /// <summary>First of exactly three type segments, or as sent.</summary>
    public string? Schema { get; init; }

    /// <summary>Second of exactly three type segments, or as sent.</summary>
    public string? Entity { get; init; }

    /// <summary>Third of exactly three type segments, or as sent.</summary>
    public string? Operation { get; init; }

    /// <summary>When the hub accepted the event; UTC, whole milliseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>W3C <c>traceparent</c> of the publish, when there was one; deliveries continue its trace.</summary>
    public string? TraceParent { get; init; }

    /// <summary>
    /// What a CloudEvent carried beyond the fields above, as a UTF-8 JSON object (see <see cref="CloudEventAttributes"/>);
    /// empty when the event did not come as a CloudEvent.
    /// </summary>
    public ReadOnlyMemory<byte> CloudEvent { get; init; }

    /// <summary>Bytes this event roughly occupies in memory; what byte limits of rings and pages count.</summary>
    public int Size => 512 + Payload.Length + Metadata.Length + CloudEvent.Length;

    /// <summary>The same event at its place in the log. For storage providers.</summary>
    /// <param name="sequence">From 1.</param>
    public Event At(long sequence) => new()
    {
        Id = Id, Sequence = sequence, Type = Type, Version = Version, Source = Source, Subject = Subject, Payload = Payload,
        Metadata = Metadata, OrganizationId = OrganizationId, UserId = UserId, SessionId = SessionId, InstanceId = InstanceId,
        Schema = Schema, Entity = Entity, Operation = Operation, CreatedAt = CreatedAt, TraceParent = TraceParent,
        CloudEvent = CloudEvent,
    };

    /// <summary>
    /// The fields of CONTRACT section 2 that never change, as the inside of a JSON object without its braces, serialized once and
    /// shared by every destination and stream.
    /// </summary>
    internal ReadOnlyMemory<byte> JsonFields => _json ??= EventJson.SerializeFields(this);

    /// <summary>The event on one line (see <see cref="EventJson.WriteLine"/>), serialized once for all who read it.</summary>
    internal ReadOnlyMemory<byte> JsonLine => _line ??= EventJson.SerializeLine(this);

    /// <summary>The event in a stream (see <see cref="EventJson.WriteStreamBlock"/>), serialized once for all streams of its log.</summary>
    internal ReadOnlyMemory<byte> StreamBlock(string epoch) => _block ??= EventJson.SerializeStreamBlock(this, epoch);
}
