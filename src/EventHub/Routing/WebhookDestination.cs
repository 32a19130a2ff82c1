namespace EventHub.Routing;

/// <summary>An HTTP endpoint that gets a POST per dispatch.</summary>
public sealed record WebhookDestination : Destination
{
    /// <summary>Absolute http or https URL.</summary>
    public required string Url { get; init; }

    /// <summary>What the body is.</summary>
    public WebhookFormat Format { get; init; } = WebhookFormat.Envelope;

    /// <summary>Headers added to every request, by name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What requests are signed with, newest first; empty: not signed. Never shown.</summary>
    public IReadOnlyList<ProtectedSecret> Secrets { get; init; } = [];
}
