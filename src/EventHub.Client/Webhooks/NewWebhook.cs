using System.Text.Json;

namespace EventHub.Client.Webhooks;

/// <summary>A webhook to create; what is <c>null</c> is left to the hub's defaults.</summary>
public sealed record NewWebhook
{
    /// <summary>Where requests go: http or https.</summary>
    public required string Url { get; init; }

    /// <summary>1 to 100 patterns over types.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Default: the URL's host.</summary>
    public string? Name { get; init; }

    /// <summary>What requests are signed with: <c>whsec_</c> and base64, or any text. Default: one the hub makes, in the answer.</summary>
    public string? Secret { get; init; }

    /// <summary>Only events of this source.</summary>
    public string? Source { get; init; }

    /// <summary>Only events of this content.</summary>
    public JsonElement? Condition { get; init; }

    /// <summary><c>envelope</c> (default), <c>payload</c>, <c>cloudevents</c> or <c>cloudevents-binary</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Headers of every request.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>How events are delivered.</summary>
    public DeliverySettings? Delivery { get; init; }

    /// <summary>Where it begins: <c>now</c> (default), <c>beginning</c>, a sequence or an RFC 3339 time.</summary>
    public string? Start { get; init; }

    /// <summary>False: events are skipped.</summary>
    public bool? Active { get; init; }

    /// <summary>True: events are held.</summary>
    public bool? Paused { get; init; }

    /// <summary>Who makes it.</summary>
    public string? CreatedBy { get; init; }
}
