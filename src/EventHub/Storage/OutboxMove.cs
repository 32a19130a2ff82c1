namespace EventHub.Storage;

/// <summary>How staged events are moved into the log.</summary>
public sealed record OutboxMove
{
    /// <summary>At most this many.</summary>
    public required int MaxEvents { get; init; }

    /// <summary>Bytes of payloads after which no more are taken; one is always taken.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>When they were accepted: their <see cref="Events.Event.CreatedAt"/>, and what keys are judged by.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How long their keys are kept.</summary>
    public required TimeSpan KeyWindow { get; init; }

    /// <summary>Most bytes of payload and metadata that those who stage an event from now on may give it; the limit of the process that started last holds.</summary>
    public required int MaxEventBytes { get; init; }

    /// <summary>Their <see cref="Events.Event.InstanceId"/>.</summary>
    public required string InstanceId { get; init; }
}
