using System.Text.Json;

namespace EventHub.Client.Webhooks;

/// <summary>A webhook as the hub has it.</summary>
public sealed record Webhook
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where requests go.</summary>
    public required string Url { get; init; }

    /// <summary>Patterns over types.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Only events of this source.</summary>
    public string? Source { get; init; }

    /// <summary>Only events of this content.</summary>
    public JsonElement? Condition { get; init; }

    /// <summary><c>envelope</c>, <c>payload</c>, <c>cloudevents</c> or <c>cloudevents-binary</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Headers of every request.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Whether requests are signed.</summary>
    public bool HasSecret { get; init; }

    /// <summary>The secret, in the answer to the request that set it; <c>null</c> everywhere else.</summary>
    public string? Secret { get; init; }

    /// <summary>How events are delivered.</summary>
    public DeliverySettings? Delivery { get; init; }

    /// <summary>Where it began.</summary>
    public string? Start { get; init; }

    /// <summary>False: events are skipped.</summary>
    public bool Active { get; init; }

    /// <summary>True: events are held.</summary>
    public bool Paused { get; init; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}
