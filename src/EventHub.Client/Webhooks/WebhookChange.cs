using System.Text.Json;

namespace EventHub.Client.Webhooks;

/// <summary>A change of a webhook; what is <c>null</c> stays. To set a field back to its default, give the client a merge patch with a <c>null</c> in it.</summary>
public sealed record WebhookChange
{
    /// <summary>Where requests go.</summary>
    public string? Url { get; init; }

    /// <summary>Patterns over types.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Replaces the secret at once; to let receivers change over, rotate it.</summary>
    public string? Secret { get; init; }

    /// <summary>Only events of this source.</summary>
    public string? Source { get; init; }

    /// <summary>Only events of this content.</summary>
    public JsonElement? Condition { get; init; }

    /// <summary><c>envelope</c>, <c>payload</c>, <c>cloudevents</c> or <c>cloudevents-binary</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Headers to add or change.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>How events are delivered; what is <c>null</c> in it stays.</summary>
    public DeliverySettings? Delivery { get; init; }

    /// <summary>False: events are skipped.</summary>
    public bool? Active { get; init; }

    /// <summary>True: events are held.</summary>
    public bool? Paused { get; init; }
}
